from django.apps import AppConfig


class MinutesConfig(AppConfig):
    """The record of a meeting, its decisions, its minutes."""

    name = "minutes"
