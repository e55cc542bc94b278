from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeadlinesConfig(AppConfig):
    name = "deadlines"
    verbose_name = _("Deadlines")

    def ready(self) -> None:
        from deadlines.charter import ReminderRules
        from deadlines.tasks import follow_later
        from institutions import charter, versions

        charter.PARTS["reminders"] = ReminderRules
        versions.FOLLOWING.append(follow_later)
