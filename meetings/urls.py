from django.urls import include, path

from meetings.views import attendance, meetings, sittings

app_name = "meetings"

meeting = [
    path("amend/", meetings.meeting_amend, name="meeting_amend"),
    path("letter/", meetings.meeting_letter_preview, name="meeting_letter_preview"),
    path("request/", meetings.meeting_request, name="meeting_request"),
    path("cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path(
        "cancel/notice/",
        meetings.meeting_cancellation_preview,
        name="meeting_cancellation_preview",
    ),
    path("answer/<slug:act>/", meetings.meeting_answer, name="meeting_answer"),
    path("sheet/<slug:act>/", meetings.meeting_sheet, name="meeting_sheet"),
    path("arrange/", sittings.meeting_arrange, name="meeting_arrange"),
    path("notice/", sittings.meeting_notice_preview, name="meeting_notice_preview"),
    path("ask_plan/", sittings.meeting_ask_plan, name="meeting_ask_plan"),
    path("notify/", sittings.meeting_notify, name="meeting_notify"),
    path("postpone/", sittings.meeting_postpone, name="meeting_postpone"),
    path(
        "postpone/notice/",
        sittings.meeting_change_preview,
        name="meeting_change_preview",
    ),
    path("name_chair/", sittings.meeting_name_chair, name="meeting_name_chair"),
    path("hold/", sittings.meeting_hold, name="meeting_hold"),
    path("attendance/", attendance.attendance_list, name="attendance_list"),
    path("attendance/tick/", attendance.attendance_tick, name="attendance_tick"),
    path("attendance/pdf/", attendance.attendance_list_pdf, name="attendance_list_pdf"),
    path("attendance/add/<slug:what>/", attendance.attendance_add, name="attendance_add"),
]
place = [
    path("", attendance.attendance_reply, name="attendance_reply"),
    path("remove/", attendance.attendance_remove, name="attendance_remove"),
    path("<slug:act>/", attendance.attendance_answer, name="attendance_answer"),
]
urlpatterns = [
    path("", meetings.meeting_list, name="meeting_list"),
    path("export/", meetings.meeting_export, name="meeting_export"),
    path("new/", meetings.meeting_create, name="meeting_create"),
    path("earlier/", sittings.meeting_bring_in, name="meeting_bring_in"),
    path("attendance/<int:pk>/", include(place)),
    path("<int:pk>/", include(meeting)),
]
