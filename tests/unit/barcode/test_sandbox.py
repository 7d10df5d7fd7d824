"""What a picture that took its reader over could do from there: nothing."""

import os
from contextlib import suppress

import pytest

from catalog.barcode import Reader, sandbox
from catalog.ocr import recognise
from tests.unit.barcode import drawing

JOBS = "tests.unit.barcode.jobs:"


@pytest.fixture
async def reader():
    async with Reader(workers=1) as opened:
        yield opened


async def held(reader, name):
    if name not in await reader.confinement():
        pytest.skip(f"this kernel has no {name}")


async def test_no_socket_no_program_no_other_process(reader, tmp_path):
    await held(reader, "seccomp")
    tried = await reader.run(f"{JOBS}tried", str(tmp_path / "none").encode())
    refused = {"internet", "unix socket", "program", "process", "debugger"}
    assert {name: tried[name] for name in refused} == dict.fromkeys(refused, "PermissionError")


async def test_no_file_but_the_libraries(reader, tmp_path):
    await held(reader, "landlock")
    key = tmp_path / "hoi-ocop.key"
    key.write_text("secret")
    tried = await reader.run(f"{JOBS}tried", str(key).encode())
    refused = {"file", "new file", "passwords", "parent", "signal"}
    assert {name: tried[name] for name in refused} == dict.fromkeys(refused, "PermissionError")


async def test_what_lies_beside_our_packages_cannot_be_read(reader, tmp_path, monkeypatch):
    """The checkout is on the path, and so may be its settings, its key and its database."""
    await held(reader, "landlock")
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / ".env").write_text("HOI_OCOP_TELEGRAM__TOKEN=x")
    async with Reader(workers=1) as other:
        tried = await other.run(f"{JOBS}tried", str(tmp_path / ".env").encode())
    assert tried["file"] == "PermissionError"


async def test_nothing_is_inherited(reader, monkeypatch, tmp_path):
    monkeypatch.setenv("HOI_OCOP_TELEGRAM__TOKEN", "secret")
    with (tmp_path / "hoi-ocop.db").open("wb") as database:
        os.set_inheritable(database.fileno(), True)
        environment, descriptors, no_new_privileges = await reader.run(f"{JOBS}surroundings", b"x")
    assert environment == {"ORT_DISABLE_TELEMETRY": "1"}
    assert database.closed
    # Its pipes, standard error, and the copies of the pipes that libraries cannot print to.
    assert set(descriptors) <= {0, 1, 2, 3, 4}
    assert no_new_privileges == 1


async def test_words_are_read_in_confinement_too(reader):
    assert await reader.run(f"{recognise.__name__}:lines", drawing.png(drawing.photo()[0]), deadline=60) == ()


@pytest.mark.parametrize(
    ("line", "name", "text", "found"),
    [
        ("0::/app", "app/memory.max", "536870912", [536870912]),
        ("0::/app/x", "app/memory.max", "536870912\n", [536870912]),
        ("0::/", "memory.max", "536870912", [536870912]),
        ("0::/elsewhere", "memory.max", "536870912", [536870912]),
        ("0::/app", "app/memory.max", "max", []),
        ("4:memory:/app", "memory/app/memory.limit_in_bytes", "1073741824", [1073741824]),
        ("3:cpuset:/app", "app/memory.max", "1", []),
    ],
)
def test_the_containers_limit_is_found(tmp_path, line, name, text, found):
    own = tmp_path / "own"
    own.write_text(line + "\n")
    place = tmp_path / "groups" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    assert list(sandbox.memory_ceilings(groups=tmp_path / "groups", own=own))[1:] == found


def test_without_control_groups_the_hard_limit_counts(tmp_path):
    (only,) = sandbox.memory_ceilings(groups=tmp_path, own=tmp_path / "none")
    assert only >= sandbox.memory_limit()


async def test_a_reader_that_cannot_start_is_told_of(monkeypatch):
    heard = []
    monkeypatch.setattr("catalog.barcode.pool._PROGRAM", "raise SystemExit(1)")
    async with Reader(workers=1, told=heard.append) as reader:
        with suppress(Exception):
            await reader.confinement()
    assert heard == ["not_started"]
