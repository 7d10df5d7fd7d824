"""What is said of a machine that suits us badly."""

import resource
import subprocess
import sys

import pytest

from bot.commands import checking, machine
from bot.commands.checking import CheckState
from bot.metrics import Metrics
from catalog.barcode import sandbox
from tests.unit.barcode import drawing

MEBIBYTE = 1024 * 1024


def test_root_and_little_memory_are_warned_of(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(machine, "memory_limit", lambda: 600 * MEBIBYTE)
    root, little = machine.warnings()
    assert "root" in root
    assert "600 MB" in little
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(machine, "memory_limit", lambda: 1536 * MEBIBYTE)
    assert machine.warnings() == []


@pytest.mark.parametrize(
    ("held", "limit", "state", "said"),
    [
        (frozenset({"landlock", "seccomp"}), 1536, CheckState.ON, "no network"),
        (frozenset({"seccomp"}), 1536, CheckState.OFF, "without landlock"),
        (frozenset({"landlock", "seccomp"}), 600, CheckState.OFF, "600 MB"),
        (None, 100, CheckState.WRONG, "does not start. only 100 MB"),
        (None, 1536, CheckState.WRONG, "does not start."),
    ],
)
async def test_the_check_says_how_photos_are_read(monkeypatch, held, limit, state, said):
    async def confinement():
        return held

    monkeypatch.setattr(machine, "confinement", confinement)
    monkeypatch.setattr(machine, "memory_limit", lambda: limit * MEBIBYTE)
    finding = await checking._reader()
    assert finding.state is state
    assert said in finding.told


async def test_a_reader_that_does_not_start_is_found_out(monkeypatch):
    monkeypatch.setattr("catalog.barcode.pool._PROGRAM", "raise SystemExit(1)")
    assert await machine.confinement() is None


def test_a_lost_reader_is_counted():
    measures = Metrics()
    measures.reader_lost("ended")
    assert b'hoi_ocop_readers_lost_total{trouble="ended"} 1.0' in measures.text()


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is the kernel's")
def test_a_hard_limit_below_what_a_child_wants_does_not_keep_photos_from_being_read():
    """As in a container with 1 GB: the child asks for no more than there is."""
    script = """
import asyncio, sys
from catalog.barcode import Reader
async def main():
    async with Reader(workers=1) as reader:
        print([each.text for each in (await reader.read(sys.stdin.buffer.read())).payloads])
asyncio.run(main())
"""

    limit = 1100 * MEBIBYTE
    assert limit < sandbox.MEMORY_WANTED
    picture = drawing.png(drawing.qr("Xin chào"))
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script],
        input=picture,
        capture_output=True,
        check=True,
        env={"PYTHONPATH": ":".join(each for each in sys.path if each), "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert "Xin chào" in done.stdout.decode()
