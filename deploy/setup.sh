#!/bin/sh
# Set this checkout up: a virtual environment with the locked packages, and the Debian packages that help.
# Usage: deploy/setup.sh run|test
# Done before: returns at once. Without root or sudo it says what to install and goes on.
set -eu
cd "$(dirname "$0")/.."
what=${1:-run}
case $what in
run) locked=requirements/base.txt debian="libzbar0" ;;
test) locked=requirements/dev.txt debian="libzbar0 chromium fonts-dejavu-core" ;;
*)
    echo "usage: deploy/setup.sh run|test" >&2
    exit 2
    ;;
esac

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Hỏi OCOP needs Python 3.11 or newer; $python is $("$python" --version 2>&1). Say PYTHON=python3.12 make …" >&2
    exit 1
}

missing=""
for package in $debian; do
    case $package in
    chromium) command -v chromium >/dev/null 2>&1 || missing="$missing $package" ;;
    *) dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package" ;;
    esac
done
if [ -n "$missing" ] && command -v apt-get >/dev/null 2>&1; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo -n"
    if [ -z "$root" ] || sudo -n true 2>/dev/null; then
        echo "Installing from Debian:$missing"
        $root apt-get update -qq || true
        # shellcheck disable=SC2086 # a list of names
        DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null || missing="$missing (failed)"
        for package in $debian; do dpkg -s "$package" >/dev/null 2>&1 || echo "Not installed: $package" >&2; done
    else
        echo "Going on without$missing; to have them: sudo apt-get install$missing" >&2
    fi
elif [ -n "$missing" ]; then
    echo "Going on without$missing; please install them with your system's package manager." >&2
fi

mark=.venv/.installed-$what
if [ ! -f "$mark" ] || ! cmp -s "$locked" "$mark"; then
    [ -x .venv/bin/python ] || "$python" -m venv .venv || {
        echo "Could not make a virtual environment; on Debian: apt-get install python3-venv" >&2
        exit 1
    }
    echo "Installing the locked Python packages ($locked); this takes a minute the first time."
    # The locks are complete, so nothing is resolved; --no-deps keeps it so.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$locked"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
    cp "$locked" "$mark"
fi
