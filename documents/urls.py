from django.urls import path

from documents import views

app_name = "documents"

urlpatterns = [
    path("", views.document_list, name="document_list"),
    path("export/", views.document_export, name="document_export"),
    path("<int:pk>/", views.document_detail, name="document_detail"),
    path("<int:pk>/pdf/", views.document_pdf, name="document_pdf"),
    path(
        "addressees/<int:pk>/receive/", views.addressee_receive, name="addressee_receive"
    ),
    path("attachments/<int:pk>/", views.attachment, name="attachment"),
]
