"""What is issued: numbered, frozen, sent to units that say they have it."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import sha256
from typing import Any, ClassVar, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from simple_history.models import HistoricalRecords

from deadlines.charter import Term
from deadlines.models import Duty, Owed, keep_duties, target_of
from documents.charter import Paper
from documents.models.attachments import SeenThrough, Source
from institutions.may import Liaison
from institutions.models import JointBody, MemberUnit, User
from jointmeeting import clock
from jointmeeting.rendering import render_pdf
from jointmeeting.workflow import StepRefused, save_with_history, transition

TYPED_NUMBER = re.compile(
    r"\s*[〔\[［【（(]\s*(\d{4})\s*[〕\]］】）)]\s*第?\s*0*(\d+)\s*号"
)


class NumberSeries(models.Model):
    """The running numbers of a mark in a year: no number twice, none left out."""

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="+")
    mark = models.CharField(gettext_lazy("mark"), max_length=50)
    year = models.PositiveSmallIntegerField(gettext_lazy("year"))
    last = models.PositiveIntegerField(gettext_lazy("last number"), default=0)

    class Meta:
        verbose_name = gettext_lazy("number series")
        verbose_name_plural = gettext_lazy("number series")
        constraints = [
            models.UniqueConstraint(
                fields=["joint_body", "mark", "year"], name="documents_series_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mark}〔{self.year}〕"

    @classmethod
    def take(cls, body: JointBody, mark: str) -> str:
        """The next number, for this transaction to use: rolled back, it is free again."""
        year = clock.today().year
        cls.objects.get_or_create(joint_body=body, mark=mark, year=year)
        series = cls.objects.select_for_update().get(
            joint_body=body, mark=mark, year=year
        )
        issued = IssuedDocument.objects.filter(joint_body=body)
        while True:
            series.last += 1
            number = f"{mark}〔{year}〕{series.last}号"
            if not issued.filter(number=number).exists():  # somebody may have typed it
                series.save(update_fields=["last"])
                return number


class IssuedDocumentQuerySet(SeenThrough["IssuedDocument"]):
    sources: ClassVar[list[Source]] = []
    own_name = gettext_noop(
        "a task that reads its body's documents, or a unit it was sent to"
    )

    def own(self, user: User) -> models.QuerySet:
        """Those of the bodies whose documents one may read, and those sent to one's unit."""
        bodies = user.bodies_allowing("read_topics")
        of_bodies = IssuedDocument.objects.filter(joint_body__in=bodies)
        # What is sent is of the unit's own body: where one reads all of that, it is there.
        elsewhere = [each for each in user.units_held if each.joint_body_id not in bodies]
        if not elsewhere:
            return of_bodies
        sent = Addressee.objects.filter(member__in=elsewhere)
        return IssuedDocument.objects.filter(
            pk__in=of_bodies.values("pk").union(sent.values("document"))
        )

    @transaction.atomic
    def issue(
        self,
        template: str,
        row: Any,
        paper: Paper,
        context: dict[str, Any],
        *,
        by: User,
        to: Iterable[MemberUnit] = (),
        copies: Iterable[MemberUnit] = (),
        number: str = "",
    ) -> "IssuedDocument":
        """Number, date, render and keep a document; all of it, or nothing, number included.

        The office may type the number of its own register; else the next one is taken.
        Raises ValidationError for a number in use, FontsMissing where it cannot be printed.
        """
        body, number = row.joint_body, tidy_number(number)
        if number and self.filter(joint_body=body, number=number).exists():
            raise number_in_use()
        number = number or NumberSeries.take(body, paper.mark)
        issued = {"number": number, "signed_on": clock.today()}
        content = render_pdf(template, context | issued)
        document = IssuedDocument(
            joint_body=body,
            template=template,
            title=context["title"],
            number=number,
            target=target_of(row),
            data=context | issued,
            sha256=sha256(content).hexdigest(),
            issued_on=clock.today(),
            issued_by=by,
            issuer=body.members.get(key=paper.issuer),
        )
        self._put(document)
        _keep(document, content)
        Addressee.objects.bulk_create(
            Addressee(document=document, member=member, is_copy=is_copy)
            for members, is_copy in ((to, False), (copies, True))
            for member in members
        )
        return document

    def _put(self, document: "IssuedDocument") -> None:
        """Somebody may have typed the same number at this very moment."""
        try:
            with transaction.atomic():
                document.save()
        except IntegrityError as error:
            raise number_in_use() from error


def _keep(document: "IssuedDocument", content: bytes) -> None:
    """Write the file; where the disk takes no more, nothing is issued and nothing is left."""
    field = document.file
    name = field.field.generate_filename(document, f"{document.pk}.pdf")
    try:
        field.save(f"{document.pk}.pdf", ContentFile(content))
    except OSError as error:
        field.storage.delete(name)
        text = _(
            "The file could not be kept (%(why)s): nothing was issued. Try again later."
        )
        raise StepRefused(text % {"why": error.strerror or error}) from error


def tidy_number(typed: str) -> str:
    """A number as it must stand in print, with 〔2026〕9号, however that was typed."""
    return TYPED_NUMBER.sub(r"〔\1〕\2号", typed.strip())


def number_in_use() -> ValidationError:
    return ValidationError({"number": _("This number is in use.")})


def document_path(document: "IssuedDocument", name: str) -> str:
    return f"documents/{document.joint_body_id}/{document.issued_on:%Y}/{name}"


class IssuedDocument(models.Model):
    """A document as it left the house: its number, its words, its file. Never changed."""

    joint_body = models.ForeignKey(JointBody, models.PROTECT, related_name="documents")
    template = models.CharField(max_length=40)
    title = models.CharField(gettext_lazy("title"), max_length=300)
    number = models.CharField(gettext_lazy("document number"), max_length=60)
    target = models.CharField(max_length=80, db_index=True)
    data = models.JSONField(encoder=DjangoJSONEncoder)
    file = models.FileField(upload_to=document_path, max_length=200)
    sha256 = models.CharField(max_length=64)
    issued_on = models.DateField(gettext_lazy("issued on"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issuer = models.ForeignKey(MemberUnit, models.PROTECT, related_name="+")

    objects = IssuedDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("document")
        verbose_name_plural = gettext_lazy("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["joint_body", "number"],
                name="documents_number_once",
                violation_error_message=gettext_lazy("This number is in use."),
            )
        ]
        indexes = [
            models.Index(fields=["joint_body", "-issued_on"], name="documents_newest")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("documents:document_detail", args=[self.pk])

    @property
    def sent_to(self) -> list[MemberUnit]:
        return [each.member for each in self.addressees.all() if not each.is_copy]

    @property
    def copied_to(self) -> list[MemberUnit]:
        return [each.member for each in self.addressees.all() if each.is_copy]

    def row_for(self, user: User) -> Any:
        """What the document is about, if this person may see it."""
        label, _colon, pk = self.target.partition(":")
        rows: Any = apps.get_model(label)._default_manager
        return rows.visible_to(user).filter(pk=pk).first()


class AddresseeQuerySet(models.QuerySet["Addressee"]):
    def visible_to(self, user: User) -> Self:
        """Those of one's own unit."""
        return self.filter(member__in=[unit.pk for unit in user.units_held])

    def for_duties(self) -> Self:
        return self.select_related("document__joint_body", "member__liaison")

    def in_motion(self) -> Self:
        return self.filter(status=Addressee.Status.ASKED)

    def ask_receipts(self, document: IssuedDocument, term: Term) -> None:
        """Each unit it was sent or copied to owes its receipt; the caller's step goes on."""
        for addressee in document.addressees.order_by("pk"):
            addressee.status = Addressee.Status.ASKED
            addressee.term = {
                "value": term.value,
                "unit": term.unit,
                "when": term.when,
            }
            save_with_history(addressee, None, gettext_noop("Ask for the receipt"))
            keep_duties(addressee)
            Duty.objects.of(addressee).tell()


class Addressee(models.Model):
    """A unit that a document is sent to, or copied to; it may owe its receipt."""

    class Status(models.TextChoices):
        SENT = "sent", gettext_lazy("Sent")
        ASKED = "asked", gettext_lazy("Receipt asked for")
        RECEIVED = "received", gettext_lazy("Received")

    document = models.ForeignKey(
        IssuedDocument, models.CASCADE, related_name="addressees"
    )
    member = models.ForeignKey(
        MemberUnit, models.PROTECT, related_name="+", verbose_name=gettext_lazy("unit")
    )
    is_copy = models.BooleanField(gettext_lazy("copy"), default=False)
    status = models.CharField(
        gettext_lazy("receipt"), max_length=10, choices=Status, default=Status.SENT
    )
    term = models.JSONField(default=dict, blank=True)
    received_on = models.DateField(gettext_lazy("received on"), null=True, blank=True)

    objects = AddresseeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = gettext_lazy("addressee")
        verbose_name_plural = gettext_lazy("addressees")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "member"], name="documents_addressee_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.member)

    def get_absolute_url(self) -> str:
        return self.document.get_absolute_url()

    @property
    def joint_body(self) -> JointBody:
        return self.document.joint_body

    def owed(self) -> Iterator[Owed]:
        if self.status == self.Status.ASKED:
            term, waiting = Term(**self.term), self.document.issuer.liaison
            yield Owed(
                "receipt", self.member.liaison, self.document.issued_on, term, waiting
            )

    def duty_text(self, kind: str) -> str:
        about = {"document": self.document.title}
        return _("Acknowledge receipt of “%(document)s”") % about

    def duty_url(self, kind: str) -> str:
        return self.get_absolute_url()

    @transition(
        gettext_noop("Acknowledge receipt"),
        source={Status.ASKED},
        target=Status.RECEIVED,
        may=Liaison("member"),
    )
    def receive(self, *, by: User) -> Callable:
        self.received_on = clock.today()
        return partial(keep_duties, self)
