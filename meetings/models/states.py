"""The states of a meeting, and whose task it is to arrange one."""

from django.db import models
from django.utils.translation import gettext_lazy

from institutions.may import Office

ORGANISER = Office("organise_meetings")


class Status(models.TextChoices):
    DRAFT = "draft", gettext_lazy("Draft")
    REQUESTED = "requested", gettext_lazy("Asked for")
    RETURNED = "returned", gettext_lazy("Returned")
    DECLINED = "declined", gettext_lazy("Declined")
    AGREED = "agreed", gettext_lazy("Agreed")
    NOTIFIED = "notified", gettext_lazy("Notified")
    HELD = "held", gettext_lazy("Held")
    MINUTED = "minuted", gettext_lazy("Minuted")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
