"""How many photos are read, and in what time, beside what else can be installed.

`python -m bench.read [--sample N] [--photos DIR] [--labels]`: without a folder of photos (with a manifest.json, as in
../shared/data/photos) the rendered labels of bench/labels.py stand in. A photo counts as right when at least one
expected text comes back exactly, control characters apart. Times are processor time of one thread; the children that
the figures of throughput use have one thread each.
"""

import argparse
import asyncio
import hashlib
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import zxingcpp

from bench import labels
from catalog.barcode import Reader, engines, pipeline
from catalog.barcode.picture import Grey, open_colours, open_picture
from catalog.barcode.scan import Scan, clock

PHOTOS = Path(__file__).resolve().parents[2] / "shared" / "data" / "photos"
EASY_PHOTOS, WORKERS = 100, 2


@dataclass(slots=True)
class Tally:
    """What came of the photos of one folder, or of all."""

    photos: int = 0
    expected: int = 0
    right: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        times = sorted(self.times)
        p50, p95 = times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.95))]
        shares = "".join(f"{_share(self.right[each], self.expected):>9}" for each in COLUMNS)
        return f"{name:<26}{self.expected:>6}{shares}{p50:>8.0f}{p95:>6.0f}{times[-1]:>6.0f}"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"


PEERS: dict[str, Callable[[Grey], Iterable[str]]] = {
    "pyzbar": lambda grey: _pyzbar(grey),  # noqa: PLW0108 - defined below
    "zxing": lambda grey: [each.text for each in zxingcpp.read_barcodes(grey, formats=engines.FORMATS)],
    "opencv": lambda grey: _opencv(grey),  # noqa: PLW0108 - defined below
}
COLUMNS = ("ours", *PEERS, "union")


def _pyzbar(grey: Grey) -> list[str]:
    library = engines.zbar_library()
    return [each.data.decode(errors="replace") for each in library.decode(grey)] if library else []


def _opencv(grey: Grey) -> list[str]:
    try:
        return [each for each in cv2.QRCodeDetector().detectAndDecodeMulti(grey)[1] if each]
    except cv2.error:
        return []


def right(texts: Iterable[str], expected: Iterable[str]) -> bool:
    """True when one of *texts* is exactly expected; GTINs may be padded with noughts by a peer."""
    wanted = {plain(each) for each in expected}
    return any(plain(each) in wanted for each in texts)


def plain(text: str) -> str:
    """*text* without control characters, a GTIN in 14 digits."""
    shown = "".join(each for each in text if each.isprintable())
    return shown.zfill(14) if shown.isdigit() and len(shown) in {12, 13} else shown


def read_manifest(folder: Path, *, sample: int) -> list[tuple[str, dict[str, Any]]]:
    """The names of *sample* photos in *folder*, always the same, and what is on each; 0: of all."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    names = sorted(manifest, key=lambda each: hashlib.md5(each.encode(), usedforsecurity=False).digest())
    return [(name, manifest[name]) for name in names[: sample or len(names)]]


def measure(folder: Path, *, sample: int) -> None:
    """Read the photos of *folder* and print the table, the stages and the false reads."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    stages: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for name, truth in read_manifest(folder, sample=sample):
        _read_one(folder / name, truth, tallies, stages)
    print(f"{'':<26}{'photos':>6}" + "".join(f"{each:>9}" for each in COLUMNS) + f"{'p50':>8}{'p95':>6}{'max':>6}  ms")
    for name in sorted(tallies):
        print(tallies[name].row(name))
    _print_stages(stages)
    for name, tally in tallies.items():
        if name.endswith("(all)"):
            print(f"texts on photos without a code, {name}: {dict(tally.false) or 'none'}")


def _read_one(path: Path, truth: dict[str, Any], tallies: dict[str, Tally], stages: Any) -> None:
    started = clock()
    image = path.read_bytes()
    picture = open_picture(image)
    until = clock() + pipeline.BUDGET
    scan = Scan(picture.grey, until=until, colours=lambda: open_colours(image, picture))
    steps = list(pipeline.steps(scan))
    milliseconds = (clock() - started) * 1000
    answers: dict[str, list[str]] = {"ours": [each.text for each in scan.payloads]}
    answers |= {name: list(peer(picture.grey)) for name, peer in PEERS.items()}
    answers["union"] = [text for name in PEERS for text in answers[name]]
    for step in steps:
        stages[step.name].append((step.milliseconds, bool(step.payloads)))
    for name in (f"{truth['set']}/{truth['folder']}", f"{truth['set']} (all)"):
        tally = tallies[name]
        tally.photos += 1
        tally.times.append(milliseconds)
        tally.expected += bool(truth["expect"])
        for column, texts in answers.items():
            tally.right[column] += bool(truth["expect"]) and right(texts, truth["expect"])
            tally.false[column] += bool(texts) and not truth["expect"] and not truth["unknown"]


def _print_stages(stages: dict[str, list[tuple[float, bool]]]) -> None:
    print(f"\n{'stage':<26}{'runs':>6}{'read':>9}{'mean':>8}{'p95':>6}{'max':>6}  ms")
    for name, runs in stages.items():
        times = sorted(each for each, _ in runs)
        mean = sum(times) / len(times)
        row = f"{mean:>8.0f}{times[int(len(times) * 0.95)]:>6.0f}{times[-1]:>6.0f}"
        print(f"{name:<26}{len(runs):>6}{sum(gain for _, gain in runs):>9}{row}")


async def throughput(folder: Path) -> None:
    """Read photos that the first stage can read, through two children, and print how many a second."""
    images = _easy(folder)
    async with Reader(workers=WORKERS) as reader:
        await asyncio.gather(*(reader.read(images[0]) for _ in range(WORKERS)))
        started = time.perf_counter()
        readings = await asyncio.gather(*(reader.read(each) for each in images))
        seconds = time.perf_counter() - started
    assert all(each.payloads for each in readings)
    print(f"\n{len(images)} easy photos through {WORKERS} children: {len(images) / seconds:.0f} a second")


def _easy(folder: Path) -> list[bytes]:
    images: list[bytes] = []
    for path in sorted(folder.rglob("*.jpg")):
        image = path.read_bytes()
        if engines.zxing(open_picture(image).grey).payloads:
            images.append(image)
        if len(images) == EASY_PHOTOS:
            break
    return images


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=0, help="photos of each set, chosen once and for all; 0: all")
    parser.add_argument("--photos", type=Path, default=PHOTOS, help="a folder with a manifest.json")
    parser.add_argument("--labels", action="store_true", help="the rendered labels as well")
    arguments = parser.parse_args()
    there = (arguments.photos / "manifest.json").exists()
    if there:
        measure(arguments.photos, sample=arguments.sample)
        asyncio.run(throughput(arguments.photos))
    if arguments.labels or not there:
        with tempfile.TemporaryDirectory() as folder:
            labels.write(Path(folder))
            print()
            measure(Path(folder), sample=arguments.sample)
            if not there:
                asyncio.run(throughput(Path(folder)))


if __name__ == "__main__":
    main()
