from django.urls import path

from deadlines import views

app_name = "deadlines"

urlpatterns = [
    path("duties/<int:pk>/", views.duty_detail, name="duty_detail"),
    path("duties/<int:pk>/note/", views.duty_note, name="duty_note"),
    path("duties/<int:pk>/chase/", views.duty_chase, name="duty_chase"),
]
