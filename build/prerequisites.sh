#!/bin/sh
# Looks for the programs that the tests start: a real Chromium, a real Redis, PHP, Django and nginx. As root on a Debian machine (a container, usually)
# it installs what is missing; elsewhere it says what is missing and how to get it. COATCHECK_NO_INSTALL=1 only looks.
# Without PgBouncer its own tests alone are left out.
set -u

missing=""
need() { # program, Debian package, what for
    for program in $1; do
        if command -v "$program" >/dev/null 2>&1; then
            return
        fi
    done
    missing="$missing $2"
    echo "prerequisites: $2 is missing: $3"
}

look() {
    missing=""
    need "chromium chromium-browser google-chrome" chromium "the browser tests need a real Chromium"
    need "redis-server" redis-server "the Redis store is tested on a real Redis"
    need "php" php-cli "the doctor is tested on real PHP backends"
    need "nginx /usr/sbin/nginx" nginx-light "the doctor's advice for nginx is tried in a real one"
    /usr/bin/python3 -c 'import django, corsheaders' >/dev/null 2>&1 || {
        missing="$missing python3-django python3-django-cors-headers"
        echo "prerequisites: python3-django is missing: the doctor is tested on real Django backends"
    }
    wanted=""
    command -v pgbouncer >/dev/null 2>&1 || [ -x /usr/sbin/pgbouncer ] || {
        wanted=" pgbouncer"
        echo "prerequisites: pgbouncer is missing: PostgreSQL behind it is not tested"
    }
}

look
[ -z "$missing$wanted" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && [ -z "${COATCHECK_NO_INSTALL:-}" ]; then
    echo "prerequisites: installing$missing$wanted with apt-get (COATCHECK_NO_INSTALL=1 would not)"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # A redis-server that the package starts as a service is none of the tests' business.
    [ -e /usr/sbin/policy-rc.d ] || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d && made=1; }
    # shellcheck disable=SC2086
    if [ -n "$missing" ] && ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
        tail -5 "$log"
    fi
    # By itself, and without asking for news first: nothing else shall wait or fail for it.
    # shellcheck disable=SC2086
    [ -z "$wanted" ] || apt-get install -y --no-install-recommends $wanted >"$log" 2>&1 </dev/null || tail -1 "$log"
    [ -n "${made:-}" ] && rm -f /usr/sbin/policy-rc.d
    rm -f "$log"
    look
fi

if [ -n "$missing" ]; then
    echo "prerequisites: install$missing and run this again (Debian: apt-get install$missing)." >&2
    echo "prerequisites: without them, build with ./mvnw -DskipTests package" >&2
    exit 1
fi
