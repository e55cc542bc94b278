from django.urls import include, path

from followups.views import assignments, inspections, progress

app_name = "followups"

assignment = [
    path("", assignments.assignment_detail, name="assignment_detail"),
    path("report/", assignments.assignment_report, name="assignment_report"),
    path("claim/", assignments.assignment_claim, name="assignment_claim"),
    path("reassign/", assignments.assignment_reassign, name="assignment_reassign"),
]
inspection = [
    path("", inspections.inspection_detail, name="inspection_detail"),
    path("answer/<slug:act>/", inspections.inspection_answer, name="inspection_answer"),
]
report = [
    path("begin/<int:pk>/", progress.progress_begin, name="progress_begin"),
    path("<int:pk>/", progress.progress_detail, name="progress_detail"),
    path("lines/<int:pk>/", progress.progress_line, name="progress_line"),
]

urlpatterns = [
    path("decisions/<int:pk>/", assignments.decision_detail, name="decision_detail"),
    path("assign/<int:pk>/", assignments.assign, name="assign"),
    path("assignments/<int:pk>/", include(assignment)),
    path("inspections/<int:pk>/", include(inspection)),
    path("progress/", include(report)),
]
