# What ./run says: one line per step, and one line that says what to do when it fails.

LOG=$(mktemp "${TMPDIR:-/tmp}/jointmeeting-run.XXXXXX") || {
    echo "临时目录 ${TMPDIR:-/tmp} 不能写入：请清理磁盘，或用 TMPDIR 指定别的目录。" >&2
    exit 1
}
trap 'rm -f "$LOG" "$LOG.beside"' EXIT
trap 'exit 130' INT TERM

say() {
    printf '%s\n' "$*"
}

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Do a step; its own words go to a log that is kept when it fails.
# $1: what is done; the rest: the command.
quietly() {
    what=$1
    shift
    say "· $what"
    "$@" >"$LOG" 2>&1 || give_up "$what"
}

# Do a step beside the next one; `joined` waits for it and says whether it failed.
beside() {
    BESIDE=$1
    shift
    say "· $BESIDE"
    "$@" >"$LOG.beside" 2>&1 9>&- &
    BESIDE_PID=$!
}

joined() {
    wait "$BESIDE_PID" && result=0 || result=$?
    mv "$LOG.beside" "$LOG"
    [ $result -eq 0 ] || give_up "$BESIDE"
}

# Say in one line why a step failed and what to do, as far as its log tells.
give_up() {
    disk=$(full_disk)
    kept=$(mktemp -u "${TMPDIR:-/tmp}/jointmeeting-failed.XXXXXX").log
    if [ -n "$disk" ] || grep -qiE 'no space left|disk is full|quota exceeded' "$LOG"; then
        fail "$1：磁盘已满（${disk:-$DATA_DIR}），请清理后再运行 ./run。"
    fi
    mv "$LOG" "$kept"
    if [ -n "${FETCHING:-}" ] &&
        grep -qiE 'resolv|connect|time.?out|unreachable|fetch|no matching|ssl' "$kept"; then
        fail "$1：下载失败，请检查网络、代理或软件源后再运行 ./run（经过见 $kept）。"
    fi
    fail "$1：没有做完，经过见 $kept。"
}

# The first of the folders in use with less than 20 MB left, or nothing.
full_disk() {
    for folder in "$BASE" "$DATA_DIR" "${TMPDIR:-/tmp}" /var/cache; do
        if [ -d "$folder" ] && [ "$(megabytes_left "$folder")" -lt 20 ]; then
            say "$folder"
            return
        fi
    done
}

# Megabytes left in a folder, or in the one where it will be made.
megabytes_left() {
    folder=$1
    while [ ! -d "$folder" ]; do
        folder=$(dirname "$folder")
    done
    df -Pm "$folder" | awk 'NR == 2 { print $4 }'
}

# Refuse to go on where a folder has less than so many megabytes left.
need_space() {
    left=$(megabytes_left "$1")
    [ "$left" -ge "$2" ] ||
        fail "磁盘空间不够：$1 只剩 $left MB，至少要 $2 MB，请清理后再运行 ./run。"
}
