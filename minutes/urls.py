from django.urls import include, path

from minutes.views import corrections, minutes, records

app_name = "minutes"

one = [
    path("", minutes.minutes_detail, name="minutes_detail"),
    path("amend/", minutes.minutes_amend, name="minutes_amend"),
    path("preview/", minutes.minutes_preview, name="minutes_preview"),
    path("send/", minutes.minutes_send, name="minutes_send"),
    path("take_back/", minutes.minutes_take_back, name="minutes_take_back"),
    path("issue/", minutes.minutes_issue, name="minutes_issue"),
    path("answer/<slug:act>/", minutes.minutes_answer, name="minutes_answer"),
    path("sheet/<slug:act>/", minutes.minutes_sheet, name="minutes_sheet"),
    path("correct/", corrections.correction_create, name="correction_create"),
    path("correct/preview/", corrections.correction_preview, name="correction_preview"),
]
urlpatterns = [
    path("<int:pk>/", include(one)),
    path("records/<int:pk>/", records.record_item, name="record_item"),
    path("records/<int:pk>/decide/", records.decision_create, name="decision_create"),
    path("records/<int:pk>/split/", records.decision_split, name="decision_split"),
    path("decisions/<int:pk>/", records.decision_change, name="decision_change"),
    path("decisions/<int:pk>/strike/", records.decision_strike, name="decision_strike"),
    path(
        "corrections/<int:pk>/", corrections.correction_detail, name="correction_detail"
    ),
    path(
        "corrections/<int:pk>/apply/",
        corrections.correction_apply,
        name="correction_apply",
    ),
]
