"""Queries of one key that Django writes once and not anew for every page."""

from collections.abc import Callable
from threading import local
from typing import Any

from django.db import connection
from django.db.models import QuerySet

STAND_IN = (
    -1_000_000_007
)  # in place of the key while the query is written; no key is this


class Prepared:
    """Rows of a `values_list` by a key: the SQL is written at the first use in a thread.

    For pages that ask several queries with joins, each of which Django needs ten times as
    long to write as the database to answer. What else the query depends on must be the same
    at every use: no date of today, no person. The rows are those of the query itself
    (tests/test_prepared.py).
    """

    def __init__(self, ask: Callable[[int], QuerySet[Any, Any]]) -> None:
        self._ask = ask
        self._here = local()

    def __call__(self, key: int) -> list[tuple[Any, ...]]:
        compiler, sql, params = self._written()
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if each == STAND_IN else each for each in params])
            return list(compiler.results_iter([cursor.fetchall()], tuple_expected=True))

    def _written(self) -> tuple[Any, str, tuple[Any, ...]]:
        if not hasattr(self._here, "written"):
            compiler = self._ask(STAND_IN).query.get_compiler(connection=connection)
            self._here.written = compiler, *compiler.as_sql()
        return self._here.written
