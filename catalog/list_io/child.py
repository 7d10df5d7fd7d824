"""The process that opens a workbook, bounded in memory and time: a small file may unpack to more than a machine has."""

import json
import resource
import signal
import sys
from itertools import islice
from pathlib import Path

from catalog.errors import BadSheet
from catalog.list_io.files import worksheets
from catalog.list_io.workbook_parts import about_workbook

MEMORY = 1 << 30
CPU_SECONDS = 120
_ROWS_AT_ONCE = 200


def main(path: str) -> None:
    """Write each worksheet of *path* as JSON lines: its name, then its rows; or the reason why it cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    _write({"about": about_workbook(Path(path))})
    try:
        for name, rows in worksheets(Path(path)):
            _write({"sheet": name})
            while some := list(islice(rows, _ROWS_AT_ONCE)):
                _write({"rows": some})
    except BadSheet as error:
        _write({"bad": str(error)})
    _write({"end": True})


def _write(event: object) -> None:
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
