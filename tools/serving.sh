# The site and its worker: started, watched, stopped, and ended after a hard kill.

# Every process of the site carries this in its environment, its children too. So what
# a hard kill left is found without trusting a number in a file.
MARK=JOINTMEETING_SITE=$DATA_DIR
RUN=$DATA_DIR/run

start() {
    export SAMPLE="${SAMPLE:-1}" PORT="${PORT:-8000}" LISTEN="${LISTEN:-127.0.0.1}"
    ready_system
    ready_python run
    compile_messages
    check_settings
    need_space "$DATA_DIR" 100
    hold_the_lock
    end_what_was_left
    check_port
    ready_fonts
    umask 077 # what is in the data folder is for nobody else
    quietly "准备数据库" "$PYTHON" "$BASE/manage.py" migrate --no-input
    quietly "核对待办" "$PYTHON" "$BASE/manage.py" recompute_duties
    beside "收集静态文件" "$PYTHON" "$BASE/manage.py" collectstatic --no-input
    if [ "$SAMPLE" = 1 ]; then
        quietly "装入示例数据" "$PYTHON" "$BASE/manage.py" load_sample
    fi
    joined
    trap 'stop_serving; exit 0' INT TERM HUP
    start_site
    start_worker
    wait_for_the_first_page
    say_where_it_is
    watch
}

check_settings() {
    "$PYTHON" "$BASE/tools/check_settings.py" || exit 1
}

# One start per data folder; the kernel gives the lock back however the start ended.
hold_the_lock() {
    exec 9>>"$RUN/lock"
    flock -n 9 || fail "系统已经在运行（数据目录 $DATA_DIR）；要停止，请运行 ./run stop。"
    echo $$ >"$RUN/run.pid"
}

ours() {
    grep -lzxF "$MARK" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
}

# End all processes of the site; those that do not listen, the hard way.
end_ours() {
    for signal in TERM KILL; do
        waited=0
        while left=$(ours) && [ -n "$left" ] && [ $waited -lt 75 ]; do
            # shellcheck disable=SC2086 # several numbers
            [ $waited -gt 0 ] || kill -$signal $left 2>/dev/null || true
            sleep 0.2
            waited=$((waited + 1))
        done
    done
}

end_what_was_left() {
    left=$(ours)
    [ -n "$left" ] || return 0
    end_ours
    say "· 上次没有正常停止，留下的进程已经结束"
}

check_port() {
    "$PYTHON" "$BASE/tools/check_port.py" "$LISTEN" "$PORT" || exit 1
}

# Run a part of the site in a session of its own, so that Ctrl-C reaches only this script.
in_the_background() {
    name=$1
    shift
    log=$DATA_DIR/logs/$name.log
    [ ! -e "$log" ] || mv "$log" "$log.before"
    env "$MARK" setsid "$PYTHON" "$@" >"$log" 2>&1 9>&- &
}

start_site() {
    cd "$BASE" || exit
    in_the_background site -m gunicorn jointmeeting.wsgi:application \
        --bind "$LISTEN:$PORT" --worker-class gthread --workers 2 --threads 4 \
        --no-control-socket
    site=$!
}

start_worker() {
    in_the_background worker -m celery --app jointmeeting worker --beat --pool solo \
        --without-gossip --without-mingle --without-heartbeat --loglevel INFO
    worker=$!
}

alive() {
    [ -r "/proc/$1/stat" ] && ! grep -q ') Z ' "/proc/$1/stat"
}

wait_for_the_first_page() {
    tries=0
    until "$PYTHON" "$BASE/tools/first_page.py" "$LISTEN" "$PORT" 2>"$LOG"; do
        tries=$((tries + 1))
        if ! alive "$site" || [ $tries -gt 120 ]; then
            stop_serving
            fail "网站没有启动成功，原因见 $DATA_DIR/logs/site.log。"
        fi
        sleep 0.5
    done
}

say_where_it_is() {
    seconds=$(($(date +%s) - STARTED))
    say ""
    say "网址：${BASE_URL:-http://127.0.0.1:$PORT}/"
    if [ "$SAMPLE" = 1 ]; then
        say "示例账号：列在登录页上，也在 $DATA_DIR/sample-accounts.txt"
    fi
    say "用时：$seconds 秒到第一个页面，其中下载安装 $DOWNLOADED 秒。按 Ctrl-C 停止。"
    if [ "$SAMPLE" = 1 ]; then
        say "示例公文：第一个页面打开时已全部生成（同样 $seconds 秒）"
    fi
}

# Stay until told to stop. A worker that ended is started again: without it the site
# would look well and remind nobody.
watch() {
    while alive "$site"; do
        if ! alive "$worker"; then
            say "! 后台任务意外结束，重新启动；原因见 $DATA_DIR/logs/worker.log.before"
            kill -KILL "-$worker" 2>/dev/null || true # its beat, which would be a second one
            start_worker
        fi
        sleep 3 9>&- &
        wait $! || true
    done
    stop_serving
    fail "网站意外停止，原因见 $DATA_DIR/logs/site.log。"
}

stop_serving() {
    trap '' INT TERM HUP
    say "· 正在停止"
    end_ours
    rm -f "$RUN/run.pid"
}

stop() {
    if [ -e "$RUN/lock" ] && ! flock -n "$RUN/lock" true; then
        kill -TERM "$(cat "$RUN/run.pid")" 2>/dev/null ||
            fail "系统由别的用户启动，请用那个用户运行 ./run stop。"
        flock -w 40 "$RUN/lock" true || fail "系统没有停下来，请稍后再运行 ./run stop。"
        say "已停止。"
    elif [ -n "$(ours)" ]; then
        end_ours
        say "上次留下的进程已经结束。"
    else
        say "没有在运行。"
    fi
}
