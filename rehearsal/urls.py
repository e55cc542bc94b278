from django.urls import path

from rehearsal import views

app_name = "rehearsal"
BELOW = "<int:pk>/charter/<int:version>/rehearsal/"

urlpatterns = [
    path(BELOW, views.rehearsal_detail, name="rehearsal_detail"),
    path(f"{BELOW}cancel/", views.rehearsal_cancel, name="rehearsal_cancel"),
]
