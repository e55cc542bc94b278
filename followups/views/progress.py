"""What became of earlier decisions, told to a meeting."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agenda.models import AgendaItem
from followups import documents, progress_pages
from followups.models import ProgressLine, ProgressReport
from followups.progress_forms import ExplainForm, FreezeForm, SayForm
from institutions.requests import SignedIn
from jointmeeting.views import check_may, paper_response, take_form
from jointmeeting.workflow import StepRefused, already_done


def _get_item(request: SignedIn, pk: int) -> AgendaItem:
    """The item under which decisions are reported, of an agenda this person may read."""
    items = AgendaItem.objects.visible_to(request.user).filter(kind="progress")
    needed = ["joint_body", "agenda__meeting", "presenter__liaison", "presenter__unit"]
    return get_object_or_404(items.select_related(*needed), pk=pk)


def _get_report(request: SignedIn, pk: int) -> ProgressReport:
    reports = ProgressReport.objects.visible_to(request.user).select_related(
        "joint_body",
        "document",
        "item__agenda__meeting",
        "item__presenter__liaison",
        "item__presenter__unit",
    )
    return get_object_or_404(reports, pk=pk)


def _get_line(request: SignedIn, pk: int) -> ProgressLine:
    lines = ProgressLine.objects.visible_to(request.user).for_duties()
    needed = ["decision__meeting", "explained_by__unit"]
    return get_object_or_404(lines.select_related(*needed), pk=pk)


def progress_begin(request: SignedIn, pk: int) -> HttpResponse:
    """What would be gathered; gathering it asks the units. Again it gathers what has come."""
    item = _get_item(request, pk)
    if not request.user.stands_for(item.presenter):
        text = _("This step is for %(who)s.") % {"who": item.presenter.liaison}
        raise PermissionDenied(text)
    report = ProgressReport.objects.filter(item=item).first()
    if request.method != "POST" and report:
        return redirect(report)
    if request.method == "POST":
        try:
            report = ProgressReport.objects.begin(item, by=request.user)
        except StepRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _gathered(report))
        return redirect(report or item)
    context = progress_pages.begin_page(item)
    return render(request, "followups/progress_begin.html", context)


def _gathered(report: ProgressReport) -> str:
    if lines := report.lines.count():
        asked = report.lines.exclude(asked_on=None).count()
        text = _("%(n)s decisions are gathered; %(asked)s are to be explained.")
        return text % {"n": lines, "asked": asked}
    return _("There is nothing to report; freeze it, and the item says so.")


def progress_detail(request: SignedIn, pk: int) -> HttpResponse:
    context = progress_pages.page_of(_get_report(request, pk), request.user)
    return render(request, "followups/progress_detail.html", context)


def progress_freeze(request: SignedIn, pk: int) -> HttpResponse:
    report = _get_report(request, pk)
    check_may(request.user, report, "freeze")
    if request.method == "GET" and not report.is_open:
        messages.error(request, already_done(report))
        return redirect(report)
    form, status = FreezeForm(request.POST or None, row=report), 200
    if form.is_valid():
        if take_form(request, form, report.freeze):
            text = _("The report is frozen: %(document)s.")
            messages.success(request, text % {"document": report.document})
            return redirect(report)
        report, status = _get_report(request, pk), 409
    page = progress_pages.page_of(report, request.user)
    [step] = [each for each in page["steps"] if each.name == "freeze"] or [None]
    context = page | {"form": form, "step": step}
    return render(request, "followups/progress_freeze.html", context, status=status)


def progress_preview(request: SignedIn, pk: int) -> HttpResponseBase:
    """The report as it would be frozen today, watermarked, without its number."""
    report = _get_report(request, pk)
    report.words = request.POST.get("words", report.words)
    paper = documents.progress_context(report, request.user)
    return paper_response(request, "progress_report", paper, report)


# One line


def progress_line(request: SignedIn, pk: int) -> HttpResponse:
    """What is asked about a decision, with the form for who is to explain or to say."""
    line = _get_line(request, pk)
    if progress_pages.may_say(line, request.user):
        return _draw(request, line, _say_form(request, line), "say")
    if progress_pages.may_explain(line, request.user):
        initial = {"explanation": line.explanation or progress_pages.said_before(line)}
        return _draw(request, line, ExplainForm(row=line, initial=initial), "explain")
    return _draw(request, line, None, "")


def _say_form(request: SignedIn, line: ProgressLine) -> SayForm:
    office = line.office_of(request.user)
    said = line.opinions.filter(unit=office).first()
    return SayForm(initial={"opinion": said.opinion if said else ""})


def _draw(
    request: SignedIn,
    line: ProgressLine,
    form: BaseForm | None,
    act: str,
    status: int = 200,
) -> HttpResponse:
    office = line.office_of(request.user) if act == "say" else None
    context: dict[str, Any] = progress_pages.line_page(line, request.user) | {
        "form": form,
        "act": act,
        "office": office,
        "seen": line.seen(office),
    }
    return render(request, "followups/progress_line.html", context, status=status)


@require_POST
def progress_explain(request: SignedIn, pk: int) -> HttpResponse:
    line = _get_line(request, pk)
    check_may(request.user, line, "explain")
    form = ExplainForm(request.POST, row=line)
    seen, status = request.POST.get("seen", ""), 200
    if form.is_valid():
        if take_form(request, form, line.explain, seen=seen):
            messages.success(request, _("“%(line)s” is explained.") % {"line": line})
            return redirect(line)
        line, status = _get_line(request, pk), 409
    return _draw(request, line, form, "explain", status)


@require_POST
def progress_say(request: SignedIn, pk: int) -> HttpResponse:
    line = _get_line(request, pk)
    if line.office_of(request.user) is None:
        raise PermissionDenied(_("Opinions are said by the supervising offices."))
    form, status = SayForm(request.POST), 200
    if form.is_valid():
        if take_form(request, form, line.say, seen=request.POST.get("seen", "")):
            text = _("The opinion on “%(line)s” is kept.") % {"line": line}
            messages.success(request, text)
            return redirect(line)
        line, status = _get_line(request, pk), 409
    return _draw(request, line, form, "say", status)
