"""A photo to the lines of text on it. Run it in a child: ``await reader.run("catalog.words.ocr:lines", image)``.

rapidocr finds the lines and says which way up they are; `vietnamese` reads them, and where it is unsure rapidocr
reads them too. Everything runs on one thread from model files that are installed; nothing is downloaded.
"""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import rapidocr

from catalog.reader.picture import open_picture
from catalog.words import strips
from catalog.words.line import Line
from catalog.words.strips import Grey, Strip
from catalog.words.vietnamese import Vietnamese

LONG_SIDE = 1280
SEARCHED_SIDE = 960
MOST_LINES = 40
# The widths of all strips together, for a height of 1: what one core recognises in about two seconds.
MOST_WIDTH = 200.0
SURE = 0.9
_LEAST = 0.35
_VOTERS = 6
_MODELS = Path(rapidocr.__file__).parent / "models"
_SETTINGS = {
    "Global.log_level": "critical",
    "Global.text_score": 0.0,
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Det.model_path": str(_MODELS / "PP-OCRv6_det_small.onnx"),
    "Det.limit_type": "max",
    "Det.limit_side_len": SEARCHED_SIDE,
    "Cls.model_path": str(_MODELS / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
    "Rec.model_path": str(_MODELS / "PP-OCRv6_rec_small.onnx"),
}


def lines(image: bytes) -> tuple[Line, ...]:
    """The text on *image* in reading order. Raises catalog.errors.BadImage if it cannot be opened."""
    picture = open_picture(image, long_side=LONG_SIDE)
    found = _upright(strips.cut(picture.grey, _boxes(picture.grey)))
    read = (_read(strip, scale=picture.scale) for strip in strips.in_order(_worth_reading(found)))
    return tuple(line for line in read if line.text and line.confidence >= _LEAST)


@cache
def _rapid() -> Any:
    return rapidocr.RapidOCR(params=_SETTINGS)


@cache
def _vietnamese() -> Vietnamese | None:
    return Vietnamese.load()


def _boxes(grey: Grey) -> list[Any]:
    found = _rapid()(grey, use_det=True, use_cls=False, use_rec=False)
    return [] if found.boxes is None else list(found.boxes)


def _worth_reading(found: list[Strip]) -> list[Strip]:
    """The tallest lines first, until there is no time for more: a product's name is written large."""
    kept: list[Strip] = []
    width = 0.0
    for strip in sorted(found, key=lambda each: -each.height)[:MOST_LINES]:
        width += strip.shape
        if kept and width > MOST_WIDTH:
            break
        kept.append(strip)
    return kept


def _upright(found: list[Strip]) -> list[Strip]:
    """All lines of a label run the same way; the longest ones say which."""
    voters = sorted(found, key=lambda each: -each.shape)[:_VOTERS]
    lean = sum(_upside_down(strip.grey) for strip in voters)
    return [strip.turned() for strip in found] if lean > 0 else found


def _upside_down(grey: Grey) -> float:
    ((label, score),) = _rapid()(grey, use_det=False, use_cls=True, use_rec=False).cls_res
    return float(score) if label == "180" else -float(score)


def _read(strip: Strip, *, scale: float) -> Line:
    corners = strip.placed(scale=scale)
    first = _vietnamese()
    if first is None:
        return Line(*_by_rapid(strip), corners)
    text, confidence = first.read(strip)
    if confidence >= SURE:
        return Line(text, confidence, corners)
    also, other = _by_rapid(strip)
    if other * _TRUST_IN_RAPID > confidence:
        return Line(also, other, corners, also=text)
    return Line(text, confidence, corners, also=also)


_TRUST_IN_RAPID = 0.8


def _by_rapid(strip: Strip) -> tuple[str, float]:
    found = _rapid()(np.ascontiguousarray(strip.grey), use_det=False, use_cls=False, use_rec=True)
    return (found.txts[0].strip(), float(found.scores[0])) if found.txts else ("", 0.0)
