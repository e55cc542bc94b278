from django.apps import AppConfig


class FollowupsConfig(AppConfig):
    """Assignments, supervision, the progress report."""

    name = "followups"
