"""The tests' private PostgreSQL: shared by the processes of a run, and gone when the last of them has ended."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.postgresql import MISSING, programs

ROOT = Path(__file__).parent.parent.parent
USE = """
import sys, time
from pathlib import Path
from tests.postgresql import shared_databases
with shared_databases(Path(sys.argv[1])) as databases:
    with databases.lend() as url:
        print(url.partition("?")[2], flush=True)
        sys.stdin.readline()
"""


def use(folder: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", USE, str(folder)]
    return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603


def server_of(process: subprocess.Popen[str]) -> Path:
    """The folder of the server that *process* uses."""
    assert process.stdout is not None
    return Path(process.stdout.readline().removeprefix("host=").partition("&")[0])


def lives(process: int) -> bool:
    """Whether there is such a process; one that ended counts no more, also if nobody has asked how it ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(programs() is None, reason=MISSING)
def test_it_is_shared_and_ends_with_the_last_process_that_uses_it(tmp_path: Path) -> None:
    with use(tmp_path) as one, use(tmp_path) as other:
        folder = server_of(one)
        assert server_of(other) == folder
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        one.communicate("\n")
        assert lives(server)
        other.send_signal(signal.SIGKILL)
    end = time.monotonic() + 20
    while time.monotonic() < end and (folder.exists() or lives(server)):
        time.sleep(0.05)
    assert not folder.exists()
    assert not lives(server)
