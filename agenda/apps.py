from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "agenda"
    verbose_name = _("Agenda")

    def ready(self) -> None:
        from agenda import seen
        from agenda.charter import TopicRules
        from documents.models import AttachmentQuerySet, IssuedDocumentQuerySet
        from institutions import charter

        charter.PARTS["topics"] = TopicRules
        IssuedDocumentQuerySet.sources.append(seen.letters)
        AttachmentQuerySet.sources.append(seen.scans)
