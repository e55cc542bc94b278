from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents import seen
        from documents.models import AttachmentQuerySet

        AttachmentQuerySet.sources.append(seen.letters)
