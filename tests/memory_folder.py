"""Where the files of a test run lie: in memory, where this machine has room for them there.

The tests make thousands of small databases. On a disk each commit waits for it, and a copy of PostgreSQL's files takes
five times as long (145 ms beside 27). What has to be on a disk, the fault runs, is on one.
"""

import os
import shutil
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

FOLDER = Path("/dev/shm")  # noqa: S108 - a file system, in which tempfile makes folders of its own
ROOM = 6 << 30
_OURS = os.environ  # noqa: TID251 - what Python's tempfile reads


def use_memory_folder(
    folder: Path = FOLDER, *, room: int = ROOM, environment: MutableMapping[str, str] = _OURS
) -> bool:
    """Make temporary files in *folder* from here on, if *room* bytes are free there and in memory.

    Processes that are started inherit it. Who has set ``TMPDIR`` keeps it.
    """
    if "TMPDIR" in environment or not os.access(folder, os.W_OK | os.X_OK):
        return False
    if min(shutil.disk_usage(folder).free, _free_memory()) < room:
        return False
    environment["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    return True


def _free_memory() -> int:
    """Bytes that processes could still take, as Linux tells; 0 elsewhere."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:")), 0)
