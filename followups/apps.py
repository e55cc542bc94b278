from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupsConfig(AppConfig):
    """Assignments, supervision, the progress report."""

    name = "followups"
    verbose_name = _("Follow-ups")

    def ready(self) -> None:
        from deadlines.charter import EVENTS
        from documents.models import AttachmentQuerySet, IssuedDocumentQuerySet
        from followups import lacks, seen
        from followups.charter import EvaluationRules, FollowupRules
        from followups.models import (
            follow_correction,
            follow_decision,
            follow_keys,
            keep_lines_of_decision,
            keep_lines_of_meeting,
            no_meeting_was_told,
            owed_assigning,
        )
        from institutions import charter, versions
        from institutions.lacks import CHECKERS
        from meetings.models import Meeting
        from minutes.models import Correction, Decision

        charter.PARTS["followups"] = FollowupRules
        charter.PARTS["evaluation"] = EvaluationRules | None
        EVENTS["followups.assign.term"] = ("meeting",)
        EVENTS["followups.report.rhythms[].after"] = ("meeting", "minutes")
        CHECKERS.append(lacks.followups)
        versions.FOLLOWING.insert(0, follow_keys)  # before what is owed is said anew
        Decision.ASSIGNING.append(owed_assigning)
        Decision.strike.transition.add_gate(no_meeting_was_told)
        Decision.HANGING += [follow_decision, keep_lines_of_decision]
        Correction.FOLLOWING += [follow_correction, keep_lines_of_decision]
        Meeting.HANGING.append(keep_lines_of_meeting)
        AttachmentQuerySet.sources.append(seen.scans)
        IssuedDocumentQuerySet.sources.append(seen.papers)
