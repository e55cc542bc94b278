from django.urls import include, path

from desk import people_views, strokes, unit_views, views, why_views
from desk.drafts import setup

app_name = "desk"

version = [
    path("", views.charter_detail, name="charter_detail"),
    path("file/", views.charter_file, name="charter_file"),
    path("changes/", views.charter_changes, name="charter_changes"),
]
appointment = [
    path("end/", people_views.appointment_end, name="appointment_end"),
    path(
        "hand-over/",
        people_views.appointment_hand_over,
        name="appointment_hand_over",
    ),
    path(
        "hand-over/pdf/",
        people_views.appointment_hand_over_pdf,
        name="appointment_hand_over_pdf",
    ),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("duties/", views.duty_list, name="duty_list"),
    path("duties/export/", views.duty_export, name="duty_export"),
    path("inbox/", views.inbox, name="inbox"),
    path("why/", why_views.why, name="why"),
    path("body/", views.body_choose, name="body_choose"),
    path("meetings/<int:pk>/", views.meeting_detail, name="meeting_detail"),
    path("bodies/<int:pk>/", views.body_detail, name="body_detail"),
    path("bodies/<int:pk>/year/", views.body_year, name="body_year"),
    path("bodies/<int:pk>/year/<int:year>/", views.body_year, name="body_year"),
    path("bodies/<int:pk>/people/", people_views.people_list, name="people_list"),
    path("posts/<int:pk>/", people_views.post_detail, name="post_detail"),
    path("posts/<int:pk>/appoint/", people_views.post_appoint, name="post_appoint"),
    path("appointments/<int:pk>/", include(appointment)),
    path("bodies/<int:pk>/strokes/", strokes.stroke_counts, name="stroke_counts"),
    path("units/<int:pk>/end/", unit_views.unit_end, name="unit_end"),
    path("units/<int:pk>/restore/", unit_views.unit_restore, name="unit_restore"),
    path("units/<int:pk>/rename/", unit_views.unit_rename, name="unit_rename"),
    path("units/<int:pk>/name-back/", unit_views.unit_name_back, name="unit_name_back"),
    path("bodies/<int:pk>/charter/", views.charter_detail, name="charter_detail"),
    path("bodies/<int:pk>/charter/<int:version>/", include(version)),
    path("bodies/new/", setup.body_create, name="body_create"),
    path("bodies/<int:pk>/setup/", setup.body_setup, name="body_setup"),
    path("bodies/<int:pk>/lay-out/", setup.body_lay_out, name="body_lay_out"),
    path("bodies/<int:pk>/charter/draft/", include("desk.drafts.urls")),
]
