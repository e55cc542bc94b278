"""Late tasks that have come to a further level of the ladder: what each morning brings."""

import logging
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from followups.charter import LadderStep
from followups.ladder import levels_of
from followups.models import Assignment
from jointmeeting.workflow import StepRefused

logger = logging.getLogger(__name__)


def climbing(tasks: Iterable[Assignment]) -> list[tuple[Assignment, LadderStep]]:
    """Those of these late tasks that stand higher than is known, each with its level."""
    tasks = list(tasks)
    levels = levels_of((task.rules, task.due_on) for task in tasks)
    return [
        (task, level)
        for task, level in zip(tasks, levels, strict=True)
        if level and task.rules.ladder and level in task.rules.ladder.after(task.level)
    ]


def climb(tasks: Iterable[Assignment]) -> None:
    """Note the level of each; one that is refused stops no other."""
    for task, _level in climbing(tasks):
        try:
            task.climb(by=None)
        except (StepRefused, PermissionDenied) as refusal:
            logger.warning("%s %s: %s", task._meta.label, task.pk, refusal)
