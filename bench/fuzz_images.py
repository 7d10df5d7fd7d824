"""Ten thousand damaged pictures through the isolated reader: none may end it, none may take too long.

`python -m bench.fuzz_images [--number N] [--seconds S] [--seed K]` prints what came of them and fails when a child
crashed or a picture took longer than two seconds of its processor time.
"""

import argparse
import asyncio
import io
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pillow_heif
import segno
import zxingcpp
from PIL import Image

from catalog.barcode import Reader, pipeline
from catalog.errors import BadImage, ReaderFailed, UnknownImage

LIMIT = 2.0
WORKERS = 2
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")


def seeds(chance: random.Random) -> list[bytes]:
    """Small pictures of codes in every format that is taken."""
    pillow_heif.register_heif_opener()
    pictures = []
    for number, form in enumerate(FORMATS):
        code = Image.fromarray(_code(number, chance)).convert("RGB" if number % 3 else "L")
        out = io.BytesIO()
        code.convert("RGB" if form in {"WEBP", "AVIF", "HEIF"} else code.mode).save(out, form)
        pictures.append(out.getvalue())
    return pictures


def _code(number: int, chance: random.Random) -> np.ndarray:
    if number % 2:
        text = "".join(chance.choice("aăâbcdđeê019/.:") for _ in range(chance.randint(1, 60)))
        matrix = np.array(segno.make(text).matrix, dtype=bool)
        small = np.where(np.pad(matrix, 4), 0, 255).astype(np.uint8)
        return small.repeat(4, axis=0).repeat(4, axis=1)
    drawn = zxingcpp.create_barcode("Mật ong", zxingcpp.BarcodeFormat.DataMatrix).to_image(scale=5)
    return np.pad(np.asarray(drawn), 20, constant_values=255)


def mutants(chance: random.Random, *, number: int) -> Iterator[bytes]:
    """*number* damaged pictures: bytes changed, cut out, doubled, cut off, headers exchanged; and damaged modules."""
    whole = seeds(chance)
    for each in range(number):
        if each % 4 == 3:
            yield _damaged_code(chance)
        else:
            yield _damaged_file(chance, bytearray(chance.choice(whole)), chance.choice(whole))


def _damaged_file(chance: random.Random, body: bytearray, other: bytes) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        place = chance.randrange(len(body))
        match chance.randrange(5):
            case 0:
                body[place] ^= 1 << chance.randrange(8)
            case 1:
                body[place : place + 4] = chance.randbytes(4)
            case 2:
                del body[place : place + chance.randint(1, 200)]
            case 3:
                body[place:place] = body[place : place + chance.randint(1, 200)]
            case _:
                body[:place] = other[:place]
        if not body:
            return b"\x00"
    return bytes(body)


def _damaged_code(chance: random.Random) -> bytes:
    """A sound picture of an unsound symbol: this one reaches the decoders."""
    picture = _code(1, chance).copy()
    for _ in range(chance.randint(1, 25)):
        y, x = (4 * chance.randrange(each // 4) for each in picture.shape)
        picture[y : y + 4, x : x + 4] = 255 * chance.randrange(2)
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG", compress_level=1)
    return out.getvalue()


async def fuzz(*, number: int, seconds: float, seed: int) -> Counter[str]:
    """Read damaged pictures until there are *number* or *seconds* are over; what came of them."""
    outcome: Counter[str] = Counter()
    left = mutants(random.Random(seed), number=number)
    ends = time.monotonic() + seconds
    async with Reader(workers=WORKERS) as reader:

        async def work() -> None:
            for image in left:
                outcome[await _one(reader, image)] += 1
                if time.monotonic() > ends:
                    break

        async with asyncio.TaskGroup() as group:
            for _ in range(WORKERS):
                group.create_task(work())
    return outcome


async def _one(reader: Reader, image: bytes) -> str:
    try:
        found, seconds = await reader.run("bench.fuzz_images:timed", image)
    except ReaderFailed:
        return "crashed, hung or failed"
    except BadImage:
        return "refused"
    if seconds > LIMIT:
        return f"over {LIMIT:g} s"
    return "read" if found else "opened, nothing read"


def timed(image: bytes) -> tuple[int, float]:
    """How many codes are read in *image*, and in how many seconds of processor time; runs in the child."""
    started = time.thread_time()
    try:
        found = len(pipeline.read(image).payloads)
    except UnknownImage:
        # A refusal has its limit too.
        if time.thread_time() - started > LIMIT:
            return 0, time.thread_time() - started
        raise
    return found, time.thread_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    started = time.monotonic()
    outcome = asyncio.run(fuzz(number=arguments.number, seconds=arguments.seconds, seed=arguments.seed))
    print(f"{outcome.total()} damaged pictures in {time.monotonic() - started:.0f} s")
    for name, count in outcome.most_common():
        print(f"{count:>8}  {name}")
    sys.exit(any(name.startswith(("crashed", "over")) for name in outcome))


if __name__ == "__main__":
    main()
