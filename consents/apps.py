from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsentsConfig(AppConfig):
    name = "consents"
    verbose_name = _("Consents")

    def ready(self) -> None:
        from consents import lacks, seen
        from documents.models import AttachmentQuerySet
        from institutions.lacks import CHECKERS

        AttachmentQuerySet.sources.append(seen.scans)
        CHECKERS.append(lacks.routes)
