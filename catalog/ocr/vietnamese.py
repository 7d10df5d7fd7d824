"""The recogniser that knows every Vietnamese letter: one strip in, its text out.

It is AsterNet, the ONNX model that the package ``asterocr`` carries (MIT). Only its two data files are opened;
the package's code is never imported. The models of rapidocr lack 87 of the 134 Vietnamese letters, ạ to ỹ.
"""

import importlib.util
import json
import math
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from catalog.ocr.strips import Grey, TextStrip

# The model places at most 256 steps of 4 px.
_HEIGHT, _STEP, _NARROWEST, _WIDEST = 32, 4, 32, 1024
_BLANK = 0
PACKAGE = "asterocr"


def available() -> bool:
    """True when the model is installed."""
    return _folder() is not None


def _folder(package: str = PACKAGE) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent / "assets" if spec and spec.origin else None


class Vietnamese:
    """The loaded model; build it once per process."""

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
