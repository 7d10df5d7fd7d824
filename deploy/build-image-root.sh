#!/bin/sh
# Put the program and its locked packages into the empty folder ROOT, a virtual environment without pip: what the
# images of the Dockerfile hold. full is slim and what reads the words on labels; it may be built upon a slim one.
# It runs by PYTHON (python3 unless set); who has pip elsewhere names that one's in PIP_PYTHON.
# Usage: deploy/build-image-root.sh slim|full ROOT
set -eu
cd "$(dirname "$0")/.."
[ $# = 2 ] || set -- wrong ""
target=$1 root=$2
case $target in
slim) locked=requirements/base.txt extra="" ;;
full) locked=requirements/words.txt extra="[words]" ;;
*)
    echo "usage: deploy/build-image-root.sh slim|full ROOT" >&2
    exit 2
    ;;
esac
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$root"
root=$(cd "$root" && pwd)
[ -x "$root/bin/python" ] || "$python" -m venv --without-pip "$root"
install() {
    "${PIP_PYTHON:-$python}" -m pip --python "$root/bin/python" install --quiet --disable-pip-version-check --no-compile "$@"
}
install --no-deps --require-hashes -r "$locked"
"$root/bin/python" -m hatchling build -t wheel -d "$work"
# No index: the locked packages must be all that the wheel asks for.
for wheel in "$work"/*.whl; do install --no-index "$wheel$extra"; done

# What no module of ours loads: names of places and time zones by phone number, numpy's Fortran, languages as single countries write them, the C++ half
# of onnxruntime, tests, types, C that is compiled already, symbols.
cd "$root/lib"
rm -rf python3*/site-packages/phonenumbers/geodata python3*/site-packages/phonenumbers/carrierdata \
    python3*/site-packages/phonenumbers/tzdata python3*/site-packages/numpy/f2py
rm -f python3*/site-packages/babel/locale-data/*_[A-Z][A-Z].dat python3*/site-packages/babel/locale-data/*_[0-9][0-9][0-9].dat
rm -f python3*/site-packages/onnxruntime/capi/libonnxruntime.so*
find . -type d -name tests -prune -exec rm -rf {} +
find . -name '*.pyi' -delete
find . -name '*.c' -delete
if command -v strip >/dev/null; then
    # Not the libraries that wheels bring along in *.libs: some of them lose what their loader needs.
    find . -name '*.so' -not -path '*.libs/*' -exec strip --strip-unneeded {} +
fi

# An image is read-only: what is loaded is compiled now, what is not loaded takes no room.
unset PYTHONDONTWRITEBYTECODE
"$root/bin/python" -m compileall -q python3*/site-packages/catalog/store/migrations
"$root/bin/python" - <<'PYTHON'
import contextlib, importlib, pkgutil

for package in ("bot", "handlers", "catalog"):
    for each in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if "migrations" not in each.name:
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module(each.name)
PYTHON
