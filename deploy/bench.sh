#!/bin/sh
# Print our figures beside the peers', one bench after the other. What only the benches need goes into its own
# environment, and aiogram into another: it holds back a library that we use newer.
set -eu
cd "$(dirname "$0")/.."
bench=.venv/bench
for name in bench aiogram; do
    if ! cmp -s "requirements/$name.txt" ".venv/$name/.installed"; then
        python3 -m venv ".venv/$name"
        ".venv/$name/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "requirements/$name.txt"
        cp "requirements/$name.txt" ".venv/$name/.installed"
    fi
done
[ $# -gt 0 ] || set -- search read words fuzz_payloads fuzz_images updates machines inquiries board
for name in "$@"; do
    [ -f "bench/$name.py" ] || continue
    echo "== $name"
    "$bench/bin/python" -m "bench.$name"
done
