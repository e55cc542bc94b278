from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupsConfig(AppConfig):
    """Assignments, supervision, the progress report."""

    name = "followups"
    verbose_name = _("Follow-ups")

    def ready(self) -> None:
        from documents.models import AttachmentQuerySet, IssuedDocumentQuerySet
        from followups import seen
        from followups.charter import FollowupRules
        from followups.models import follow_correction, owed_assigning
        from institutions import charter
        from minutes.models import Correction, Decision

        charter.PARTS["followups"] = FollowupRules
        Decision.ASSIGNING.append(owed_assigning)
        Correction.FOLLOWING.append(follow_correction)
        AttachmentQuerySet.sources.append(seen.scans)
        IssuedDocumentQuerySet.sources.append(seen.papers)
