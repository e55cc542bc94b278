"""Where by a charter silence is consent: what the day after a term brings."""

import logging
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError

from consents.models import Consent, Consented
from jointmeeting.workflow import StepRefused

logger = logging.getLogger(__name__)


def rows_of(sheets: Iterable[Consent]) -> Iterator[tuple[Consented, str]]:
    """The row that owns each of these sheets, with the act; a few queries for all."""
    pks = [sheet.pk for sheet in sheets]
    if not pks:
        return
    for model in apps.get_models():
        if issubclass(model, Consented):
            owned = model._base_manager.filter(consents__in=pks).distinct()
            for row in owned.order_by("pk"):
                acts = row.consents.filter(pk__in=pks).order_by("pk")
                for act in acts.values_list("act", flat=True):
                    yield row, act


def count_silence(sheets: Iterable[Consent]) -> None:
    """Count as agreed who has not answered them in time; one that is refused stops no other."""
    for row, act in rows_of(sheets):
        try:
            row.count_silence(act)
        except (StepRefused, PermissionDenied, ValidationError) as refusal:
            logger.warning("%s %s, %s: %s", row._meta.label, row.pk, act, refusal)
