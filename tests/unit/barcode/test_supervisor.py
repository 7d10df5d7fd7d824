"""Children that crash, hang or lie cost one answer each."""

import asyncio
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from catalog.barcode import Reader, pool, read_here, zbar_available
from catalog.errors import EmptyImage, ImageTooLarge, ReaderFailed, UnknownImage
from tests.unit.barcode import drawing

JOBS = "tests.unit.barcode.jobs:"
WORLD = drawing.png(drawing.qr("Xin chào"))


@pytest.fixture
async def reader():
    async with Reader(workers=1) as opened:
        yield opened


async def reads(reader):
    return [each.text for each in (await reader.read(WORLD)).payloads] == ["Xin chào"]


async def test_a_job_is_named_by_its_path(reader):
    assert await reader.run(f"{JOBS}size", b"12345") == 5


async def test_one_child_serves_many_jobs(reader):
    assert await reader.run(f"{JOBS}process", b"x") == await reader.run(f"{JOBS}process", b"x") != os.getpid()


@pytest.mark.parametrize("job", ["crash", "leave"])
async def test_a_photo_that_ends_two_children_is_given_up(reader, job):
    with pytest.raises(ReaderFailed):
        await reader.run(JOBS + job, b"x")
    assert await reads(reader)


async def test_a_photo_that_ends_one_child_is_tried_once_more(reader, monkeypatch):
    started = pool.Child._ensure_started

    async def marked(child):
        """Each new child is told by a folder of its path how many were there before it."""
        process = await started(child)
        monkeypatch.syspath_prepend("/second-try")
        return process

    monkeypatch.setattr(pool.Child, "_ensure_started", marked)
    assert await reader.run(f"{JOBS}crash_once", b"x") == "second try"


async def test_a_child_that_hangs_is_ended(reader):
    with pytest.raises(ReaderFailed):
        await reader.run(f"{JOBS}sleep", b"x", deadline=0.5)
    assert await reads(reader)


async def test_heic_is_given_more_time():
    async with Reader(workers=1, deadline=0.6) as patient:
        with pytest.raises(ReaderFailed):
            await patient.run(f"{JOBS}nap", b"a JPEG")
        assert await patient.run(f"{JOBS}nap", b"\0\0\0\x20ftypheic") == "rested"


async def test_memory_is_bounded(reader):
    with pytest.raises(ReaderFailed, match="MemoryError"):
        await reader.run(f"{JOBS}greedy", b"x")
    assert await reads(reader)


async def test_the_jobs_own_error_comes_back(reader):
    with pytest.raises(ImageTooLarge) as caught:
        await reader.run(f"{JOBS}refuse", b"x")
    assert caught.value.limit == "7 MB"


async def test_a_job_that_is_not_there_fails(reader):
    with pytest.raises(ReaderFailed):
        await reader.run(f"{JOBS}missing", b"x")


async def test_what_a_child_sends_may_only_be_ours(reader):
    with pytest.raises(ReaderFailed):
        await reader.run(f"{JOBS}foreign", b"x")
    assert await reads(reader)


async def test_a_cancelled_read_gives_its_child_up(reader):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.run(f"{JOBS}sleep", b"x", deadline=60), 0.5)
    assert await reads(reader)


async def test_a_read_cancelled_while_its_child_starts_leaves_a_working_reader(reader):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(WORLD), 0.01)
    assert await reads(reader)


async def test_more_photos_than_children_wait_for_their_turn():
    async with Reader(workers=2) as reader:
        assert all(await asyncio.gather(*(reads(reader) for _ in range(6))))


async def test_the_loop_runs_on_while_a_photo_is_read(reader):
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(tick())
        with pytest.raises(ReaderFailed):
            await reader.run(f"{JOBS}sleep", b"x", deadline=0.5)
        ticking.cancel()
    assert ticks > 5


async def test_the_children_end_with_the_reader():
    async with Reader(workers=1) as reader:
        child = await reader.run(f"{JOBS}process", b"x")
    assert not alive(child)


def test_the_children_end_with_a_killed_parent(tmp_path):
    script = textwrap.dedent(f"""
        import asyncio, os
        from catalog.barcode import Reader

        async def main():
            async with Reader(workers=1) as reader:
                print(await reader.run("{JOBS}process", b"x"), flush=True)
                await reader.run("{JOBS}sleep", b"x", deadline=60)

        asyncio.run(main())
    """)
    paths = ":".join(each for each in sys.path if each)
    with subprocess.Popen(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={"PYTHONPATH": paths}, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    ends = time.monotonic() + 20
    while alive(child) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not alive(child)


def alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("image", "error"),
    [(b"", EmptyImage), (b"%PDF-1.7 photo.jpg", UnknownImage), (b"\xff\xd8" + bytes(30_000_000), ImageTooLarge)],
    ids=["empty", "PDF named jpg", "30 MB"],
)
async def test_what_cannot_be_read_is_named(reader, image, error):
    with pytest.raises(error):
        await reader.read(image)


async def test_a_child_is_replaced_after_many_jobs(monkeypatch, reader):
    monkeypatch.setattr("catalog.barcode.pool._JOBS_PER_CHILD", 1)
    assert await reader.run(f"{JOBS}process", b"x") != await reader.run(f"{JOBS}process", b"x")


def test_reading_here_says_the_same():
    reading = read_here(WORLD)
    assert [each.text for each in reading.payloads] == ["Xin chào"]
    assert isinstance(zbar_available(), bool)
