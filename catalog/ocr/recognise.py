"""A photo to the lines of text on it. Run it in a child: ``await reader.run("catalog.ocr.recognise:lines", image)``.

rapidocr finds the lines and says which way up they are; `Vietnamese` reads them. Everything runs on one thread from
model files that are installed; nothing is downloaded.
"""

import importlib.util
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
import onnxruntime
import rapidocr
from numpy.typing import NDArray

from catalog.barcode.picture import open_picture
from catalog.ocr.line import Corners, Line

Grey = NDArray[np.uint8]
Points = NDArray[np.float32]

# A box this much taller than wide holds a line that runs up or down.
_STANDING = 1.5
_SMALLEST = 6


@dataclass(frozen=True, slots=True)
class TextStrip:
    """One line of text, level, and its corners in the photo, clockwise from where it starts."""

    grey: Grey
    corners: Points

    @property
    def height(self) -> int:
        """In pixels."""
        return int(self.grey.shape[0])

    @property
    def shape(self) -> float:
        """Its width for a height of 1."""
        return float(self.grey.shape[1] / self.grey.shape[0])

    def turn(self) -> Self:
        """The same the other way up."""
        return replace(self, grey=np.rot90(self.grey, 2), corners=np.roll(self.corners, 2, axis=0))

    def corners_in_original(self, *, scale: float) -> Corners:
        """Its corners in pixels of the original."""
        return tuple((round(float(x) * scale, 1), round(float(y) * scale, 1)) for x, y in self.corners)


Recogniser = Callable[[TextStrip], tuple[str, float]]

LONG_SIDE = 1280
SEARCHED_SIDE = 736
MOST_LINES = 40
# The widths of all strips together, for a height of 1: what one core recognises in about two seconds.
MOST_WIDTH = 230.0
# The model places at most 256 steps of 4 px.
_HEIGHT, _STEP, _NARROWEST, _WIDEST = 32, 4, 32, 1024
_BLANK = 0
PACKAGE = "asterocr"
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
    found = _upright(cut(picture.grey, _boxes(picture.grey)))
    read = _recogniser()
    kept = in_order(_worth_reading(found))
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


def available() -> bool:
    """True when the model is installed."""
    return _folder() is not None


def _folder(package: str = PACKAGE) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent / "assets" if spec and spec.origin else None


class Vietnamese:
    """The recogniser that knows every Vietnamese letter: one strip in, its text out. Build it once per process.

    It is AsterNet, the ONNX model that the package ``asterocr`` carries (MIT). Only its two data files are opened;
    the package's code is never imported. The models of rapidocr lack 87 of the 134 Vietnamese letters, ạ to ỹ.
    """

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.enable_mem_pattern = False
        path = str(folder / "asternet.onnx")
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self._letters: list[str] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["chars"]

    @classmethod
    def load(cls, package: str = PACKAGE) -> "Vietnamese | None":
        """The model that *package* carries, or None when it is not installed."""
        folder = _folder(package)
        return cls(folder) if folder is not None else None

    def read(self, strip: TextStrip) -> tuple[str, float]:
        """The text of *strip* and how sure it is, 0 to 1."""
        answer: Any = self._session.run(None, {self._input: prepare(strip.grey)})[0]
        return self._decode_ctc(answer[:, 0])

    def _decode_ctc(self, steps: NDArray[np.float32]) -> tuple[str, float]:
        """Connectionist temporal classification, greedily: repeated letters are one, blanks part them."""
        best = steps.argmax(axis=1)
        starts = np.flatnonzero((best != np.concatenate(([_BLANK], best[:-1]))) & (best != _BLANK))
        if not len(starts):
            return "", 0.0
        text = "".join(self._letters[letter] for letter in best[starts])
        return " ".join(text.split()), math.exp(float(steps[starts, best[starts]].mean()))


def prepare(grey: Grey) -> NDArray[np.float32]:
    """Dark letters on light ground, full contrast, 32 px high."""
    edge = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    ground = float(np.median(edge))
    darkest, lightest = np.percentile(grey, (3, 97))
    if lightest - ground > ground - darkest:
        grey = 255 - grey
    low, high = np.percentile(grey, (2, 90))
    level = np.clip((grey.astype(np.float32) - low) / max(float(high - low), 8.0), 0, 1)
    width = int(grey.shape[1] * _HEIGHT / grey.shape[0])
    width = min(max(width, _NARROWEST), _WIDEST) // _STEP * _STEP
    how = cv2.INTER_AREA if grey.shape[0] > _HEIGHT else cv2.INTER_CUBIC
    sized = cv2.resize(level, (width, _HEIGHT), interpolation=how).astype(np.float32)
    return np.repeat(sized[None, None], 3, axis=1)


def cut(grey: Grey, boxes: Iterable[Points]) -> list[TextStrip]:
    """Lay each box of *grey* level; those too small to hold a letter are left out."""
    strips = (_level(grey, np.asarray(box, dtype=np.float32)) for box in boxes)
    return [strip for strip in strips if strip is not None]


def in_order(strips: list[TextStrip]) -> list[TextStrip]:
    """From the top of the text to its bottom, whichever way the photo is turned."""
    if not strips:
        return []
    along = sum(strip.corners[1] - strip.corners[0] for strip in strips)
    down = np.array([-along[1], along[0]]) / (float(np.hypot(*along)) or 1)
    return sorted(strips, key=lambda strip: float(strip.corners.mean(axis=0) @ down))


def _level(grey: Grey, box: Points) -> TextStrip | None:
    width = max(np.linalg.norm(box[0] - box[1]), np.linalg.norm(box[3] - box[2]))
    height = max(np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[1] - box[2]))
    if height > _STANDING * width:
        # Read from the right-hand top corner downwards; whether that is upside down is found out later.
        return _level(grey, np.roll(box, -1, axis=0))
    if min(width, height) < _SMALLEST:
        return None
    size = (int(width), int(height))
    flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(box, flat)
    level = cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return TextStrip(np.asarray(level, dtype=np.uint8), box)
