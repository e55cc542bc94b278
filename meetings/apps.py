from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from documents.models import IssuedDocumentQuerySet
        from institutions import charter
        from meetings import seen
        from meetings.charter import MeetingRules

        charter.PARTS["meetings"] = MeetingRules
        IssuedDocumentQuerySet.sources += [seen.letters, seen.notices]
