"""The pages that span all apps: who waits for whom, messages, a body and its charter."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from agenda.models import Closing, next_closings
from agenda.pages import proposing_units
from deadlines.forms import ContactForm
from deadlines.models import Duty, Reminder, with_days_left
from desk import beyond, bodies, body_years, charters, duties, meetings, sample
from desk.context import Frame
from desk.forms import DutyQuery
from desk.versions import changes_between
from desk.years import years_of
from documents.models import IssuedDocument
from institutions.calendars import year_to_enter
from institutions.drafting import to_come
from institutions.lacks import lacks_of
from institutions.models import Charter, JointBody, User
from institutions.requests import SignedIn
from institutions.writing import text_of
from jointmeeting import clock
from jointmeeting.views import csv_response
from meetings.periods import year_now

ROWS = 50
DOCUMENTS = 5
FIRST_YEAR, LAST_YEAR = 2000, 2100  # of a work year


def home(request: SignedIn) -> HttpResponse:
    mine = Frame(request).bodies
    chosen = [body for body in mine if str(body.pk) == request.GET.get("body")]
    body = chosen[0] if chosen else None
    sections = duties.sections(request.user, body)
    noted = _to_be_noted(sections[duties.Who.AWAITED].duties, request.GET.get("note"))
    context = {
        "bodies": mine,
        "body": body,
        "names_body": len(mine) > 1 and body is None,
        "sections": sections,
        "noted": noted,
        "form": _note_of(noted) if noted else None,
        "today": clock.today(),
        "years": years_of([body] if body else mine),
        "closings": _closings(request.user, [body] if body else mine),
        "documents": _latest_documents(request.user, body),
        "year_to_enter": year_to_enter(request.user),
    }
    return render(request, "desk/home.html", context)


def _closings(person: User, mine: list[JointBody]) -> list[Closing]:
    """Until when topics are handed in, for those who propose or see to them."""
    closings = next_closings(mine)
    proposing = (
        {unit.joint_body_id for unit in proposing_units(person)} if closings else {}
    )
    return [
        each
        for each in closings
        if each.meeting.joint_body_id in proposing
        or person.may("read_topics", each.meeting.joint_body)
    ]


def _to_be_noted(awaited: list[Any], asked: str | None) -> Any | None:
    """The duty that a call is to be noted for, if it is one that may be noted."""
    found = [duty for duty in awaited if duty.may_note and str(duty.pk) == asked]
    return found[0] if found else None


def _note_of(duty: Duty) -> ContactForm:
    """The form for it, with who holds the post today as the one spoken to."""
    return ContactForm(duty=duty, initial={"whom": next(iter(duty.holders), None)})


def _latest_documents(person: User, body: JointBody | None) -> QuerySet[IssuedDocument]:
    """Those of one's bodies and those sent to one's unit.

    The list of documents has the rest, seen through a matter: to ask for them here would
    take longer than the page.
    """
    mine = IssuedDocument.objects.own(person).defer("data")
    if body:
        mine = mine.filter(joint_body=body)
    return mine.select_related("issuer__unit").order_by("-issued_on", "-pk")[:DOCUMENTS]


def duty_list(request: SignedIn) -> HttpResponse:
    mine = Frame(request).bodies
    query = DutyQuery(request.GET, bodies=mine)
    page = Paginator(_queried(request, query), ROWS).get_page(request.GET.get("page"))
    page.object_list = duties.drawn(page.object_list, request.user)
    context = {
        "query": query,
        "who": query.who_chosen,
        "page": page,
        "names_body": len(mine) > 1,
    }
    return render(request, "desk/duty_list.html", context)


def duty_export(request: SignedIn) -> HttpResponse:
    """The same list, all pages of it, for a spreadsheet."""
    query = DutyQuery(request.GET, bodies=Frame(request).bodies)
    name = f"{clock.today()}-{query.who_chosen}.csv"
    return csv_response(duties.sheet(_queried(request, query), request.user), name)


def _queried(request: SignedIn, query: DutyQuery):
    found = duties.duties_of(request.user, query.who_chosen)
    return duties.narrowed(found, **query.chosen())


def inbox(request: SignedIn) -> HttpResponse:
    """What one was told; having it on the screen is having seen it."""
    is_done = request.GET.get("done") == "1"
    reminders = Reminder.objects
    told = reminders.done_of if is_done else reminders.inbox_of
    page = Paginator(told(request.user), ROWS).get_page(request.GET.get("page"))
    page.object_list = list(page.object_list)
    with_days_left(each.duty for each in page.object_list)
    reminders.filter(pk__in=[each.pk for each in page.object_list]).see()
    return render(request, "desk/inbox.html", {"page": page, "is_done": is_done})


@require_POST
def body_choose(request: SignedIn) -> HttpResponse:
    """Work in another body for the rest of the session."""
    mine = {str(body.pk): body for body in Frame(request).bodies}
    if request.POST.get("body") not in mine:
        raise Http404
    request.session["body"] = mine[request.POST["body"]].pk
    return redirect("desk:home")


def _get_body(request: SignedIn, pk: int) -> JointBody:
    """A body this person has a post on; to anyone else it does not exist."""
    return get_object_or_404(JointBody.objects.of(request.user), pk=pk)


def _get_seen(request: SignedIn, pk: int) -> JointBody:
    """A body as `_get_body` has it, or one not at work yet that this person sets up."""
    return get_object_or_404(JointBody.objects.seen_by(request.user), pk=pk)


def body_detail(request: SignedIn, pk: int) -> HttpResponse:
    body = _get_seen(request, pk)
    if body.charter_id is None:
        return redirect("desk:body_setup", pk)
    sides = bodies.sides_of(body)
    context = {
        "body": body,
        "sides": sides,
        "secretariat": bodies.secretariat_of(body),
        "offices": {side.office_id for side in sides},
        "posts": bodies.posts_of(body),
        "groups": bodies.units_of(body),
        "tasks": bodies.tasks_of(body),
        "publicity": beyond.publicity_of(body),
        "evaluation": beyond.evaluation_of(body),
        "lower": beyond.lower_of(body),
        "passed_on_by_me": bodies.passed_on_by(request.user, body),
        "may_end_units": request.user.may("administer_rights", body),
    }
    return render(request, "desk/body_detail.html", context)


def body_year(request: SignedIn, pk: int, year: int | None = None) -> HttpResponse:
    """One year of a body, the present one unless another is named."""
    body = _get_body(request, pk)
    year = year or year_now(body)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    context = body_years.page_of(body, year, request.user)
    return render(request, "desk/body_year.html", context)


def charter_file(request: SignedIn, pk: int, version: int) -> HttpResponse:
    """A version of the charter as the file it could be loaded from."""
    body = _get_body(request, pk)
    charter = _get_version(body, version)
    answer = HttpResponse(text_of(charter), content_type="application/toml")
    name = f"{body.key}-{charter.version}.toml"
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def charter_detail(
    request: SignedIn, pk: int, version: int | None = None
) -> HttpResponse:
    """The charter in force, or an earlier version of it."""
    body = _get_seen(request, pk)
    if body.charter_id is None:
        return redirect("desk:draft_detail", pk)
    charter = body.rules_in_force if version is None else _get_version(body, version)
    told = body.charters.exclude(state=Charter.State.DRAFT).defer("data")
    may_draft = request.user.may("administer_rights", body)
    context = {
        "body": body,
        "charter": charter,
        "texts": charter.parts["body"].texts,
        "lists": charters.three_lists(charter),
        "versions": told.order_by("-version") if told.count() > 1 else [],
        "may_draft": may_draft,
        "to_come": may_draft and to_come(body),
        "is_over": charter.state == Charter.State.SUPERSEDED,
        "lacks": lacks_of(charter, body),
    }
    return render(request, "desk/charter_detail.html", context)


def charter_changes(request: SignedIn, pk: int, version: int) -> HttpResponse:
    """What a version of the charter changed of the one before it."""
    body = _get_body(request, pk)
    charter = _get_version(body, version)
    if charter.replaces is None:
        raise Http404
    context = {
        "body": body,
        "charter": charter,
        "parts": changes_between(charter.replaces, charter),
    }
    return render(request, "desk/charter_changes.html", context)


def _get_version(body: JointBody, version: int) -> Charter:
    """A charter that is, or was, in force for the body."""
    told = body.charters.exclude(state=Charter.State.DRAFT).select_related("replaces")
    return get_object_or_404(told, version=version)


class LogIn(LoginView):
    """The log-in page; a sample set-up lists the accounts it was filled with."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | sample.accounts()


def meeting_detail(request: SignedIn, pk: int) -> HttpResponse:
    is_whole_log = request.GET.get("log") == "all"
    page = meetings.page_of(pk, request.user, is_whole_log=is_whole_log)
    return render(request, "desk/meeting_detail.html", page)
