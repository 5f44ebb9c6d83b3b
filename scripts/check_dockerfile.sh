#!/bin/bash
# Checks the Dockerfile where there is no container engine: makes a clean Debian root with mmdebstrap, follows the
# Dockerfile's own instructions in it, runs its CMD as its USER and waits for its HEALTHCHECK. Needs root.
# Usage: scripts/check_dockerfile.sh [ROOT]   the root folder is kept when it is named, and else removed
set -euo pipefail
cd "$(dirname "$0")/.."

root=${1:-$(mktemp -d /var/tmp/daypart-root.XXXXXX)}
workdir=/ user=root command='' health='' first=''
environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
sources=(/etc/apt/sources.list.d/*.sources)
[ -e "${sources[0]}" ] || sources=(/etc/apt/sources.list)
network=(DEBIAN_FRONTEND=noninteractive)
while IFS= read -r name; do network+=("$name=${!name}"); done < <(compgen -e | grep -iE '^(pip_.*|.*_proxy)$')
network+=(PIP_CERT=/run/machine.crt)

clean_up() {
    if [ -n "$first" ]; then kill -KILL "$first" 2>/dev/null || true; fi  # and with it all it started
    if [ $# -eq 0 ]; then rm -rf --one-file-system "$root"; fi
}
# shellcheck disable=SC2064
trap "clean_up $*" EXIT

fail() { echo "check_dockerfile: $*" >&2; exit 1; }

# A process tree of its own in the root, with this machine's way to the network laid over the root's.
inside() {
    # shellcheck disable=SC2016
    exec unshare --mount --pid --fork bash -euc '
        root=$1 user=$2 workdir=$3; shift 3
        mount -t proc proc "$root/proc"
        for file in /etc/resolv.conf /etc/hosts /etc/pip.conf; do
            [ ! -e "$file" ] || { touch "$root$file"; mount --bind "$file" "$root$file"; }
        done
        exec chroot --userspec="$user:" "$root" env -i -C "$workdir" "$@"' \
        bash "$root" "$user" "$workdir" "$@"
}

copy() {
    local target=${!#}
    [[ $target = /* ]] || target=$workdir/$target
    if [ -d "$1" ]; then mkdir -p "$root$target"; cp -r "$1/." "$root$target"; else cp "${@:1:$#-1}" "$root$target"; fi
}

follow() {
    local instruction=${1%% *} rest=${1#* }
    echo "==> $1" | cut -c -160
    case $instruction in
        FROM)
            [[ $rest =~ ^debian:([a-z]+)-slim$ ]] || fail "cannot make the root of $rest"
            mmdebstrap --quiet --variant=minbase "${BASH_REMATCH[1]}" "$root" "${sources[@]}"
            cp /etc/ssl/certs/ca-certificates.crt "$root/run/machine.crt"
            printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"  # as in the image: start no services
            chmod +x "$root/usr/sbin/policy-rc.d" ;;
        RUN) (inside "${environment[@]}" "${network[@]}" sh -c "$rest") ;;
        WORKDIR) workdir=$rest; mkdir -p "$root$workdir" ;;
        # shellcheck disable=SC2086
        COPY) copy $rest ;;
        ENV) environment+=("$rest") ;;
        USER) user=$rest ;;
        HEALTHCHECK) mapfile -t health < <(words "${rest#*CMD }") ;;
        CMD) mapfile -t command < <(words "$rest") ;;
        VOLUME | EXPOSE) ;;
        *) fail "does not know the instruction $instruction" ;;
    esac
}

# The words of a JSON list, each on a line.
words() { python3 -c 'import json, sys; print(*json.loads(sys.argv[1]), sep="\n")' "$1"; }

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

start_and_stop() {
    local began outside
    began=$(milliseconds)
    (inside "${environment[@]}" "DAYPART_PORT=$port" "${command[@]}") &
    outside=$!
    until first=$(pgrep -P "$outside"); do sleep 0.01; done
    until (inside "${environment[@]}" "DAYPART_PORT=$port" "${health[@]}") 2>/dev/null; do
        kill -0 "$first" 2>/dev/null || fail "the command ended before it was healthy"
        [ $(($(milliseconds) - began)) -lt 60000 ] || fail "not healthy within 60 s"
        sleep 0.1
    done
    echo "==> healthy after $(($(milliseconds) - began)) ms"
    ps -o user:8=,rss=,args= -p "$first" --ppid "$first"
    [ "$(ps -o uid= -p "$first" | tr -d ' ')" != 0 ] || fail "it runs as root"
    began=$(milliseconds)
    kill -TERM "$first"
    wait "$outside" || fail "it ended with status $?"
    first=''
    [ $(($(milliseconds) - began)) -lt 2000 ] || fail "it took more than 2 s to stop"
    echo "==> stopped after $(($(milliseconds) - began)) ms"
}

mapfile -t instructions < <(sed -e '/^#/d' -e '/^$/d' Dockerfile | sed -e ':a' -e '/\\$/N; s/\\\n *//; ta')
for line in "${instructions[@]}"; do follow "$line"; done

port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
start_and_stop  # on an empty volume
start_and_stop  # on the volume of the start before
echo "The Dockerfile is good."
