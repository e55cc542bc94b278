"""The ledger of decisions, and the same as a table for a spreadsheet."""

from typing import Any

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
    query, found, meetings = _queried(request)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    rows = ledger.rows_of(page.object_list, request.user, meetings)
    opened = ledger.open_now(request.GET, rows)
    keys = [row["pk"] for row in opened]
    stories = ledger.stories_of(opened, request.user) if opened else {}
    for row in rows:
        row["story"] = stories.get(row["pk"])
        row["opening"] = ledger.opening_url(request.GET, row["pk"], keys)
    context = {
        "query": query,
        "page": page,
        "rows": rows,
        "has_query": any(request.GET.get(name) for name in query.fields),
        "has_bodies": "joint_body" in query.fields,
        "all_open": bool(rows) and len(opened) == len(rows),
    }
    return render(request, "followups/ledger.html", context)


def ledger_export(request: SignedIn) -> HttpResponse:
    """The same lines, all pages of them, for a spreadsheet."""
    _query, found, meetings = _queried(request)
    rows = ledger.rows_of(found, request.user, meetings)
    name = _("Ledger of decisions %(day)s") % {"day": clock.today()}
    return csv_response(ledger.sheet_rows(rows), f"{name}.csv")


def _queried(
    request: SignedIn,
) -> tuple[ledger.LedgerQuery, QuerySet[Decision], dict[int, dict[str, Any]]]:
    seen = ledger.ledger_of(request.user)
    meetings = ledger.meetings_of(seen)
    bodies = {post.joint_body_id: post.joint_body for post in request.user.posts_held}
    held = [each["meeting"] for each in meetings.values()]
    query = ledger.LedgerQuery(request.GET, bodies=list(bodies.values()), meetings=held)
    return query, query.narrowed(seen), meetings
