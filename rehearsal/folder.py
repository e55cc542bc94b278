"""The folder through which the site and a play in another process speak to each other."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any


class Cancelled(Exception):
    """The folder is gone: nobody wants the play any more."""


@dataclass(frozen=True)
class Folder:
    """What is to be played, how far it has come, what came of it; each a file, put whole."""

    path: Path

    def begin(self, **job: Any) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self._put("job.json", json.dumps(job, ensure_ascii=False))

    def job(self) -> dict[str, Any]:
        return self._read("job.json")

    def tell_day(self, day: date) -> None:
        """Raises Cancelled where the site has put the folder away."""
        self._put("day", day.isoformat())

    def tell(self, result: dict[str, Any]) -> None:
        """Raises Cancelled as well."""
        self._put("result.json", json.dumps(result, ensure_ascii=False))

    def day(self) -> date | None:
        try:
            return date.fromisoformat((self.path / "day").read_text())
        except FileNotFoundError:
            return None

    def heard_at(self) -> datetime:
        """When the play last said how far it is."""
        try:
            return datetime.fromtimestamp((self.path / "day").stat().st_mtime, UTC)
        except FileNotFoundError:
            return datetime.min.replace(tzinfo=UTC)

    def result(self) -> dict[str, Any]:
        try:
            return self._read("result.json")
        except FileNotFoundError:
            return {}

    def clear(self) -> None:
        rmtree(self.path, ignore_errors=True)

    def _read(self, name: str) -> dict[str, Any]:
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def _put(self, name: str, text: str) -> None:
        part = self.path / f"{name}.part"
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(self.path / name)
        except FileNotFoundError:
            raise Cancelled from None
