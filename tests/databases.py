"""Servers of a test's own; the database itself is named by DATABASE_URL, or is SQLite."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

# Debian's redis-tools holds the server without starting one: it is the same program.
PROGRAMS = ("redis-server", "redis-check-rdb")


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """Address of an empty Redis on this machine, ended with the test."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "Redis is missing: apt-get install redis-tools"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    options += ["--dir", str(tmp_path), "--logfile", str(tmp_path / "redis.log")]
    server = subprocess.Popen(["redis-server", *options], executable=program)
    retry = Retry(ConstantBackoff(0.05), 200)
    try:
        with Redis(port=port, retry=retry) as client:
            client.ping()
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()
