# What the product stands on: system packages and Python's virtual environment.

PYTHON=$BASE/.venv/bin/python
DOWNLOADED=0 # seconds
LIBRARIES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"

# Do a step that downloads, and count its seconds.
fetching() {
    from=$(date +%s)
    FETCHING=1
    quietly "$@"
    FETCHING=
    DOWNLOADED=$((DOWNLOADED + $(date +%s) - from))
}

# Like fetching, but a failure is only told to the caller.
try_fetching() {
    from=$(date +%s)
    say "· $1"
    shift
    "$@" >"$LOG" 2>&1 && result=0 || result=$?
    DOWNLOADED=$((DOWNLOADED + $(date +%s) - from))
    return "$result"
}

# The first Python that is new enough, or nothing.
find_python() {
    for name in python3 python3.13 python3.12 python3.11 python3.14; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
}

has_library() {
    "$1" -c 'import ctypes, sys; [ctypes.CDLL(name) for name in sys.argv[1:]]' \
        libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0 2>/dev/null
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}

may_install() {
    command -v apt-get >/dev/null && { is_root || sudo -n true 2>/dev/null; }
}

as_root() {
    if is_root; then "$@"; else sudo -n "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 "$@"
}

apt_install() {
    apt install -y --no-install-recommends "$@" && return
    # A fresh machine has no lists of packages, or old ones.
    apt update && apt install -y --no-install-recommends "$@"
}

# Have these Debian packages, or say the one command to type. $1: what they are.
need_packages() {
    what=$1
    shift
    command -v apt-get >/dev/null || fail "缺少$what：请用本机的软件管理器安装（Debian 的包名：$*），再运行 ./run。"
    may_install || fail "缺少$what，需要管理员安装，请运行：sudo sh -c 'apt-get update && apt-get install -y $*'，再运行 ./run。"
    fetching "安装$what（$*）" apt_install "$@"
}

# Have Python, its venv module and the libraries that set documents.
ready_system() {
    python=$(find_python)
    missing=
    if [ -z "$python" ]; then
        missing="python3 python3-venv"
    elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        missing="python3-venv"
    fi
    if [ -z "$python" ] || ! has_library "$python"; then
        missing="$missing $LIBRARIES"
    fi
    if [ -n "$missing" ]; then
        has_fonts || missing="$missing $FONTS"
        need_packages "系统软件" $missing
        python=$(find_python)
        [ -n "$python" ] || fail "需要 Python 3.11 或更高版本：请先安装，再运行 ./run。"
    fi
}

# Have the virtual environment with what a lock says. $1: run or test.
ready_python() {
    lock=$BASE/requirements/$1.txt
    stamp=$BASE/.venv/installed-$1
    [ "$(cat "$stamp" 2>/dev/null)" != "$(installed)" ] || return 0
    # None yet, cut short while it was made, or its Python has gone.
    if ! "$PYTHON" -m pip --version >/dev/null 2>&1; then
        need_space "$BASE" 600
        rm -rf "$BASE/.venv"
        quietly "建立 Python 虚拟环境" "$python" -m venv "$BASE/.venv"
    fi
    need_space "$BASE" 400
    fetching "安装 Python 依赖" "$PYTHON" -m pip install --disable-pip-version-check \
        --no-input --retries 2 --require-hashes --requirement "$lock"
    installed >"$stamp"
}

# What the stamp of an environment says: its Python and the lock.
installed() {
    say "$("$PYTHON" -V 2>&1) $(cksum <"$lock")"
}

compile_messages() {
    quietly "编译译文" "$PYTHON" "$BASE/tools/compile_messages.py"
}
