from django.urls import path

from meetings import attendance, views

app_name = "meetings"

urlpatterns = [
    path("", views.meeting_list, name="meeting_list"),
    path("export/", views.meeting_export, name="meeting_export"),
    path("new/", views.meeting_create, name="meeting_create"),
    path("attendance/<int:pk>/", attendance.attendance_reply, name="attendance_reply"),
    path("<int:pk>/amend/", views.meeting_amend, name="meeting_amend"),
    path("<int:pk>/letter/", views.meeting_letter_preview, name="meeting_letter_preview"),
    path("<int:pk>/request/", views.meeting_request, name="meeting_request"),
    path("<int:pk>/cancel/", views.meeting_cancel, name="meeting_cancel"),
    path("<int:pk>/answer/<slug:act>/", views.meeting_answer, name="meeting_answer"),
    path("<int:pk>/sheet/<slug:act>/", views.meeting_sheet, name="meeting_sheet"),
]
