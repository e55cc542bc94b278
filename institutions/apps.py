from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InstitutionsConfig(AppConfig):
    name = "institutions"
    verbose_name = _("Institutions")

    def ready(self) -> None:
        from simple_history.signals import pre_create_historical_record

        from institutions import charter, lacks
        from jointmeeting import clock

        charter.PARTS |= {
            "words": dict[str, str],
            "body": charter.BodyRules,
            "sides": tuple[charter.SideRules, ...],
            "posts": tuple[charter.PostRules, ...],
            "units": tuple[charter.UnitGroup, ...],
            "offices": tuple[charter.OfficeDuty, ...],
            "gates": dict[str, charter.GateMode],
        }
        lacks.CHECKERS += [lacks.people, lacks.rights]
        pre_create_historical_record.connect(clock.date_history)
