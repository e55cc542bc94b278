"""The rows whose state makes somebody owe something."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from deadlines.models import Duty
from institutions.models import JointBody


def rows_in_motion(body: JointBody | None = None) -> Iterator[Any]:
    """All rows that are in motion or have open duties; of one body, or of all."""
    open_now = Duty.objects.open()
    if body:
        open_now = open_now.filter(joint_body=body)
    targets = set(open_now.values_list("target", flat=True))
    for model in apps.get_models():
        if hasattr(model, "owed"):
            yield from _rows_of(model, targets, body)


def _rows_of(model: Any, targets: set[str], body: JointBody | None) -> Iterator[Any]:
    label = f"{model._meta.label_lower}:"
    kept = {int(each.partition(":")[2]) for each in targets if each.startswith(label)}
    moving = model._default_manager.in_motion()
    if body:
        moving = moving.filter(joint_body=body) if _is_of_a_body(model) else moving.none()
    pks = kept.union(moving.values_list("pk", flat=True))
    yield from model._default_manager.filter(pk__in=pks).order_by("pk").iterator()


def _is_of_a_body(model: type[models.Model]) -> bool:
    """Whether its rows say so themselves; what hangs on a document owes by its own term."""
    try:
        model._meta.get_field("joint_body")
    except FieldDoesNotExist:
        return False
    return True
