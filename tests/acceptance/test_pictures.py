"""Pictures beside a list are taken into the catalogue with it."""

import os
import sqlite3
from contextlib import closing

import pytest
from PIL import Image

from tests.acceptance.command import Command


def test_a_picture_file_is_taken_in_and_survives_an_export(command: Command) -> None:
    """What cannot be opened is told by its line; what was taken in is the same after export and import."""
    Image.new("RGB", (40, 30), "orange").save(command.folder / "nem.png")
    rows = "Mã,Tên sản phẩm,Chủ thể,Ảnh\nx1,Nem,HTX Một,nem.png\nx2,Giò,HTX Một,khong-co.jpg\n"
    (command.folder / "list.csv").write_text(rows, encoding="utf-8")
    said = command.here("import", "list.csv")
    assert "dòng 3: ảnh “khong-co.jpg” không lấy được" in said.err
    assert command.here("export", "out.csv").status == 0
    assert "/media/" in (command.folder / "out.csv").read_text(encoding="utf-8-sig")
    assert "giữ nguyên 2" in command.here("import", "out.csv").out


def test_strict_imports_nothing_where_a_picture_is_missing(command: Command) -> None:
    Image.new("RGB", (40, 30), "orange").save(command.folder / "nem.png")
    head = "Mã,Tên sản phẩm,Chủ thể,Ảnh\nx1,Nem,HTX Một,nem.png\n"
    missing = command.folder / "missing.csv"
    missing.write_text(head + "x2,Giò,HTX Một,khong-co.jpg\n", encoding="utf-8")
    said = command.here("import", missing, "--strict")
    assert (said.status, said.out) == (1, "")
    assert said.err.count("khong-co.jpg") == 1
    assert _kept(command) == 0
    (command.folder / "whole.csv").write_text(head, encoding="utf-8")
    assert command.here("import", command.folder / "whole.csv", "--strict").status == 0
    assert _kept(command) == 1


def _kept(command: Command) -> int:
    with closing(sqlite3.connect(command.folder / "catalogue.db")) as database:
        (count,) = database.execute("SELECT count(*) FROM pictures").fetchone()
    return int(count)


def test_an_import_that_brings_nothing_in_keeps_no_picture(command: Command) -> None:
    """Neither one that is refused for its bad rows, nor one that waits to be confirmed, nor one that is only tried."""
    Image.new("RGB", (40, 30), "orange").save(command.folder / "nem.png")
    head = "Mã,Tên sản phẩm,Chủ thể,Hạng sao,Số quyết định,Ảnh\n"
    good, bad = "x1,Nem,HTX Một,{stars},1/QĐ-UBND,{image}\n", "x2,Giò,HTX Một,9,2/QĐ-UBND,\n"
    (command.folder / "bad.csv").write_text(head + good.format(stars=3, image="nem.png") + bad, encoding="utf-8")
    assert "✕" in command.here("import", command.folder / "bad.csv", "--strict").err
    assert _kept(command) == 0
    (command.folder / "first.csv").write_text(head + good.format(stars=3, image=""), encoding="utf-8")
    assert command.here("import", command.folder / "first.csv").status == 0
    (command.folder / "much.csv").write_text(head + good.format(stars=4, image="nem.png"), encoding="utf-8")
    assert command.here("import", command.folder / "much.csv", "--dry-run").status == 1
    assert command.here("import", command.folder / "much.csv").status == 1
    assert _kept(command) == 0
    assert command.here("import", command.folder / "much.csv", "--yes").status == 0
    assert _kept(command) == 1


@pytest.mark.parametrize("image", ["../private.png", "{folder}/private.png", "/dev/zero", "link.png", "pipe.png"])
def test_a_list_takes_in_only_pictures_that_lie_beside_it(command: Command, image: str) -> None:
    """A list from somebody else publishes no picture of ours from elsewhere, and nothing that never ends is read."""
    beside = command.folder / "lists"
    beside.mkdir()
    private = command.folder / "private.png"
    Image.new("RGB", (40, 30), "orange").save(private)
    (beside / "link.png").symlink_to(private)
    os.mkfifo(beside / "pipe.png")
    row = f"Mã,Tên sản phẩm,Chủ thể,Ảnh\nx1,Nem,HTX Một,{image.format(folder=command.folder)}\n"
    (beside / "list.csv").write_text(row, encoding="utf-8")
    said = command.here("import", beside / "list.csv")
    assert "dòng 2" in said.err
    assert "Thêm 1 sản phẩm" in said.out
    assert _kept(command) == 0
