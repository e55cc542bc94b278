from django.urls import include, path

from desk import views

app_name = "desk"

version = [
    path("", views.charter_detail, name="charter_detail"),
    path("file/", views.charter_file, name="charter_file"),
    path("changes/", views.charter_changes, name="charter_changes"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("duties/", views.duty_list, name="duty_list"),
    path("duties/export/", views.duty_export, name="duty_export"),
    path("inbox/", views.inbox, name="inbox"),
    path("body/", views.body_choose, name="body_choose"),
    path("meetings/<int:pk>/", views.meeting_detail, name="meeting_detail"),
    path("bodies/<int:pk>/", views.body_detail, name="body_detail"),
    path("bodies/<int:pk>/year/", views.body_year, name="body_year"),
    path("bodies/<int:pk>/year/<int:year>/", views.body_year, name="body_year"),
    path("units/<int:pk>/end/", views.unit_end, name="unit_end"),
    path("units/<int:pk>/restore/", views.unit_restore, name="unit_restore"),
    path("bodies/<int:pk>/charter/", views.charter_detail, name="charter_detail"),
    path("bodies/<int:pk>/charter/<int:version>/", include(version)),
]
