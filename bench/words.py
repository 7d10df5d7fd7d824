"""Labels in words: how often the product comes first, beside rapidocr alone and Tesseract, by kind of bad photo.

``python -m bench.words [--each N] [--half design|unseen] [--engines ours,rapidocr,tesseract,both]``

Half of the names chose the design, the other half judges it. Each label is asked of a catalogue that has its product,
and again of one that lacks it: there any certain answer is wrong.
"""

import argparse
import csv
import functools
import gzip
import os
import random
import shutil
import subprocess
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rapidocr

from bench import words_labels
from bench.words_labels import Label
from catalog.ocr import Line, label, matching, recognise
from catalog.ocr.matching import Strength
from catalog.search import Entry, Index

ROOT = Path(__file__).parents[1]
LARGE = ROOT.parent / "shared/data/search_catalog_20k.csv.gz"
SHIPPED = ROOT / "catalog/data/products.csv"
HALVES = {"design": 0, "unseen": 1}
Engine = Callable[[bytes], tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A catalogue, and the same without the products of one half."""

    title: str
    entries: list[Entry]
    half: list[Entry]
    index: Index
    lacking: Index


# What is asked ---------------------------------------------------------------------------------------------------


def large() -> Iterator[Entry]:
    """The 20,000 products of the search benches."""
    with gzip.open(LARGE, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield Entry(row["id"], row["name"], (), row["producer"], tuple(filter(None, [row["place"]])))


def shipped() -> Iterator[Entry]:
    """The products that come with Hỏi OCOP, each once."""
    with SHIPPED.open(encoding="utf-8-sig") as file:
        rows = {row["Mã"]: row for row in csv.DictReader(file)}
    for ref, row in rows.items():
        aliases = tuple(filter(None, row["Tên gọi khác"].split("; ")))
        places = tuple(filter(None, (row["Địa chỉ"], row["Xã/phường"])))
        yield Entry(ref, row["Tên sản phẩm"], aliases, row["Chủ thể"], places)


def shelf(title: str, entries: list[Entry], *, half: int) -> Shelf:
    """Index *entries* whole, and without those of *half*."""
    own = [entry for entry in entries if zlib.crc32(entry.id.encode()) % 2 == half]
    gone = {entry.id for entry in own}
    rest = [entry for entry in entries if entry.id not in gone]
    return Shelf(title, entries, own, Index.build(entries), Index.build(rest))


def drawn(shelf_: Shelf, *, each: int, half: str) -> Iterator[Label]:
    """*each* labels for every way a photo goes wrong."""
    chance = random.Random(f"{half} {shelf_.title}")
    for kind in words_labels.DISTORTIONS:
        for number in range(each):
            entry = chance.choice(shelf_.half)
            yield words_labels.label(entry, seed=f"{half} {shelf_.title} {kind} {number}", distortion=kind)


# Who reads -------------------------------------------------------------------------------------------------------


@functools.cache
def _peer() -> Any:
    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def by_rapidocr(image: bytes) -> tuple[Line, ...]:
    """rapidocr as it comes, on one thread."""
    found = _peer()(image)
    rows = zip(found.txts or (), found.scores or (), () if found.boxes is None else found.boxes, strict=True)
    return tuple(Line(text, float(score), tuple(map(tuple, box.tolist()))) for text, score, box in rows)


def by_tesseract(image: bytes) -> tuple[Line, ...]:
    """Tesseract with Vietnamese data, sparse text, on one thread."""
    run = subprocess.run(
        ["tesseract", "stdin", "stdout", "-l", "vie", "--psm", "11", "tsv"],
        input=image,
        capture_output=True,
        check=False,
        timeout=30,
        env={"OMP_THREAD_LIMIT": "1", "PATH": os.defpath},
    )
    table = csv.DictReader(run.stdout.decode().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    rows: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in table:
        if row["text"] and row["text"].strip():
            rows.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    return tuple(_line(words) for words in rows.values())


def _line(words: list[dict[str, str]]) -> Line:
    left, top = (min(int(word[key]) for word in words) for key in ("left", "top"))
    right = max(int(word["left"]) + int(word["width"]) for word in words)
    bottom = max(int(word["top"]) + int(word["height"]) for word in words)
    confidence = float(np.mean([float(word["conf"]) for word in words])) / 100
    text = " ".join(word["text"] for word in words)
    return Line(text, confidence, ((left, top), (right, top), (right, bottom), (left, bottom)))


def by_both(image: bytes) -> tuple[Line, ...]:
    """rapidocr's lines and Tesseract's."""
    return by_rapidocr(image) + by_tesseract(image)


ENGINES: dict[str, Engine] = {
    "ours": recognise.lines,
    "rapidocr": by_rapidocr,
    "tesseract": by_tesseract,
    "both": by_both,
}


# What came of it -------------------------------------------------------------------------------------------------


def judged(photo: Label, lines: tuple[Line, ...], shelf_: Shelf) -> Counter[str]:
    """Count what the words of one label led to."""
    words = label.read(lines)
    matched = matching.match(words, shelf_.index)
    right = matched.ids[:1] == (photo.entry.id,)
    lost = matching.match(words, shelf_.lacking)
    return Counter(
        {
            "labels": 1,
            "right": right,
            "offered": photo.entry.id in matched.ids,
            matched.strength.value: 1,
            "wrong, certain": matched.strength is Strength.STRONG and not right,
            "absent, certain": lost.strength is Strength.STRONG,
            "name known, front only": photo.front_only,
        }
    )


def measure(name: str, photos: list[Label], shelf_: Shelf) -> None:
    """Print what engine *name* makes of *photos*."""
    totals: dict[str, Counter[str]] = {}
    seconds = []
    ENGINES[name](photos[0].image)
    for photo in photos:
        before = _cpu()
        lines = ENGINES[name](photo.image)
        seconds.append(_cpu() - before)
        totals.setdefault(photo.distortion, Counter()).update(judged(photo, lines, shelf_))
    totals["ALL"] = sum(totals.values(), Counter())
    print(f"\n{name}, {shelf_.title} ({len(shelf_.index)} products)")
    print(f"{'':16}labels  right%  among 3%  strong%  weak%  none%  wrong, certain%  absent, certain%")
    for kind, count in totals.items():
        print(_row(kind, count))
    p50, p95, most = np.percentile(seconds, (50, 95, 100))
    print(f"processor seconds a photo, one thread: p50 {p50:.2f}, p95 {p95:.2f}, most {most:.2f}")


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _row(kind: str, count: Counter[str]) -> str:
    def share(key: str) -> float:
        return 100 * count[key] / count["labels"]

    return (
        f"{kind:16}{count['labels']:6}{share('right'):8.1f}{share('offered'):10.1f}{share('strong'):9.1f}"
        f"{share('weak'):7.1f}{share('none'):7.1f}{share('wrong, certain'):17.1f}{share('absent, certain'):18.1f}"
    )


def main() -> None:
    """Draw, read and judge."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--each", type=int, default=4, help="labels for each kind of bad photo and catalogue")
    asked.add_argument("--half", choices=HALVES, default="unseen")
    asked.add_argument("--engines", default="ours,rapidocr,tesseract,both")
    options = asked.parse_args()
    engines = [name for name in options.engines.split(",") if name in {"ours", "rapidocr"} or shutil.which("tesseract")]
    shelves = [("shipped catalogue", shipped())] + ([("large catalogue", large())] if LARGE.exists() else [])
    started = time.monotonic()
    for title, entries in shelves:
        stocked = shelf(title, list(entries), half=HALVES[options.half])
        photos = list(drawn(stocked, each=options.each, half=options.half))
        for name in engines:
            measure(name, photos, stocked)
    print(f"\n{len(words_labels.fonts())} fonts; {time.monotonic() - started:.0f} s in all")


if __name__ == "__main__":
    main()
