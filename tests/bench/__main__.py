"""`./run bench [--json]`: ratios measured in one run, each against its plain reference."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from statistics import median
from time import perf_counter
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

ROUNDS = 41
LIMIT = 1.5


@dataclass
class Row:
    """A measured row: ours over the reference, and what else is told of it."""

    name: str
    ratio: float
    limit: float | None
    also: dict[str, float] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        return self.limit is None or self.ratio <= self.limit


def ratio_of(ours: Callable, plain: Callable, rounds: int = ROUNDS) -> float:
    """The median time of ours over that of the reference, taken in turns."""
    for _warm in range(3):
        ours(), plain()
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for call, kept in zip((ours, plain), times, strict=True):
            began = perf_counter()
            call()
            kept.append(perf_counter() - began)
    return median(times[0]) / median(times[1])


def page_row(name: str, client, url: str) -> Row:
    """A page over the plain page, with its queries, bytes and the database's share."""
    from django.db import connection

    in_database: list[float] = []

    def timed(execute: Callable, *args: Any) -> Any:
        started = perf_counter()
        try:
            return execute(*args)
        finally:
            in_database.append(perf_counter() - started)

    client.get(url)  # SQLite asks once what it can do, and charters are read once
    began = perf_counter()
    with connection.execute_wrapper(timed):
        response = client.get(url)
    share = sum(in_database) / (perf_counter() - began)
    assert response.status_code == 200, f"{url}: {response.status_code}"
    return Row(
        name,
        ratio_of(lambda: client.get(url), lambda: client.get("/bench/eight/")),
        LIMIT,
        {
            "queries": len(in_database),
            "bytes": len(response.content),
            "database": round(share, 3),
        },
    )


def measure() -> list[Row]:
    from institutions.models import JointBody
    from tests.bench import memory, papers, reminders
    from tests.bench.data import signed_in
    from tests.bench.meetings import ledger_page, meeting_page

    client = signed_in()
    county = JointBody.objects.get(key="county")
    pages = [(client, "/"), (client, "/agenda/topics/"), meeting_page(), ledger_page()]
    eight, one = "/bench/eight/", "/bench/one/"
    reference = ratio_of(lambda: client.get(eight), lambda: client.get(one))
    return [
        Row("reference", reference, None),
        *(
            page_row(name, *page)
            for name, page in zip(
                ["home", "topics", "meeting", "ledger"], pages, strict=True
            )
        ),
        Row("letter_pdf", ratio_of(*papers.letter_pdf(), rounds=15), papers.LIMIT),
        Row("minutes_pdf", ratio_of(*papers.minutes_pdf(), rounds=9), papers.LIMIT),
        Row("memory", memory.ratio(pages), memory.LIMIT),
        Row("plan_reminders", reminders.ratio(county), reminders.LIMIT),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import get_runner

    # Not setup_test_environment: it copies the context of every template drawn.
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.ROOT_URLCONF = "tests.bench.reference"
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        rows = measure()
    finally:
        runner.teardown_databases(databases)
    show = show_json if options.json else show_table
    show(rows)
    sys.exit(not all(row.is_kept for row in rows))


def show_json(rows: list[Row]) -> None:
    print(json.dumps({"rows": [asdict(row) for row in rows]}))


def show_table(rows: list[Row]) -> None:
    for row in rows:
        also = "  ".join(f"{name} {value:g}" for name, value in row.also.items())
        limit = f"≤ {row.limit}" if row.limit else ""
        mark = "" if row.is_kept else "  !"
        print(f"{row.name:14} {row.ratio:6.2f} {limit:6} {also}{mark}")


if __name__ == "__main__":
    main()
