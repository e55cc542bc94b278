"""A charter's year rehearsed from the screen: asked for, watched, read."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from institutions.drafting import to_come
from institutions.lacks import lacks_of
from institutions.models import Charter, JointBody
from institutions.models.charters import problems_of
from institutions.requests import SignedIn
from jointmeeting.workflow import StepRefused
from rehearsal import tasks
from rehearsal.drawing import by_month, picture
from rehearsal.forms import YearForm
from rehearsal.models import RIGHT, Rehearsal, check_may_rehearse

SECONDS = 3  # until a page under way asks how far it is


def _get_charter(request: SignedIn, pk: int, version: int) -> Charter:
    """A version of one's body; a draft only for who administers it."""
    bodies = JointBody.objects.seen_by(request.user)
    charters = Charter.objects.filter(joint_body__in=bodies).select_related("joint_body")
    charter = get_object_or_404(charters, joint_body=pk, version=version)
    is_draft = charter.state == Charter.State.DRAFT
    if is_draft and not request.user.may(RIGHT, charter.joint_body):
        raise Http404
    return charter


def rehearsal_detail(request: SignedIn, pk: int, version: int) -> HttpResponse:
    charter = _get_charter(request, pk, version)
    if request.method == "POST":
        check_may_rehearse(request.user, charter)
    form = YearForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = Rehearsal.objects.begin(charter, by=request.user, **form.cleaned_data)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        else:
            tasks.play.delay(asked.pk)
        return redirect(request.path)
    played = charter.rehearsals.select_related("by").last()
    if played:
        played.look()
    problems = problems_of(charter.data)
    may_draft = request.user.may("administer_rights", charter.joint_body)
    context = {
        "body": charter.joint_body,
        "charter": charter,
        "form": form,
        "may_play": request.user.may(RIGHT, charter.joint_body),
        "problems": problems,
        "lacks": [] if problems else lacks_of(charter, charter.joint_body),
        "may_draft": may_draft,
        "to_come": to_come(charter.joint_body) if may_draft else None,
        "played": played,
    }
    if played and played.result:
        entries = played.result["entries"]
        context |= {"picture": picture(entries), "months": by_month(entries)}
    answer = render(request, "rehearsal/rehearsal_detail.html", context)
    if played and played.is_under_way:
        answer["Refresh"] = str(SECONDS)
    return answer


@require_POST
def rehearsal_cancel(request: SignedIn, pk: int, version: int) -> HttpResponse:
    charter = _get_charter(request, pk, version)
    check_may_rehearse(request.user, charter)
    played = get_object_or_404(Rehearsal.objects.filter(charter=charter))
    try:
        played.cancel(by=request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The rehearsal is broken off."))
    return redirect("rehearsal:rehearsal_detail", pk, version)
