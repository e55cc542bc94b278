"""The migrations make the tables that the models say, and that the other tests run on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def empty_database(folder: Path) -> Iterator[tuple[BaseDatabaseWrapper, dict[str, str]]]:
    """A connection to a database of its own, and the environment that names it."""
    other = connection.copy("migrated")
    connections["migrated"] = other
    if connection.vendor == "sqlite":
        other.settings_dict["NAME"] = str(folder / "db.sqlite3")
        yield other, {}
        other.close()
    else:
        name = f"{connection.settings_dict['NAME']}_migrated"
        url = os.environ["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
            other.settings_dict["NAME"] = name
            yield other, {"DATABASE_URL": urlsplit(url)._replace(path=name).geturl()}
            other.close()
            server.execute(f'DROP DATABASE "{name}"')
    del connections["migrated"]


def is_ours(app: AppConfig) -> bool:
    return Path(app.path).parent == settings.BASE_DIR


def tables(which: BaseDatabaseWrapper) -> dict[str, tuple]:
    """Of each table its columns and constraints; their names may tell of earlier ones."""
    ours = {app.label for app in apps.get_app_configs() if is_ours(app)}
    found = {}
    with which.cursor() as cursor:
        of = which.introspection
        for table in of.table_names(cursor):
            if table.partition("_")[0] not in ours:
                continue
            columns = sorted(map(repr, of.get_table_description(cursor, table)))
            rules = sorted(map(repr, of.get_constraints(cursor, table).values()))
            found[table] = (columns, rules)
    return found


@pytest.mark.django_db
def test_the_tables_of_the_migrations_are_those_of_the_models(tmp_path):
    with empty_database(tmp_path) as (other, environment):
        command = [sys.executable, settings.BASE_DIR / "manage.py", "migrate"]
        variables = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)} | environment
        done = subprocess.run(command, env=variables, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        made, said = tables(other), tables(connection)
    assert made
    assert made.keys() == said.keys()
    assert {t: made[t] for t in made if made[t] != said[t]} == {
        t: said[t] for t in made if made[t] != said[t]
    }
