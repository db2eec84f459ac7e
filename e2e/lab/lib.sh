# What the shell scripts of the lab share; source it. See README.md for the settings.

LAB_DIR=${LAB_DIR:-/var/lib/virtdeck-lab}
LAB_CACHE=${LAB_CACHE:-/var/cache/virtdeck-lab}
BIN=$LAB_DIR/bin ETC=$LAB_DIR/etc LOG=$LAB_DIR/log RUN=$LAB_DIR/run
HOST=127.0.0.1

say() { printf '[%3ds] %s\n' "$SECONDS" "$*"; }
die() { printf '\n%s: FAILED: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# fail NAME MESSAGE: stop with the tail of the log of NAME.
fail() {
    local log=$LOG/$1.log
    if [ -s "$log" ]; then
        printf '\n----- last lines of %s -----\n' "$log" >&2
        tail -n 40 "$log" >&2
    fi
    die "$1: $2"
}

# Daemons run in a clean environment: no user site-packages, no proxies, and our own bin directory first.
CLEAN=(env -i PATH="$BIN:/usr/sbin:/usr/bin:/sbin:/bin" HOME="$LAB_DIR" LANG=C.UTF-8 PYTHONNOUSERSITE=1)
clean_env() { "${CLEAN[@]}" "$@"; }

# A pid file has two lines, the pid and the start time of that process, so that a recycled pid is never taken for
# ours; e2e/lab/pid-file.ts reads them too.
start_time() { cut -d' ' -f22 "/proc/$1/stat" 2>/dev/null; }

alive() { # NAME
    local pid began
    { read -r pid && read -r began; } 2>/dev/null <"$RUN/$1.pid" && [ "$(start_time "$pid")" = "$began" ]
}

# start NAME COMMAND...: run COMMAND as the leader of a session of its own, output to log/NAME.log, pid to
# run/NAME.pid. Does nothing if it runs already.
start() {
    local name=$1; shift
    if alive "$name"; then return; fi
    "${CLEAN[@]}" setsid nohup "$@" >>"$LOG/$name.log" 2>&1 </dev/null 9>&- &
    printf '%s\n%s\n' $! "$(start_time $!)" >"$RUN/$name.pid"
    disown $!
}

# stop LIMIT NAME...: TERM to each process group, KILL to what is left after LIMIT seconds.
stop() {
    local limit=$1 name pid pids=() end
    shift
    for name in "$@"; do
        if alive "$name"; then
            read -r pid <"$RUN/$name.pid"
            kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
            pids+=("$pid")
        fi
        rm -f "$RUN/$name.pid"
    done
    end=$((SECONDS + limit))
    for pid in "${pids[@]}"; do
        while kill -0 "$pid" 2>/dev/null && [ $SECONDS -lt $end ]; do sleep 0.1; done
        kill -KILL -- "-$pid" 2>/dev/null || true
    done
}

# wait_port NAME PORT [SECONDS]: until something listens there.
wait_port() {
    local end=$((SECONDS + ${3:-90}))
    until (exec 3<>"/dev/tcp/$HOST/$2") 2>/dev/null; do
        alive "$1" || fail "$1" "the process ended"
        [ $SECONDS -lt $end ] || fail "$1" "nothing listens on port $2"
        sleep 0.2
    done
}

# The services of OpenStack that were started: the other pid files belong to other parts of the lab.
openstack_services() {
    (cd "$RUN" && ls) | sed -n 's/\.pid$//p' | grep -vE '^(libvirtd|libvirtd-second|virtlogd|virtlockd|sshd-.*)$' || true
}
