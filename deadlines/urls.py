from django.urls import path

from deadlines import calendar_views, views

app_name = "deadlines"

urlpatterns = [
    path("calendar/", calendar_views.calendar_year, name="calendar_year"),
    path("calendar/<int:year>/", calendar_views.calendar_year, name="calendar_year"),
    path(
        "calendar/<int:year>/<int:month>/<int:day>/",
        calendar_views.calendar_day,
        name="calendar_day",
    ),
    path("calendar/import/", calendar_views.calendar_import, name="calendar_import"),
    path("duties/<int:pk>/", views.duty_detail, name="duty_detail"),
    path("duties/<int:pk>/note/", views.duty_note, name="duty_note"),
    path("duties/<int:pk>/chase/", views.duty_chase, name="duty_chase"),
]
