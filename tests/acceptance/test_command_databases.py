"""Databases that a command cannot use: each is told in a line, with what to do."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.commands import terminal
from catalog.errors import StoreFull
from tests.acceptance.command import Command


@pytest.mark.parametrize(
    "words",
    [("backup", "a.backup"), ("move", "--to", "sqlite:///b.db"), ("import", "--shipped"), ("ask", "nem"), ("migrate",)],
    ids=" ".join,
)
def test_a_database_in_memory_is_refused(command: Command, words: tuple[str, ...]) -> None:
    said = command.here(*words, environment={"HOI_OCOP_DATABASE_URL": "sqlite://"})
    assert said.status == 1
    assert "in memory" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_mistyped_database_is_not_made(command: Command) -> None:
    before = sorted(command.folder.iterdir())
    mistyped = {"HOI_OCOP_DATABASE_URL": f"sqlite:///{command.folder / 'hoi-ocpo.db'}"}
    for words, environment in (
        (("move", "--to", f"sqlite:///{command.folder / 'b.db'}"), mistyped),
        (("erasures",), mistyped),
        (("move", "--to", "sqlite://"), {}),
    ):
        said = command.here(*words, environment=environment)
        assert said.status == 1, words
        assert sorted(command.folder.iterdir()) == before, words


def test_a_damaged_database_says_what_to_do(stocked: Command) -> None:
    file = stocked.folder / "catalogue.db"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    for words in (("ask", "nem bùi"), ("backup", "a.backup")):
        said = stocked.here(*words)
        assert said.status == 1
        assert "bị hỏng" in said.err
        assert "hoi-ocop restore" in said.err
        assert len(said.err.splitlines()) == 1


def test_the_database_of_a_newer_version_is_refused_in_vietnamese_and_in_english(command: Command) -> None:
    with closing(sqlite3.connect(command.folder / "catalogue.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    refused = (command.here(*words) for words in (("ask", "nem bui"), ("migrate",), ("backup", "a.backup")))
    for said in (command("serve", "--port", "0"), *refused):
        assert (said.status, said.out) == (1, "")
        vietnamese, english = said.err.splitlines()[-2:]
        assert vietnamese.startswith("✕ Cơ sở dữ liệu này thuộc một phiên bản mới hơn của chương trình")
        assert "9999" in vietnamese
        assert english.startswith("✕ The database belongs to a newer version of this program (its tables: 9999, known")
    (found,) = [line for line in command.here("check", "--json").json if line["what"] == "database"]
    assert (found["state"], "9999" in found["told"]) == ("wrong", True)


def test_a_restore_that_fails_leaves_nothing_behind(command: Command) -> None:
    (command.folder / "text").write_text("no backup")
    (command.folder / "archive").write_bytes(b"PGDMP")
    assert command.here("backup", "a.backup").status == 0
    with closing(sqlite3.connect(command.folder / "a.backup")) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    place = {"HOI_OCOP_DATABASE_URL": f"sqlite:///{command.folder / 'new.db'}"}
    for words in (("text",), ("archive",), ("a.backup",), ("a.backup", "--erased", "gone"), ("gone",)):
        said = command.here("restore", *words, environment=place)
        assert said.status == 1, words
        assert [file.name for file in command.folder.glob("*new.db*") if file.suffix != ".lock"] == [], words


def test_a_catalogue_without_words_of_people_is_put_back_without_a_key(command: Command) -> None:
    assert command.here("backup", "a.backup").status == 0
    place = {"HOI_OCOP_DATABASE_URL": f"sqlite:///{command.folder / 'new.db'}"}
    assert command.here("restore", "a.backup", environment=place).status == 0
    assert not (command.folder / "new.db.key").exists()
    assert command.here("ask", "nem", environment=place).status == 0


def test_migrating_an_old_or_missing_database(tmp_path: Path) -> None:
    command = Command(tmp_path)
    assert "hoi-ocop migrate makes" in command.here("check").out
    assert "has been brought up to date" in command("migrate").out
    assert "is up to date" in command.here("migrate").out
    with sqlite3.connect(tmp_path / "catalogue.db") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    database.close()
    assert {"products", "inbox", "alembic_version"} <= tables


def test_a_full_disk_is_told_in_vietnamese_and_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> int:
        raise StoreFull

    assert terminal.attempt(refuse) == 1
    vietnamese, english = capsys.readouterr().err.splitlines()
    assert vietnamese.startswith("✕ Đĩa đã đầy")
    assert english.startswith("✕ The disk is full")


def test_a_database_that_cannot_be_used_is_said_in_a_line(command: Command) -> None:
    for url in ("sqlite:////proc/nothing/a.db", "mysql://u:geheim@h/n", "nonsense"):
        said = command.here("ask", "nem", "--json", environment={"HOI_OCOP_DATABASE_URL": url})
        assert said.status == 1
        assert said.err.startswith("✕ ")
        assert "Traceback" not in said.err
        assert "geheim" not in said.err


def test_an_empty_catalogue_says_what_to_do(command: Command) -> None:
    said = command.here("ask", "nem")
    assert said.status == 0
    assert "hoi-ocop import --shipped" in said.err
    assert command.here("import", "--shipped", "--json").json[0]["added"] == 119
