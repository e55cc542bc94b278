from django.urls import path

from minutes.views import corrections, minutes

app_name = "minutes"

urlpatterns = [
    path("<int:pk>/", minutes.minutes_detail, name="minutes_detail"),
    path("<int:pk>/answer/<slug:act>/", minutes.minutes_answer, name="minutes_answer"),
    path(
        "corrections/<int:pk>/", corrections.correction_detail, name="correction_detail"
    ),
]
