#!/bin/sh
# Set this checkout up: a virtual environment with the locked packages, and the Debian packages that help.
# Usage: deploy/setup.sh run|slim|test
# slim is run without what reads the words on labels.
# Done before: returns at once. Without root or sudo it says what to install and goes on.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}
case $what in
run) locked=requirements/words.txt debian="libzbar0" ;;
slim) locked=requirements/base.txt debian="libzbar0" ;;
test) locked=requirements/dev.txt debian="libzbar0 chromium fonts-dejavu-core postgresql" ;;
*)
    echo "usage: deploy/setup.sh run|slim|test" >&2
    exit 2
    ;;
esac

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Hỏi OCOP needs Python 3.11 or newer; $python is $("$python" --version 2>&1). Say PYTHON=python3.12 make …" >&2
    exit 1
}

# The tests run PostgreSQL's programs in a folder of their own.
has_postgresql() {
    set -- /usr/lib/postgresql/*/bin/initdb
    [ -x "$1" ] || command -v initdb >/dev/null 2>&1
}

# Its programs alone: a cluster of the system would start with every boot, and nobody asked for one.
install_postgresql() {
    clusters=/etc/postgresql-common/createcluster.conf mark="# while hoi-ocop's tests install the programs"
    $install postgresql-common >/dev/null || return 0
    echo "create_main_cluster = false $mark" | $root tee -a "$clusters" >/dev/null
    $install postgresql >/dev/null || true
    $root sed -i "/$mark/d" "$clusters"
}

missing=""
for package in $debian; do
    case $package in
    chromium) command -v chromium >/dev/null 2>&1 || missing="$missing $package" ;;
    postgresql) has_postgresql || missing="$missing $package" ;;
    *) dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package" ;;
    esac
done
if [ -n "$missing" ] && command -v apt-get >/dev/null 2>&1; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo -n"
    if [ -z "$root" ] || sudo -n true 2>/dev/null; then
        echo "Installing from Debian:$missing"
        $root apt-get update -qq || true
        install="$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
        case $missing in
        *postgresql*) install_postgresql ;;
        esac
        # shellcheck disable=SC2086 # a list of names
        $install $missing >/dev/null || missing="$missing (failed)"
        for package in $debian; do
            case $package in
            postgresql) has_postgresql ;;
            *) dpkg -s "$package" >/dev/null 2>&1 ;;
            esac || echo "Not installed: $package" >&2
        done
    else
        echo "Going on without$missing; to have them: sudo apt-get install$missing" >&2
    fi
elif [ -n "$missing" ]; then
    echo "Going on without$missing; please install them with your system's package manager." >&2
fi

names_in() {
    sed -n 's/^\([a-z0-9-]*\)==.*/\1/p' "$@" | sort -u
}

# What an earlier lock installed here and no lock names any more: another package may hold the same modules now.
remove_dropped() {
    [ -f "$mark" ] || return 0
    dropped=$(names_in "$mark" | while read -r name; do
        names_in requirements/*.txt | grep -qx -e "$name" || echo "$name"
    done)
    # shellcheck disable=SC2086 # a list of names
    [ -z "$dropped" ] || .venv/bin/python -m pip uninstall --quiet --yes $dropped
}

mark=.venv/.installed-$what
if [ ! -f "$mark" ] || ! cmp -s "$locked" "$mark"; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv || {
        echo "Could not make a virtual environment; on Debian: apt-get install python3-venv" >&2
        exit 1
    }
    echo "Installing the locked Python packages ($locked); this takes a minute the first time."
    remove_dropped
    # The locks are complete, so nothing is resolved; --no-deps keeps it so.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$locked"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    cp "$locked" "$mark"
fi
