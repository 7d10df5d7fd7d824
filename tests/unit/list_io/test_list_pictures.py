"""The pictures beside a list are made small once, whoever asks for them again."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.commands.list_pictures import ListPictures
from handlers.phrases import speech


def test_a_picture_is_made_small_once_for_all_lines_that_name_it(tmp_path: Path) -> None:
    for name, colour in (("nem.png", "orange"), ("gio.png", "green")):
        Image.new("RGB", (40, 30), colour).save(tmp_path / name)
    with ListPictures(tmp_path, speech("vi")) as pictures:
        nem, gio = pictures.read(2, "nem.png"), pictures.read(3, "gio.png")
        assert nem
        assert gio
        assert nem != gio
        assert Image.open(io.BytesIO(nem)).size == (40, 30)
        # Whoever looked again would find nothing.
        (tmp_path / "nem.png").unlink()
        (tmp_path / "gio.png").write_bytes(b"none")
        assert (pictures.read(4, "nem.png"), pictures.read(5, "gio.png")) == (nem, gio)


def test_what_is_no_picture_is_said_at_each_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.png").write_bytes(b"words")
    with ListPictures(tmp_path, speech("vi")) as pictures:
        assert [pictures.read(line, "words.png") for line in (2, 3)] == [None, None]
    said = capsys.readouterr().err
    assert ("dòng 2" in said, "dòng 3" in said) == (True, True)
