"""The product's addresses, and those that are still to come."""

from django.http import HttpResponse
from django.urls import include, path

import agenda.urls
import desk.urls
import meetings.urls
from jointmeeting.urls import urlpatterns as product


def _page(request, **named):
    return HttpResponse()


def _names(*names: str) -> list:
    return [path(f"x/{name}/<path:pk>/", _page, name=name) for name in names]


def _answers(name: str) -> list:
    return [path(f"x/{name}/<int:pk>/<slug:act>/", _page, name=name)]


desk.urls.urlpatterns += _names("meeting_detail")
meetings.urls.urlpatterns += _names("attendance_reply")
agenda.urls.urlpatterns += _names("agenda_detail")
minutes = _names("minutes_detail", "correction_detail") + _answers("minutes_answer")
followups = _names(
    "decision_detail",
    "assign",
    "assignment_detail",
    "assignment_report",
    "assignment_claim",
    "assignment_reassign",
    "inspection_detail",
    "progress_begin",
    "progress_detail",
    "progress_line",
) + _answers("inspection_answer")
urlpatterns = [
    *product,
    path("minutes/", include((minutes, "minutes"))),
    path("followups/", include((followups, "followups"))),
]
