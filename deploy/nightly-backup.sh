#!/bin/sh
# Back the database up into FOLDER, with the list of who erased everything, and delete backups older than DAYS.
# Those are deleted only once the new one is whole.
# Usage: deploy/nightly-backup.sh FOLDER DAYS
set -eu
[ $# = 2 ] || {
    echo "usage: deploy/nightly-backup.sh FOLDER DAYS" >&2
    exit 2
}
[ -d "$1" ] || mkdir -m 0700 "$1"
hoi-ocop backup "$1/hoi-ocop-$(date +%Y-%m-%d-%H%M%S)"
hoi-ocop erasures --out "$1/erased.jsonl"
find "$1" -maxdepth 1 -type f -name 'hoi-ocop-*' -mtime "+$2" -delete
