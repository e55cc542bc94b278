from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MinutesConfig(AppConfig):
    """The record of a meeting, its decisions, its minutes."""

    name = "minutes"
    verbose_name = _("Minutes")

    def ready(self) -> None:
        from consents.charter import SETTINGS, Setting
        from deadlines.charter import EVENTS
        from documents.models import IssuedDocumentQuerySet
        from institutions import charter
        from institutions.lacks import CHECKERS
        from meetings.models import Meeting
        from minutes import lacks, seen
        from minutes.charter import MinutesRules, PublicityRules
        from minutes.models import begin_minutes

        charter.PARTS |= {"minutes": MinutesRules, "publicity": PublicityRules | None}
        SETTINGS["minutes.approve"] = Setting(frozenset(["ad_hoc"]), has_meeting=True)
        EVENTS |= {"minutes.draft": ("meeting",), "minutes.issue": ("meeting",)}
        CHECKERS.append(lacks.minutes)
        IssuedDocumentQuerySet.sources.append(seen.papers)
        Meeting.HANGING.append(begin_minutes)
