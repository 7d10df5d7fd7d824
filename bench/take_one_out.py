"""What each stage of the barcode pipeline is worth: the photos are read with all stages, then without one at a time.

`python -m bench.take_one_out [--sample N] [--photos DIR] [--labels] [--deadline 2] [--stages NAME,NAME] [--log FILE]`:
without a folder of photos (with a manifest.json, see bench/read.py) the rendered labels of bench/labels.py stand in.
A photo at which a stage had no turn is not read again without it, for nothing could change. Times are processor time
of one thread, the opening of the picture included. The pipeline gives up on a photo after a share of a second:
*deadline* multiplies that, so that a busy machine leaves nothing out that a quiet one would read; 1 is what is served.
What *log* holds of an earlier run is not read again, so that a long run may be stopped and taken up; remove the file
after any change of the pipeline.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import labels
from bench.read import PHOTOS, plain, read_manifest, right
from catalog.barcode import pipeline
from catalog.barcode.picture import open_colours, open_picture
from catalog.barcode.scan import STAGE_SECONDS, Scan, clock


@dataclass(frozen=True, slots=True)
class Sample:
    """One photo: its name, where it is, the texts on it, and how many more there are that nobody wrote down."""

    name: str
    path: Path
    expected: tuple[str, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was read on one photo: its texts, the sure ones of them, the stages that had a turn, and the time."""

    texts: list[str]
    sure: list[str]
    turns: list[str]
    milliseconds: float


class Runs:
    """Reads photos without a stage; what *log* holds of that already is taken from there."""

    def __init__(self, log: Path | None, *, deadline: float) -> None:
        self.deadline = deadline
        self._log = log
        self._done: dict[tuple[str, str, float], Outcome] = {}
        for line in log.read_text(encoding="utf-8").splitlines() if log and log.exists() else ():
            *key, outcome = json.loads(line)
            self._done[key[0], key[1], key[2]] = Outcome(**outcome)

    def read(self, photo: Sample, *, without: str = "") -> Outcome:
        """Read *photo* with all stages but one."""
        key = photo.name, without, self.deadline
        if key not in self._done:
            self._done[key] = self._read(photo.path, without=without)
            if self._log:
                with self._log.open("a", encoding="utf-8") as log:
                    print(json.dumps([*key, asdict(self._done[key])], ensure_ascii=False), file=log)
        return self._done[key]

    def _read(self, path: Path, *, without: str) -> Outcome:
        stages = [each for each in pipeline.STAGES if each.name != without]
        started = clock()
        image = path.read_bytes()
        picture = open_picture(image)
        scan = Scan(
            picture.grey,
            until=clock() + pipeline.BUDGET * self.deadline,
            stage_seconds=STAGE_SECONDS * self.deadline,
            colours=lambda: open_colours(image, picture),
        )
        turns = [step.name for step in pipeline.steps(scan, stages=stages)]
        milliseconds = (clock() - started) * 1000
        sure = [each.text for each in scan.payloads if each.sure]
        return Outcome([each.text for each in scan.payloads], sure, turns, milliseconds)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of all photos: on how many something was read, how many were right, codes read, photos with an
    unexpected text, sure ones, times.

    Not all that is on the photos was written down, so that only *something* tells of the rest.
    """

    something: int
    right: int
    codes: int
    unexpected: int
    surely_unexpected: int
    median: float
    p95: float
    mean: float

    def row(self, name: str, turns: int, beside: "Result") -> str:
        """A line of the table; differences are to *beside*."""
        return (
            f"{name:<28}{turns:>6}{self.something:>7}{self.something - beside.something:>+6}{self.right:>7}"
            f"{self.right - beside.right:>+6}{self.codes:>7}"
            f"{self.codes - beside.codes:>+6}{self.unexpected:>6}{self.surely_unexpected:>6}"
            f"{self.median:>9.0f}{self.p95:>6.0f}{self.mean:>7.0f}"
        )


def sum_up(samples: list[Sample], outcomes: list[Outcome]) -> Result:
    """Count what was read against what is there."""
    pairs = list(zip(samples, outcomes, strict=True))
    times = sorted(each.milliseconds for each in outcomes)
    return Result(
        something=sum(bool(each.texts) for each in outcomes),
        right=sum(right(read.texts, photo.expected) for photo, read in pairs),
        codes=sum(right(read.texts, [text]) for photo, read in pairs for text in photo.expected),
        unexpected=sum(_is_unexpected(photo, read.texts) for photo, read in pairs),
        surely_unexpected=sum(_is_unexpected(photo, read.sure) for photo, read in pairs),
        median=times[len(times) // 2],
        p95=times[min(len(times) - 1, int(len(times) * 0.95))],
        mean=sum(times) / len(times),
    )


def _is_unexpected(photo: Sample, texts: list[str]) -> bool:
    """True when something was read that is not on the photo, as far as all that is on it is known."""
    expected = {plain(each) for each in photo.expected}
    return not photo.unknown and any(plain(each) not in expected for each in texts)


def measure(samples: list[Sample], runs: Runs, *, names: list[str]) -> None:
    """Print the table for *samples*."""
    whole = [runs.read(each) for each in samples]
    everything = sum_up(samples, whole)
    with_code = sum(bool(each.expected) for each in samples)
    print(f"{len(samples)} photos, {with_code} with a code; deadline x {runs.deadline:g}")
    print(
        f"{'without':<28}{'turns':>6}{'read':>13}{'right':>13}{'codes':>13}{'odd':>6}{'sure':>6}{'p50':>9}{'p95':>6}{'mean':>7}"
    )
    print(everything.row("(nothing)", len(samples), everything), flush=True)
    for name in names:
        outcomes = list(_without(name, samples, whole, runs))
        turns = sum(name in each.turns for each in whole)
        print(sum_up(samples, outcomes).row(name, turns, everything), flush=True)


def _without(name: str, samples: list[Sample], whole: list[Outcome], runs: Runs) -> Iterator[Outcome]:
    for photo, before in zip(samples, whole, strict=True):
        yield runs.read(photo, without=name) if name in before.turns else before


def load_samples(folder: Path, *, number: int) -> list[Sample]:
    """*number* photos of *folder*, always the same; 0: all."""
    return [
        Sample(name, folder / name, tuple(truth["expect"]), truth["unknown"])
        for name, truth in read_manifest(folder, sample=number)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=0, help="so many photos, chosen once and for all; 0: all")
    parser.add_argument("--photos", type=Path, default=PHOTOS, help="a folder with a manifest.json")
    parser.add_argument("--labels", action="store_true", help="the rendered labels instead of photos")
    parser.add_argument("--deadline", type=float, default=1.0, help="times as long as is served")
    parser.add_argument("--stages", default=",".join(each.name for each in pipeline.STAGES), help="to be left out")
    parser.add_argument("--log", type=Path, help="a file that keeps what was read, for the next run")
    arguments = parser.parse_args()
    names = arguments.stages.split(",")
    if unknown := set(names) - {each.name for each in pipeline.STAGES}:
        parser.error(f"no such stages: {', '.join(sorted(unknown))}")
    runs = Runs(arguments.log, deadline=arguments.deadline)
    if not arguments.labels and (arguments.photos / "manifest.json").exists():
        measure(load_samples(arguments.photos, number=arguments.sample), runs, names=names)
        return
    with tempfile.TemporaryDirectory() as folder:
        labels.write(Path(folder))
        measure(load_samples(Path(folder), number=arguments.sample), runs, names=names)


if __name__ == "__main__":
    main()
