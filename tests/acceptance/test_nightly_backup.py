"""The script that systemd's timer runs every night."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.acceptance.command import ROOT, Command


def night(command: Command, *, days: int = 14) -> int:
    """Run it as its unit does; how it ended."""
    environment = command.environment | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    words = [ROOT / "deploy" / "nightly-backup.sh", "backups", str(days)]
    return subprocess.run(words, cwd=command.folder, env=environment, check=False, capture_output=True).returncode  # noqa: S603 - our own script


def test_a_backup_is_made_each_night_and_old_ones_go_once_the_new_one_is_whole(stocked: Command) -> None:
    assert night(stocked) == 0
    (first,) = (stocked.folder / "backups").glob("hoi-ocop-*")
    assert (stocked.folder / "backups" / "erased.jsonl").exists()
    long_ago = time.time() - 20 * 86400
    os.utime(first, (long_ago, long_ago))
    database = stocked.folder / "catalogue.db"
    database.rename(stocked.folder / "gone.db")
    assert night(stocked) != 0
    assert first.exists()
    (stocked.folder / "gone.db").rename(database)
    assert night(stocked) == 0
    (second,) = (stocked.folder / "backups").glob("hoi-ocop-*")
    assert second != first
