"""Acts of several people at the same moment, each on a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from institutions.models import User
from jointmeeting import clock


def race(*acts: Callable) -> list:
    """Start all acts at once, at this test's time; give what each returned or raised."""
    start, outcomes, now = Barrier(len(acts)), [], clock.now()

    def run(act: Callable) -> None:
        try:
            start.wait()
            with clock.at(now):
                outcomes.append(act())
        except Exception as exception:
            outcomes.append(type(exception).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def step(row: Any, act: str, person: User, /, **words: Any) -> Callable[[], str]:
    """That step of the row by that person, both read afresh; it says that it was taken."""

    def take() -> str:
        fresh = type(row)._base_manager.get(pk=row.pk)
        getattr(fresh, act)(by=User.objects.get(pk=person.pk), **words)
        return act

    return take
