from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consents.models import Answer, Channel, Consent
from documents.forms import ScanField
from institutions.models import Post, User
from jointmeeting import clock

ENTERED = ("on_behalf_of", "channel", "given_on", "scan")


class PostsEnteredFor(forms.ModelChoiceField):
    """For whom an answer is entered; of another side it is only a report."""

    widget = forms.RadioSelect

    def __init__(self, user: User, posts: QuerySet[Post]) -> None:
        self.user = user
        sides = posts.select_related("side__office", "entered_by__office")
        label, own = _("Entered for"), _("My own answer")
        super().__init__(sides, required=False, blank=True, label=label, empty_label=own)

    def label_from_instance(self, post: Post) -> str:
        if post.is_entered_through(self.user):
            return str(post)
        text = gettext("%(post)s (a report, which %(side)s has to confirm)")
        return text % {"post": post, "side": post.own_side}


class AnswerForm(forms.Form):
    """The one form for every sheet; the page adds the digest of the text it shows.

    Who may only enter for others chooses for whom, how it reached the office, and when.
    """

    answer = forms.ChoiceField(
        label=_("Answer"), choices=Answer, widget=forms.RadioSelect
    )
    opinion = forms.CharField(
        label=_("Opinion"),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("Needed unless you agree; it is shown with your answer."),
    )
    channel = forms.ChoiceField(
        label=_("How it was given"),
        choices=[(each.value, each.label) for each in (Channel.PAPER, Channel.PHONE)],
        required=False,
        widget=forms.RadioSelect,
    )
    given_on = forms.DateField(
        label=_("Given on"), required=False, widget=forms.DateInput
    )
    scan = ScanField(
        label=_("Signed paper"),
        required=False,
        help_text=_("Needed where it was signed on paper."),
    )

    def __init__(
        self,
        *args: Any,
        consent: Consent,
        user: User,
        grounds: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer(grounds)
        self.is_own = consent.waiting_for(user).exists()
        enterable = consent.enterable_by(user)
        if not enterable:
            for name in ENTERED:
                self.fields.pop(name, None)
            return
        behalf = PostsEnteredFor(user, enterable)
        if not self.is_own:
            behalf.empty_label, behalf.required = None, True
            confirmed = [post for post in enterable if post.is_entered_through(user)]
            behalf.initial = confirmed[0] if len(confirmed) == 1 else None
            self.fields["channel"].required = self.fields["given_on"].required = True
        self.fields["on_behalf_of"] = behalf
        self.fields["given_on"].initial = clock.today()
        self.order_fields(
            [*ENTERED, "answer", "ground", "opinion"]
        )  # as the page shows them
        if not self.is_own:
            self._take_over_report(consent, behalf, confirmed)

    def _offer(self, grounds: dict[str, str]) -> None:
        """Let him choose why he does not agree, where the row names the grounds."""
        if grounds:
            self.fields["ground"] = forms.ChoiceField(
                label=_("Ground"),
                choices=list(grounds.items()),
                required=False,
                widget=forms.RadioSelect,
                help_text=_("Needed unless you agree."),
            )
            self.order_fields(["answer", "ground", "opinion"])

    def _take_over_report(
        self, consent: Consent, behalf: PostsEnteredFor, own: list[Post]
    ) -> None:
        """What another side's office has reported for this one stands to be confirmed."""
        reports = consent.waiting().filter(is_reported=True, post__in=own)
        if report := reports.select_related("post").first():
            behalf.initial = report.post
            for name in {"answer", "ground", "opinion", "given_on", "channel"} & set(
                self.fields
            ):
                self.fields[name].initial = getattr(report, name)

    @property
    def own(self) -> list[BoundField]:
        """The fields of every answer."""
        names = ["answer", "ground", "opinion"]
        return [self[name] for name in names if name in self.fields]

    @property
    def entered(self) -> list[BoundField]:
        """The fields of an answer that is entered for another; none where one may not."""
        return [self[name] for name in ENTERED if name in self.fields]

    @property
    def is_entering(self) -> bool:
        """Whether to show the latter at once: nothing else may be done, or was chosen."""
        chosen = self.is_bound and bool(self.data.get("on_behalf_of"))
        return bool(self.entered) and (chosen or not self.is_own)

    def clean(self) -> dict[str, Any]:
        """An own answer needs none of what an entered one needs."""
        data = super().clean() or {}
        if not data.get("on_behalf_of"):
            for name in ("channel", "given_on", "scan"):
                data.pop(name, None)
        return {name: value for name, value in data.items() if value not in (None, "")}
