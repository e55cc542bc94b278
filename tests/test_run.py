"""The shell script's parts, each by itself; nothing is installed or started here."""

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

BASE = Path(__file__).parent.parent
PARTS = ("speaking", "setting_up", "get_fonts", "serving", "checking")


@pytest.fixture
def shell(tmp_path):
    """Runs a line with the parts of ./run at hand, and stand-ins first in the path."""
    stand_ins = tmp_path / "bin"
    stand_ins.mkdir()
    data = tmp_path / "data"
    (data / "run").mkdir(parents=True)

    def run(line: str, **programs: str) -> subprocess.CompletedProcess:
        for name, body in programs.items():
            program = stand_ins / name.replace("_", "-")
            program.write_text(f"#!/bin/sh\n{body}\n")
            program.chmod(0o755)
        parts = "\n".join(f'. "{BASE}/tools/{part}.sh"' for part in PARTS)
        variables = {
            "PATH": f"{stand_ins}:{os.environ['PATH']}",
            "TMPDIR": str(tmp_path),
            "DATA_DIR": str(data),
            "BASE": str(BASE),
        }
        script = f"set -eu\n{parts}\n{line}"
        return subprocess.run(
            ["sh", "-c", script], env=variables, capture_output=True, text=True
        )

    return run


def only_line(done: subprocess.CompletedProcess) -> str:
    """The one line that a failure says."""
    assert done.returncode != 0
    (line,) = done.stderr.splitlines()
    return line


def test_help_names_every_command():
    answer = subprocess.run([BASE / "run", "help"], capture_output=True, text=True)
    for command in ("stop", "test", "check", "bench", "rehearse"):
        assert f"./run {command}" in answer.stdout


def test_an_unknown_command_is_refused():
    answer = subprocess.run([BASE / "run", "fly"], capture_output=True, text=True)
    assert answer.returncode != 0
    assert "fly" in answer.stderr


def test_without_root_the_one_command_is_printed(shell):
    nobody = {"id": "echo 1000", "sudo": "exit 1", "apt_get": "exit 1"}
    line = only_line(shell("need_packages 系统软件 libone libtwo", **nobody))
    assert "apt-get update && apt-get install -y libone libtwo" in line


def test_without_apt_the_names_are_printed(shell):
    line = only_line(shell("(PATH=/nowhere; need_packages 系统软件 libone)"))
    assert "libone" in line


def test_an_old_python_is_passed_over(shell):
    found = shell("find_python", python3="exit 1", python3_13="exit 1").stdout
    assert not found.strip().endswith("/bin/python3")


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("sqlite3.OperationalError: database or disk is full", "磁盘已满"),
        ("Temporary failure resolving 'deb.debian.org'", "下载失败"),
        ("ERROR: No matching distribution found for django", "下载失败"),
        ("Traceback: KeyError", "没有做完"),
    ],
)
def test_a_failed_step_says_in_one_line_what_to_do(shell, words, advice):
    step = shell(f'fails() {{ echo "{words}"; return 1; }}; fetching 安装依赖 fails')
    line = only_line(step)
    assert line.startswith("安装依赖")
    assert advice in line


def test_a_step_that_fetches_nothing_blames_no_network(shell):
    step = shell(
        "fails() { echo connection refused; return 1; }; quietly 准备数据库 fails"
    )
    assert "没有做完" in only_line(step)


def test_what_a_failed_step_said_is_kept(shell, tmp_path):
    shell("fails() { echo its own words; return 1; }; quietly 安装依赖 fails")
    (kept,) = tmp_path.glob("jointmeeting-failed.*.log")
    assert kept.read_text() == "its own words\n"


def test_a_step_that_succeeds_leaves_nothing(shell, tmp_path):
    assert shell("quietly 安装依赖 echo words").stdout == "· 安装依赖\n"
    assert list(tmp_path.glob("jointmeeting-*")) == []


def test_a_step_beside_others_ends_before_the_next(shell, tmp_path):
    done = tmp_path / "done"
    step = shell(
        f"slow() {{ sleep 0.3; touch {done}; }}; beside 收集 slow; joined; ls {done}"
    )
    assert step.stdout == f"· 收集\n{done}\n"
    assert list(tmp_path.glob("jointmeeting-*")) == []


def test_a_step_beside_others_that_fails_says_so(shell, tmp_path):
    step = shell("fails() { echo its own words; return 1; }; beside 收集 fails; joined")
    assert "收集：没有做完" in only_line(step)
    (kept,) = tmp_path.glob("jointmeeting-failed.*.log")
    assert kept.read_text() == "its own words\n"


def test_too_little_space_is_said_before_anything_is_written(shell):
    line = only_line(shell("need_space /tmp 99999999"))
    assert "/tmp" in line
    assert "99999999" in line


def test_space_is_measured_where_the_folder_will_be(shell, tmp_path):
    here = shell(f"megabytes_left {tmp_path}").stdout
    there = shell(f"megabytes_left {tmp_path}/not/yet").stdout
    assert here == there


def test_one_start_per_data_folder(shell):
    twice = shell(
        f'hold_the_lock; sh -c \'exec 9>&-; BASE="{BASE}"; '
        f'. "{BASE}/tools/speaking.sh"; . "{BASE}/tools/serving.sh"; '
        "hold_the_lock'"
    )
    assert "已经在运行" in only_line(twice)


def test_what_a_hard_kill_left_is_ended_and_nothing_else(shell, tmp_path):
    mark = {"JOINTMEETING_SITE": f"{tmp_path}/data"}
    left = subprocess.Popen(["sleep", "600"], env=os.environ | mark)
    other = {"JOINTMEETING_SITE": f"{tmp_path}/data2"}
    not_ours = subprocess.Popen(["sleep", "600"], env=os.environ | other)
    try:
        assert "已经结束" in shell("end_what_was_left").stdout
        assert left.wait(timeout=10) < 0
        assert not_ours.poll() is None
    finally:
        left.kill()
        not_ours.kill()
        not_ours.wait()


def test_who_does_not_listen_is_ended_the_hard_way(shell, tmp_path):
    mark = {"JOINTMEETING_SITE": f"{tmp_path}/data"}
    stubborn = subprocess.Popen(
        ["sh", "-c", "trap '' TERM; while :; do sleep 0.1; done"], env=os.environ | mark
    )
    time.sleep(0.3)
    try:
        shell("end_ours", sleep="exit 0")
        assert stubborn.wait(timeout=10) == -9
    finally:
        stubborn.kill()


def test_stop_says_when_nothing_runs(shell):
    assert shell("stop").stdout == "没有在运行。\n"


def test_a_taken_port_is_named_with_one_that_is_free(shell):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = only_line(
            shell(f"PYTHON=python3 LISTEN=127.0.0.1 PORT={port}; check_port")
        )
    assert str(port) in line
    assert "PORT=" in line


def test_a_free_port_is_no_matter(shell):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = shell(f"PYTHON=python3 LISTEN=127.0.0.1 PORT={port}; check_port")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_folder_of_the_fonts_decides_whether_they_are_there(shell, tmp_path):
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    look = f"BASE={tmp_path}; has_fonts && echo yes || echo no"
    assert shell(look).stdout == "no\n"
    for role in ("fang", "kai", "biao", "hei", "song", "rest"):
        (fonts / f"{role}.otf").touch()
    assert shell(look).stdout == "yes\n"


def test_the_script_is_plain_posix():
    for file in (BASE / "run", *(BASE / "tools").glob("*.sh")):
        assert subprocess.run(["sh", "-n", file]).returncode == 0
