from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MinutesConfig(AppConfig):
    """The record of a meeting, its decisions, its minutes."""

    name = "minutes"
    verbose_name = _("Minutes")

    def ready(self) -> None:
        from documents.models import IssuedDocumentQuerySet
        from institutions import charter
        from meetings.models import Meeting
        from minutes import seen
        from minutes.charter import MinutesRules
        from minutes.models import begin_minutes

        charter.PARTS["minutes"] = MinutesRules
        IssuedDocumentQuerySet.sources.append(seen.papers)
        Meeting.HANGING.append(begin_minutes)
