from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from consents.charter import SETTINGS, Setting
        from documents.models import AttachmentQuerySet, IssuedDocumentQuerySet
        from institutions import charter
        from institutions.lacks import CHECKERS
        from meetings import lacks, seen
        from meetings.charter import LowerRules, MeetingRules

        charter.PARTS |= {"meetings": MeetingRules, "lower": LowerRules | None}
        for kind in ("regular", "ad_hoc"):
            SETTINGS[f"meetings.{kind}.agree"] = Setting(frozenset(["sources"]))
        SETTINGS["meetings.plan.agree"] = Setting(frozenset(["ad_hoc"]), has_meeting=True)
        CHECKERS.append(lacks.meetings)
        IssuedDocumentQuerySet.sources += [seen.letters, seen.notices]
        AttachmentQuerySet.sources.append(seen.substitutes)
