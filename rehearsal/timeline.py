"""What was done in a played year, act by act."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from deadlines.models import Duty
from documents.models import IssuedDocument
from institutions.charter import Basis
from institutions.models import JointBody
from institutions.models.calendar import WorkingDays


@dataclass(frozen=True)
class Entry:
    """An act: by which post of which unit, with what document, and whom it was waited for.

    `waited_for` names the posts that owed this act, each with the working days it took
    and the day it was due.
    """

    on: date
    act: str
    by: str
    unit: str
    document: str
    basis: str
    waited_for: list[dict[str, Any]]


@dataclass
class Timeline:
    body: JointBody
    working: WorkingDays
    entries: list[Entry] = field(default_factory=list)

    @contextmanager
    def recorded(
        self, act: str, *, on: date, by: str, unit: str, basis: Basis
    ) -> Iterator[None]:
        """Write down the act done inside: the document it issued, the duties it ended."""
        duties = self.body.duties.open().order_by("pk")
        owed = list(duties.values_list("pk", "post__title", "since", "due_on"))
        issued = IssuedDocument.objects.filter(joint_body=self.body).order_by("pk")
        last = issued.values_list("pk", flat=True).last()
        yield
        done = Duty.objects.filter(pk__in=[pk for pk, *_rest in owed], void_because="")
        ended = set(done.exclude(closed_at=None).values_list("pk", flat=True))
        new = issued.filter(pk__gt=last or 0).values_list("number", flat=True).first()
        waited = [
            {
                "post": post,
                "working_days": self.working.between(since, on),
                "due_on": due_on.isoformat() if due_on else "",
            }
            for pk, post, since, due_on in owed
            if pk in ended
        ]
        self.entries.append(Entry(on, act, by, unit, new or "", told(basis), waited))

    def write(self, path: Path) -> None:
        rows = [asdict(entry) | {"on": entry.on.isoformat()} for entry in self.entries]
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")


def told(basis: Basis) -> str:
    """The clause, marked where it is read so; else that the rule is a local one."""
    if basis.kind == "reading":
        return f"{basis.kind}: {basis.clause}"
    return basis.clause or basis.kind
