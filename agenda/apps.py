from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgendaConfig(AppConfig):
    name = "agenda"
    verbose_name = _("Agenda")

    def ready(self) -> None:
        from agenda import gates, lacks, seen
        from agenda.charter import AgendaRules, TopicRules
        from agenda.models import (
            agenda_terms,
            follow_charter,
            keep_agenda,
            planned_items,
        )
        from consents.charter import SETTINGS, Setting
        from documents.models import AttachmentQuerySet, IssuedDocumentQuerySet
        from institutions import charter, versions
        from institutions.lacks import CHECKERS
        from meetings.models import Meeting

        charter.PARTS["topics"] = TopicRules
        of_topics = frozenset(["sources", "classes", "outside_portfolio"])
        SETTINGS["topics.settle"] = Setting(of_topics | {"late"})
        SETTINGS["topics.closing.let_pass"] = Setting(of_topics)
        charter.PARTS["agenda"] = AgendaRules
        CHECKERS.extend([lacks.topics, lacks.agenda])
        Meeting.HANGING.append(keep_agenda)
        versions.FOLLOWING.insert(0, follow_charter)  # before what is owed is said anew
        Meeting.hold.transition.add_gate(gates.has_an_agenda)
        Meeting.TERMS.append(agenda_terms)
        Meeting.PLANNED["agenda"] = planned_items
        IssuedDocumentQuerySet.sources.append(seen.letters)
        AttachmentQuerySet.sources.append(seen.scans)
