"""From a photo to its lines, by the models that are installed."""

import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from catalog.barcode import Reader, worker
from catalog.errors import UnknownImage
from catalog.ocr import LINES, Line, recognise
from catalog.ocr.recognise import TextStrip, Vietnamese, prepare
from catalog.text import fold
from tests import labels, pictures

NAME = "BÁNH PHU THÊ"
SMALL = ("Cơ sở sản xuất: HTX Hoa Sen", "NSX: 12/03/2026 HSD: 12 tháng kể từ NSX", "8 936012 345674")


def folded(lines: tuple[Line, ...]) -> list[str]:
    return [fold(line.text) for line in lines]


async def test_a_child_reads_every_letter() -> None:
    async with Reader(workers=1) as reader:
        lines = await reader.run(LINES, labels.photo(NAME, "ĐÌNH BẢNG", small=SMALL), deadline=60)
    assert [line.text for line in lines[:4]] == [NAME, "ĐÌNH BẢNG", *SMALL[:2]]
    assert re.sub(r"\s", "", lines[4].text) == "8936012345674"
    assert all(line.confidence > 0.8 for line in lines)
    assert 1.8 < lines[0].height / lines[2].height < 3


@pytest.mark.parametrize("angle", [90, 180, 270, 12])
def test_a_photo_may_lie_any_way(angle: int) -> None:
    turned = labels.drawn((NAME,), SMALL[:2]).rotate(angle, expand=True, fillcolor=pictures.PAPER)
    lines = recognise.lines(pictures.jpeg(turned))
    assert folded(lines)[:2] == ["banh phu the", "co so san xuat htx hoa sen"]


def test_light_letters_on_dark_paper_and_little_light() -> None:
    label = labels.drawn((NAME,), paper=(20, 60, 30))
    assert folded(recognise.lines(pictures.jpeg(label))) == ["banh phu the"]
    dark = labels.drawn((NAME,)).point(lambda level: level // 5)
    assert folded(recognise.lines(pictures.jpeg(dark))) == ["banh phu the"]


def test_corners_are_in_pixels_of_the_photo() -> None:
    large = labels.drawn((NAME,)).resize((2400, 1800))
    (line,) = recognise.lines(pictures.jpeg(large))
    left, top = line.corners[0]
    assert abs(left - 160) < 40
    assert 60 < top < 240


def test_an_empty_wall_has_no_words() -> None:
    assert recognise.lines(pictures.jpeg(Image.new("RGB", (900, 700), pictures.PAPER))) == ()


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(UnknownImage):
        recognise.lines(b"no picture")


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("it wants the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    recognise._rapid.cache_clear()
    recognise._recogniser.cache_clear()
    assert folded(recognise.lines(labels.photo(NAME))) == ["banh phu the"]


def strip(text: str, *, width: int = 700) -> TextStrip:
    drawn = labels.drawn((text,)).convert("L").crop((60, 60, 60 + width, 200))
    grey = np.asarray(drawn, dtype=np.uint8)
    corners = np.array([[0, 0], [width, 0], [width, 140], [0, 140]], dtype=np.float32)
    return TextStrip(grey, corners)


def test_rapidocr_alone_reads_what_its_letters_allow() -> None:
    text, confidence = recognise.by_rapid(strip(NAME))
    assert fold(text) == "banh phu the"
    assert confidence > 0.8


def test_a_strip_without_letters_says_nothing() -> None:
    blank = TextStrip(np.full((40, 300), 240, dtype=np.uint8), np.zeros((4, 2), dtype=np.float32))
    model = Vietnamese.load()
    assert model is not None
    assert model.read(blank)[0].strip(" .-_'") == ""


def test_the_model_is_only_there_when_it_is_installed() -> None:
    assert recognise.available()
    assert Vietnamese.load("no_such_package") is None


@pytest.mark.parametrize(("width", "expected"), [(5, 32), (400, 400), (9000, 1024)])
def test_a_line_becomes_32_pixels_high_and_not_too_wide(width: int, expected: int) -> None:
    grey = np.full((32, width), 200, dtype=np.uint8)
    assert prepare(grey).shape == (1, 3, 32, expected)


def test_time_is_kept_for_the_tallest_lines() -> None:
    def line(height: int, width: int) -> TextStrip:
        return TextStrip(np.zeros((height, width), dtype=np.uint8), np.zeros((4, 2), dtype=np.float32))

    many = [line(20, 400) for _ in range(30)] + [line(90, 900)]
    kept = recognise._worth_reading(many)
    assert kept[0].height == 90
    assert sum(each.shape for each in kept) <= recognise.MOST_WIDTH
    assert len(recognise._worth_reading([line(10, 10_000)])) == 1


def test_the_library_that_reads_words_tells_nobody_that_it_runs(tmp_path: Path) -> None:
    """Without what the child sets it keeps a number for this machine and messages to its maker at once."""
    probe = "import onnxruntime"
    surroundings = {"HOME": str(tmp_path), **worker.SILENT}
    subprocess.run([sys.executable, "-c", probe], env=surroundings, check=True)  # noqa: S603 - our own words
    assert not list(tmp_path.rglob("*"))
