"""Every address of the product."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from desk.views import LogIn
from institutions.passwords import OwnPasswordForm

urlpatterns = [
    path("", include("desk.urls")),
    path("deadlines/", include("deadlines.urls")),
    path("documents/", include("documents.urls")),
    path("meetings/", include("meetings.urls")),
    path("agenda/", include("agenda.urls")),
    path("minutes/", include("minutes.urls")),
    path("followups/", include("followups.urls")),
    path("bodies/", include("rehearsal.urls")),
    path("admin/", admin.site.urls),
    path("log-in/", LogIn.as_view(), name="login"),
    path("log-out/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(form_class=OwnPasswordForm),
        name="password_change",
    ),
    path(
        "password/done/",
        auth.PasswordChangeDoneView.as_view(),
        name="password_change_done",
    ),
]
