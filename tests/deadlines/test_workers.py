"""Real workers, each a process as `./run` starts it, on both brokers and a real mail server."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import Celery
from django.db import connection

from deadlines.models import Reminder
from institutions.models import Appointment
from tests.deadlines.conftest import MORNING
from tests.smtp import MailServer

pytestmark = pytest.mark.django_db(transaction=True)
BASE = Path(__file__).parent.parent.parent
LONG_AGO = date(2000, 1, 1)


@pytest.fixture(params=["files", "redis"])
def broker(request) -> str:
    """Where REDIS_URL points: the embedded broker has none."""
    return request.getfixturevalue("redis_url") if request.param == "redis" else ""


@pytest.fixture
def environment(broker, server: MailServer, tmp_path) -> dict[str, str]:
    """Of a set-up of its own, but for the database, which is the test's."""
    variables = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path),
        "EMAIL_URL": server.url,
        "REDIS_URL": broker,
    }
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        (tmp_path / "db.sqlite3").symlink_to(name)
    else:
        url = urlsplit(os.environ["DATABASE_URL"])
        variables["DATABASE_URL"] = url._replace(path=f"/{name}").geturl()
    return variables


@pytest.fixture
def start(environment, tmp_path) -> Iterator[Callable[[], subprocess.Popen]]:
    """Starts a worker; all are ended with the test."""
    workers = []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "celery", "--app", "jointmeeting"]
        command += ["worker", "--pool", "solo", "--loglevel", "INFO"]
        with (tmp_path / "worker.log").open("ab") as log:
            workers.append(
                subprocess.Popen(
                    command, cwd=BASE, env=environment, stdout=log, stderr=log
                )
            )
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


@pytest.fixture
def send(broker, tmp_path) -> Callable[[str], None]:
    """Sends a task through the broker, as beat does."""
    app = Celery(broker=broker or "filesystem://localhost", set_as_current=False)
    if not broker:
        queue, control = (
            str(tmp_path / "broker" / name) for name in ("queue", "control")
        )
        app.conf.broker_transport_options = {
            "data_folder_in": queue,
            "data_folder_out": queue,
            "control_folder": control,
        }
    return app.send_task


@pytest.fixture
def three(owe) -> None:
    """Three duties of one unit that are overdue, whatever day the worker has."""
    for _each in range(3):
        owe(due_on=LONG_AGO, remind_on=LONG_AGO)
    Appointment.objects.update(since=LONG_AGO)


def wait_until(holds: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + 60  # a busy machine starts slowly
    while not holds():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def states() -> list[str]:
    mine = Reminder.objects.filter(recipient__username="keeper")
    return sorted(mine.values_list("state", flat=True))


def mails(server: MailServer) -> list[str]:
    """The ids of those to the unit that owes; the year may owe something too by now."""
    mine = [mail for mail in server.taken if mail.to == ["keeper@example.org"]]
    return [mail.message["Message-ID"] for mail in mine]


def test_workers_plan_at_their_start_and_mail_each_reminder_once(
    three, start, send, server, tmp_path
):
    log = tmp_path / "worker.log"
    start()
    start()
    wait_until(lambda: states() == ["planned"] * 3, log)
    for _again in range(4):
        send("deadlines.tasks.deliver_reminders")
        send("deadlines.tasks.daily")
    wait_until(lambda: states() == ["sent"] * 3, log)
    send("deadlines.tasks.deliver_reminders")
    time.sleep(1)
    assert len(mails(server)) == len(set(mails(server))) == 3
    assert Reminder.objects.filter(recipient__username="keeper").count() == 3


def test_a_worker_killed_after_handing_over_leaves_that_one_to_a_person(
    three, start, send, server, tmp_path
):
    log = tmp_path / "worker.log"
    server.may_answer.clear()
    first = start()
    wait_until(lambda: states() == ["planned"] * 3, log)
    Reminder.objects.exclude(recipient__username="keeper").delete()
    send("deadlines.tasks.deliver_reminders")
    wait_until(server.read.is_set, log)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert states() == ["handed over", "leased", "leased"]
    server.may_answer.set()
    Reminder.objects.filter(state="leased").update(not_before=MORNING)  # time goes by
    start()
    send("deadlines.tasks.deliver_reminders")
    wait_until(lambda: states() == ["handed over", "sent", "sent"], log)
    assert len(mails(server)) == len(set(mails(server))) == 3
