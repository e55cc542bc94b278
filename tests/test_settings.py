import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from jointmeeting.environment import Environment

BASE = Path(__file__).parent.parent


def start(tmp_path: Path, **variables: str) -> list[str]:
    """What the settings complain of, with these variables and no others."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | variables
    check = subprocess.run(
        [sys.executable, BASE / "tools" / "check_settings.py"],
        env=environment,
        capture_output=True,
        text=True,
    )
    return check.stderr.splitlines()


def test_no_variable_is_needed(tmp_path):
    assert start(tmp_path) == []


def test_every_mistake_is_named_at_once(tmp_path):
    mistakes = {
        "DEBUG": "yes",
        "SECRET_KEY": "short",
        "PORT": "0",
        "BASE_URL": "lxhy.example.org",
        "ALLOWED_HOSTS": "*",
        "DATABASE_URL": "mysql://host/name",
        "MAX_UPLOAD_MB": "many",
        "SESSION_MINUTES": "5",
        "BEHIND_PROXY": "maybe",
        "EMAIL_URL": "mail.example.org",
        "MAIL_FROM": "office",
        "REDIS_URL": "http://host",
    }
    problems = start(tmp_path, **mistakes)
    assert {problem.split(":")[0] for problem in problems} == mistakes.keys()
    assert len(problems) == len(mistakes)


def test_an_office_may_set_what_it_likes(tmp_path):
    problems = start(
        tmp_path,
        DEBUG="0",
        SECRET_KEY="".join(chr(97 + number % 26) for number in range(60)),
        PORT="80",
        LISTEN="0.0.0.0",
        BASE_URL="https://lxhy.example.org",
        ALLOWED_HOSTS="lxhy.example.org, 10.0.0.8",
        MAX_UPLOAD_MB="50",
        SESSION_MINUTES="120",
        BEHIND_PROXY="1",
        EMAIL_URL="smtp+tls://user:password@mail:587",
        MAIL_FROM="lxhy@example.org",
    )
    assert problems == []


def test_servers_that_do_not_answer_are_named(tmp_path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{nobody.getsockname()[1]}"
        problems = start(
            tmp_path,
            DATABASE_URL=f"postgres://{host}/name",
            REDIS_URL=f"redis://{host}/0",
        )
    names = [problem.split(":")[0] for problem in problems]
    assert names == ["DATABASE_URL", "REDIS_URL"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"LISTEN": "0.0.0.0"},
        {"BASE_URL": "https://lxhy.example.org"},
        {"ALLOWED_HOSTS": "127.0.0.1 lxhy.example.org"},
    ],
)
def test_the_sample_stays_on_its_machine(tmp_path, elsewhere):
    assert start(tmp_path, SAMPLE="1") == []
    (problem,) = start(tmp_path, SAMPLE="1", **elsewhere)
    assert problem.startswith("SAMPLE:")


def test_an_unusable_data_folder_is_the_only_complaint(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    (problem,) = start(tmp_path, DATA_DIR=str(file / "data"))
    assert problem.startswith("DATA_DIR:")
    assert str(file / "data") in problem


def test_the_data_folder_is_for_its_owner_alone(tmp_path):
    folder = Environment({"DATA_DIR": f"{tmp_path}/data"}).folder("DATA_DIR", BASE)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_secret_is_made_once_and_kept_to_its_owner(tmp_path):
    file = tmp_path / "secret_key"
    secret = Environment({}).secret("SECRET_KEY", file)
    assert Environment({}).secret("SECRET_KEY", file) == secret == file.read_text()
    assert len(secret) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_from_outside_leaves_no_file(tmp_path):
    given = "0123456789" * 6
    variables = {"SECRET_KEY": given}
    assert Environment(variables).secret("SECRET_KEY", tmp_path / "key") == given
    assert not (tmp_path / "key").exists()


def test_a_password_in_an_address_is_not_repeated():
    env = Environment({"DATABASE_URL": "mysql://user:secret@host/name"})
    env.database("DATABASE_URL")
    with pytest.raises(ImproperlyConfigured) as refused:
        env.finish()
    assert "secret" not in str(refused.value)


def test_a_database_is_read_from_its_address():
    url = "postgres://us%40er:p%2Fw@db:5433/name?sslmode=require"
    database = Environment({"U": url}).database("U")
    assert database["USER"] == "us@er"
    assert database["PASSWORD"] == "p/w"
    assert (database["HOST"], database["PORT"]) == ("db", 5433)
    assert database["NAME"] == "name"
    assert database["OPTIONS"]["sslmode"] == "require"


def test_a_database_on_a_socket():
    database = Environment({"U": "postgresql://postgres:@/db?host=/tmp/x"}).database("U")
    assert (database["HOST"], database["PORT"]) == ("/tmp/x", "")
    assert "host" not in database["OPTIONS"]


def test_a_database_has_a_name():
    env = Environment({"U": "postgres://host"})
    env.database("U")
    assert len(env.problems) == 1


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail", 25, False, False),
        ("smtp+tls://mail", 587, True, False),
        ("smtps://mail", 465, False, True),
        ("smtp://mail:2525", 2525, False, False),
    ],
)
def test_mail_is_read_from_its_address(url, port, tls, ssl):
    mail = Environment({"EMAIL_URL": url}).mail("EMAIL_URL")
    assert mail["EMAIL_HOST"] == "mail"
    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (
        port,
        tls,
        ssl,
    )


def test_without_an_address_mail_stays_as_it_is():
    assert Environment({}).mail("EMAIL_URL") == {}


@pytest.mark.parametrize("value", ["-1", "1.5", "four", "501", "0", "²"])
def test_a_number_out_of_bounds_is_named(value):
    env = Environment({"MAX_UPLOAD_MB": value})
    assert env.number("MAX_UPLOAD_MB", 20, 1, 500) == 20
    assert value in env.problems[0]


def test_an_empty_variable_counts_as_none():
    env = Environment({"PORT": " ", "DATABASE_URL": ""})
    assert env.number("PORT", 8000, 1, 65535) == 8000
    assert env.database("DATABASE_URL") is None
    assert env.problems == []
