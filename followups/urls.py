from django.urls import include, path

from followups.views import assignments, earlier, inspections, ledger, progress

app_name = "followups"

assignment = [
    path("", assignments.assignment_detail, name="assignment_detail"),
    path("accept/", assignments.assignment_accept, name="assignment_accept"),
    path("give_back/", assignments.assignment_give_back, name="assignment_give_back"),
    path("confirm/", assignments.assignment_confirm, name="assignment_confirm"),
    path("reassign/", assignments.assignment_reassign, name="assignment_reassign"),
    path("report/", assignments.assignment_report, name="assignment_report"),
    path("claim/", assignments.assignment_claim, name="assignment_claim"),
    path("send_back/", assignments.assignment_send_back, name="assignment_send_back"),
    path("agree/", assignments.assignment_agree, name="assignment_agree"),
    path("verify/", assignments.assignment_verify, name="assignment_verify"),
    path("review/", assignments.assignment_review, name="assignment_review"),
    path("end/", assignments.assignment_end, name="assignment_end"),
    path("supervise/", assignments.assignment_supervise, name="assignment_supervise"),
    path(
        "supervise/preview/",
        assignments.assignment_supervise_preview,
        name="assignment_supervise_preview",
    ),
    path("cancel/", assignments.assignment_cancel, name="assignment_cancel"),
    path("contact/", assignments.assignment_contact, name="assignment_contact"),
]
inspection = [
    path("", inspections.inspection_detail, name="inspection_detail"),
    path("amend/", inspections.inspection_amend, name="inspection_amend"),
    path("record/", inspections.inspection_record, name="inspection_record"),
    path(
        "ask_to_sign/", inspections.inspection_ask_to_sign, name="inspection_ask_to_sign"
    ),
    path("answer/<slug:act>/", inspections.inspection_answer, name="inspection_answer"),
    path("sheet/<slug:act>/", inspections.inspection_sheet, name="inspection_sheet"),
    path("mend/", inspections.inspection_mend, name="inspection_mend"),
    path("reject/", inspections.inspection_reject, name="inspection_reject"),
    path("close/", inspections.inspection_close, name="inspection_close"),
]
report = [
    path("begin/<int:pk>/", progress.progress_begin, name="progress_begin"),
    path("<int:pk>/", progress.progress_detail, name="progress_detail"),
    path("<int:pk>/freeze/", progress.progress_freeze, name="progress_freeze"),
    path("<int:pk>/preview/", progress.progress_preview, name="progress_preview"),
    path("lines/<int:pk>/", progress.progress_line, name="progress_line"),
    path("lines/<int:pk>/explain/", progress.progress_explain, name="progress_explain"),
    path("lines/<int:pk>/say/", progress.progress_say, name="progress_say"),
]

urlpatterns = [
    path("decisions/<int:pk>/", assignments.decision_detail, name="decision_detail"),
    path("decisions/<int:pk>/strike/", earlier.decision_strike, name="decision_strike"),
    path("bring/<int:pk>/", earlier.decisions_bring, name="decisions_bring"),
    path("ledger/", ledger.decision_ledger, name="ledger"),
    path("ledger/export/", ledger.ledger_export, name="ledger_export"),
    path("assign/<int:pk>/", assignments.assign, name="assign"),
    path("assign/<int:pk>/preview/", assignments.assign_preview, name="assign_preview"),
    path("assignments/<int:pk>/", include(assignment)),
    path(
        "assignments/<int:pk>/inspect/",
        inspections.inspection_begin,
        name="inspection_begin",
    ),
    path("inspections/", inspections.inspection_list, name="inspection_list"),
    path("inspections/<int:pk>/", include(inspection)),
    path("progress/", include(report)),
]
