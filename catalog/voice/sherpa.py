"""A program of its own: sound on standard input, its words out as one line of JSON, by sherpa-onnx and a model.

It imports nothing of ours, so that it can run alone: ``python sherpa.py FOLDER < SOUND`` (16 kHz, mono, 16 bits).
"""

import json
import sys
from array import array
from pathlib import Path

_RATE = 16_000
_FULL_SCALE = 32768.0


def find_file(folder: Path, part: str) -> str:
    """The model's file for this *part*: the small one (int8) where there are two. Raises FileNotFoundError."""
    found = sorted(folder.glob(f"{part}*.onnx"), key=lambda path: (".int8." not in path.name, path.name))
    if not found:
        raise FileNotFoundError(f"{folder} has no {part}*.onnx")
    return str(found[0])


def recognise(folder: Path, sound: bytes) -> str:
    """What is said in *sound*, by the transducer in *folder*."""
    import sherpa_onnx  # noqa: PLC0415 - takes a second, and whoever asks for the model's files needs none of it

    recogniser = sherpa_onnx.OfflineRecognizer.from_transducer(
        encoder=find_file(folder, "encoder"),
        decoder=find_file(folder, "decoder"),
        joiner=find_file(folder, "joiner"),
        tokens=str(folder / "tokens.txt"),
        num_threads=1,
    )
    samples = array("h")
    samples.frombytes(sound[: len(sound) // 2 * 2])
    stream = recogniser.create_stream()
    stream.accept_waveform(_RATE, [each / _FULL_SCALE for each in samples])
    recogniser.decode_stream(stream)
    return str(stream.result.text)


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"text": recognise(Path(sys.argv[1]), sys.stdin.buffer.read())}) + "\n")
