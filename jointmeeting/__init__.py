"""The project: settings, and what every app stands on."""

from jointmeeting.celery import app as celery_app

__all__ = ["celery_app"]
