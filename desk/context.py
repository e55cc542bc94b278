"""What the frame of every page shows."""

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict:
    return {"frame": {"product_name": settings.PRODUCT_NAME, "sample": settings.SAMPLE}}
