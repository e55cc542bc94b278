"""The addresses below a body on which its charter is changed."""

from django.urls import path

from desk.drafts import views

urlpatterns = [
    path("", views.draft_detail, name="draft_detail"),
    path("begin/", views.draft_begin, name="draft_begin"),
    path("file/", views.draft_file, name="draft_file"),
    path("upload/", views.draft_upload, name="draft_upload"),
    path("changes/", views.draft_changes, name="draft_changes"),
    path("discard/", views.draft_discard, name="draft_discard"),
    path("in-force/", views.draft_agree, name="draft_agree"),
    path("take-back/", views.draft_take_back, name="draft_take_back"),
    path("<slug:part>/", views.draft_part, name="draft_part"),
]
