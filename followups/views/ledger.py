"""The ledger of decisions, and the same as a table for a spreadsheet."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from followups import ledger
from institutions.requests import SignedIn
from jointmeeting import clock
from jointmeeting.views import csv_response
from minutes.models import Decision

ROWS = 50


def decision_ledger(request: SignedIn) -> HttpResponse:
    query, found, meetings, units = _queried(request)
    paginator = Paginator(found, ROWS)
    if not query.is_narrowing:
        paginator.count = sum(each["total"] for each in meetings.values())
    page = paginator.get_page(request.GET.get("page"))
    rows = ledger.rows_of(page.object_list, request.user, meetings, units)
    opened = ledger.open_now(request.GET, rows)
    keys = [row["pk"] for row in opened]
    stories = ledger.stories_of(opened, request.user) if opened else {}
    openings = ledger.opening_urls(request.GET, rows, keys)
    for row in rows:
        row["story"] = stories.get(row["pk"])
        row["opening"] = openings[row["pk"]]
    context = {
        "query": query,
        "page": page,
        "rows": rows,
        "has_query": query.is_narrowing,
        "has_bodies": "joint_body" in query.fields,
        "all_open": bool(rows) and len(opened) == len(rows),
    }
    return render(request, "followups/ledger.html", context)


def ledger_export(request: SignedIn) -> HttpResponse:
    """The same lines, all pages of them, for a spreadsheet."""
    _query, found, meetings, units = _queried(request)
    rows = ledger.rows_of(found, request.user, meetings, units)
    name = _("Ledger of decisions %(day)s") % {"day": clock.today()}
    return csv_response(ledger.sheet_rows(rows), f"{name}.csv")


def _queried(
    request: SignedIn,
) -> tuple[ledger.LedgerQuery, QuerySet[Decision], ledger.Totals, ledger.Units]:
    seen = ledger.ledger_of(request.user)
    meetings = ledger.meetings_of(seen)
    bodies = {post.joint_body_id: post.joint_body for post in request.user.posts_held}
    held = [each["meeting"] for each in meetings.values()]
    units = ledger.units_of({*bodies, *(each.joint_body_id for each in held)})
    query = ledger.LedgerQuery(
        request.GET, bodies=list(bodies.values()), meetings=held, units=units
    )
    return query, query.narrowed(seen), meetings, units
