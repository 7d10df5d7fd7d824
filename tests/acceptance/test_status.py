"""hoi-ocop status of a house that really runs, and of one that cannot."""

import asyncio
import os
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.acceptance.command import Command
from tests.unit.store.test_migrations import migrated


def free_port() -> int:
    with closing(socket.socket()) as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port


async def test_a_house_that_runs_is_told_of_from_another_process(stocked: Command) -> None:
    command = Command(stocked.folder, settings={"HOI_OCOP_PORT": str(free_port()), "HOI_OCOP_DETAILS_TOKEN": "t" * 20})
    async with command.serving("serve") as served:
        said = await asyncio.to_thread(command, "status", "--json")
        lines = {each["what"]: each for each in said.json}
        assert f"process {served.process.pid} on " in lines["serving"]["en"]["told"]
        assert lines["channel web"]["vi"] == {"told": "Kênh web hoạt động.", "mend": ""}
        assert lines["queues"]["state"] == "on"
        assert {what for what, line in lines.items() if line["state"] == "wrong"} == {"backup"}
        assert said.status == 1
        assert (await asyncio.to_thread(command.here, "backup", "a.backup")).status == 0
        said = await asyncio.to_thread(command.here, "status")
        assert said.status == 0, said.out
        assert said.out.index("Đang phục vụ: tiến trình ") < said.out.index("It serves: process ")
    said = await asyncio.to_thread(command.here, "status")
    assert said.status == 1
    assert "→ Khởi động: systemctl start hoi-ocop, hoặc hoi-ocop serve\n  → Start it: " in said.out


async def test_what_keeps_it_from_looking_is_said_in_a_line(tmp_path: Path, stocked: Command) -> None:
    nowhere = Command(tmp_path / "new")
    nowhere.folder.mkdir()
    away = Command(tmp_path, settings={"HOI_OCOP_DATABASE_URL": "postgresql://u:geheim@127.0.0.1:1/none"})
    strange = Command(tmp_path, settings={"HOI_OCOP_DATABASE_URL": "mysql://u:geheim@127.0.0.1/none"})
    await migrated(f"sqlite:///{stocked.folder / 'catalogue.db'}", to="0007", down=True)
    expected = (
        (nowhere, "There is no database"),
        (away, ""),
        (strange, "HOI_OCOP_DATABASE_URL"),
        (stocked, "hoi-ocop migrate"),
    )
    for command, words in expected:
        said = await asyncio.to_thread(command.here, "status", "--json")
        assert (said.status, said.out) == (1, "")
        *vietnamese, line = said.err.splitlines()
        assert len(vietnamese) <= 1, "one line in each language"
        assert all(each.startswith("✕ ") for each in (*vietnamese, line))
        assert words in line
        assert "geheim" not in said.err
    assert os.listdir(nowhere.folder) == []  # noqa: PTH208 - one look


def test_a_database_of_a_newer_program_is_left_alone(stocked: Command) -> None:
    with closing(sqlite3.connect(stocked.folder / "catalogue.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    said = stocked.here("status")
    assert said.status == 1
    assert "newer version of this program" in said.err
