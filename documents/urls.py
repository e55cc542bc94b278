from django.urls import include, path

from documents import delegation_views, views

app_name = "documents"

mandate = [
    path("", delegation_views.mandate_detail, name="mandate_detail"),
    path("accept/", delegation_views.mandate_accept, name="mandate_accept"),
    path("decline/", delegation_views.mandate_decline, name="mandate_decline"),
    path("end/", delegation_views.mandate_end, name="mandate_end"),
]
urlpatterns = [
    path("posts/<int:pk>/", delegation_views.post_pass_on, name="post_pass_on"),
    path("delegations/<int:pk>/", include(mandate)),
    path("", views.document_list, name="document_list"),
    path("export/", views.document_export, name="document_export"),
    path("<int:pk>/", views.document_detail, name="document_detail"),
    path("<int:pk>/pdf/", views.document_pdf, name="document_pdf"),
    path(
        "addressees/<int:pk>/receive/", views.addressee_receive, name="addressee_receive"
    ),
    path("attachments/<int:pk>/", views.attachment, name="attachment"),
]
