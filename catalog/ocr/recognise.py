"""A photo to the lines of text on it. Run it in a child: ``await reader.run("catalog.ocr.recognise:lines", image)``.

rapidocr finds the lines and says which way up they are; `vietnamese` reads them. Everything runs on one thread from
model files that are installed; nothing is downloaded.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import rapidocr

from catalog.barcode.picture import open_picture
from catalog.ocr import strips
from catalog.ocr.line import Line
from catalog.ocr.strips import Grey, TextStrip
from catalog.ocr.vietnamese import Vietnamese

Recogniser = Callable[[TextStrip], tuple[str, float]]

LONG_SIDE = 1280
SEARCHED_SIDE = 736
MOST_LINES = 40
# The widths of all strips together, for a height of 1: what one core recognises in about two seconds.
MOST_WIDTH = 230.0
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
    read = _recogniser()
    kept = strips.in_order(_worth_reading(found))
    every = [Line(*read(strip), strip.corners_in_original(scale=picture.scale)) for strip in kept]
    return tuple(line for line in every if line.text and line.confidence >= _LEAST)


@cache
def _rapid() -> Any:
    return rapidocr.RapidOCR(params=_SETTINGS)


@cache
def _recogniser() -> Recogniser:
    """The one that knows every Vietnamese letter, or rapidocr's own where that is not installed."""
    vietnamese = Vietnamese.load()
    return vietnamese.read if vietnamese else by_rapid


def _boxes(grey: Grey) -> list[Any]:
    found = _rapid()(grey, use_det=True, use_cls=False, use_rec=False)
    return [] if found.boxes is None else list(found.boxes)


def _worth_reading(found: list[TextStrip]) -> list[TextStrip]:
    """The tallest lines first, until there is no time for more: a product's name is written large."""
    kept: list[TextStrip] = []
    width = 0.0
    for strip in sorted(found, key=lambda each: -each.height)[:MOST_LINES]:
        width += strip.shape
        if kept and width > MOST_WIDTH:
            break
        kept.append(strip)
    return kept


def _upright(found: list[TextStrip]) -> list[TextStrip]:
    """All lines of a label run the same way; the longest ones say which."""
    voters = sorted(found, key=lambda each: -each.shape)[:_VOTERS]
    lean = sum(_upside_down(strip.grey) for strip in voters)
    return [strip.turn() for strip in found] if lean > 0 else found


def _upside_down(grey: Grey) -> float:
    ((label, score),) = _rapid()(grey, use_det=False, use_cls=True, use_rec=False).cls_res
    return float(score) if label == "180" else -float(score)


def by_rapid(strip: TextStrip) -> tuple[str, float]:
    """The text of *strip* without the letters that rapidocr's model lacks, and how sure it is."""
    found = _rapid()(np.ascontiguousarray(strip.grey), use_det=False, use_cls=False, use_rec=True)
    return (found.txts[0].strip(), float(found.scores[0])) if found.txts else ("", 0.0)
