"""A voice message becomes words: really decoded, in the confined child; recognised by a stand-in of the port."""

import io
import math
import os
import sys
from array import array
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from catalog.barcode import Reader
from catalog.errors import BadSetting, BadVoice, VoiceTooLong
from catalog.voice import MOST_BYTES, RATE, SOUND, SpeechReader, sherpa_command
from catalog.voice.sherpa import find_file
from handlers.context import Context
from handlers.messages import Voice
from tests.conftest import Dialogue

# In CI the extra is always there (make setup-test); elsewhere a checkout may be older than it.
if not os.environ.get("CI"):  # noqa: TID251 - the tests read one variable that is no setting of ours
    pytest.importorskip("av")

TONE = 440
# It says how many seconds it heard and how high the tone was, or what it is told to say.
STAND_IN = """
import json, sys
from array import array
samples = array("h")
samples.frombytes(sys.stdin.buffer.read())
rises = sum(1 for a, b in zip(samples, samples[1:]) if a < 0 <= b)
heard = f"{len(samples) / 16000:.1f} s, {round(rises * 16000 / len(samples), -1):.0f} Hz"
print(json.dumps({"text": sys.argv[1] if len(sys.argv) > 1 else heard}))
print("more lines are not read")
"""


def opus(seconds: float, *, rate: int = 48_000) -> bytes:
    """A voice message as Telegram sends it: Opus in Ogg, here a tone in stereo."""
    import av  # noqa: PLC0415 - the extra may be missing outside of CI

    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=rate, layout="stereo")
        whole = array("h")
        for at in range(int(seconds * rate)):
            whole.extend([int(12_000 * math.sin(2 * math.pi * TONE * at / rate))] * 2)
        for begin in range(0, len(whole), 2 * 960):
            part = whole[begin : begin + 2 * 960]
            frame = av.AudioFrame(format="s16", layout="stereo", samples=len(part) // 2)
            frame.planes[0].update(part.tobytes() + bytes(frame.planes[0].buffer_size - 2 * len(part)))
            frame.sample_rate = rate
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


@pytest.fixture(scope="module")
def spoken() -> bytes:
    return opus(1.0)


@pytest_asyncio.fixture
async def reader() -> AsyncIterator[Reader]:
    async with Reader(workers=1) as reader:
        yield reader


def heard_by(reader: Reader, program: str, *arguments: str, seconds: float = 60.0) -> SpeechReader:
    return SpeechReader(reader.run, [sys.executable, "-c", program, *arguments], seconds=seconds)


async def test_opus_is_decoded_in_the_confined_child_and_recognised_by_another_program(reader: Reader, spoken: bytes):
    assert spoken.startswith(b"OggS")
    sound = await reader.run(SOUND, spoken, deadline=60.0)
    assert len(sound) / 2 / RATE == pytest.approx(1.0, abs=0.05)
    assert await heard_by(reader, STAND_IN).hear(spoken) == "1.0 s, 440 Hz"


async def test_the_recogniser_is_given_none_of_our_variables(reader: Reader, spoken: bytes, monkeypatch):
    monkeypatch.setenv("HOI_OCOP_SEAL_KEYS", "secret")
    told = "import json, os, sys; sys.stdin.buffer.read(); print(json.dumps({'text': ' '.join(sorted(os.environ))}))"
    assert "HOI_OCOP" not in await heard_by(reader, told).hear(spoken)


async def test_what_is_no_sound_too_long_or_too_large_is_told_apart(reader: Reader, spoken: bytes):
    ears = heard_by(reader, STAND_IN)
    for audio in (
        b"no sound at all" * 20,
        b"",
        spoken[:40],
        (Path(__file__).parents[2] / "docs/chat.png").read_bytes(),
    ):
        with pytest.raises(BadVoice):
            await ears.hear(audio)
    for audio in (opus(61.0), bytes(MOST_BYTES + 1)):
        with pytest.raises(VoiceTooLong):
            await ears.hear(audio)


@pytest.mark.parametrize("printed", ["", "no json", "[]", '{"text": ""}', '{"text": 5}', '{"text": " / "}'])
async def test_a_recogniser_that_says_nothing_is_no_crash(reader: Reader, spoken: bytes, printed: str):
    program = f"import sys; sys.stdin.buffer.read(); print({printed!r})"
    with pytest.raises(BadVoice):
        await heard_by(reader, program).hear(spoken)


async def test_a_recogniser_that_never_ends_or_is_not_there_is_given_up(reader: Reader, spoken: bytes):
    with pytest.raises(BadVoice):
        await heard_by(reader, "while True: pass", seconds=0.2).hear(spoken)
    with pytest.raises(BadVoice):
        await SpeechReader(reader.run, ["/nowhere/recogniser"]).hear(spoken)


async def test_the_words_go_through_the_same_conversation(context: Context, reader: Reader, spoken: bytes):
    said = Dialogue(replace(context, ears=heard_by(reader, STAND_IN, "số điện thoại rượu làng vân")))
    answer = await said(Voice(audio=spoken, seconds=1))
    assert answer.startswith("Tôi nghe: “số điện thoại rượu làng vân”.")
    assert "Rượu" in answer
    assert said.reply.choices[-1].label == "Tôi nói khác"
    assert "gõ" in await said(str(len(said.session.offered)))
    assert (await said(Voice(audio=spoken, seconds=75))).startswith(
        "Dài quá, tôi chỉ nghe được một phút. Bạn chỉ nói tên món cần tìm thôi nhé."
    )
    deaf = Dialogue(replace(context, ears=heard_by(reader, "pass")))
    assert "chưa nghe ra" in await deaf(Voice(audio=spoken))
    none = Dialogue(context)
    assert "micro trên bàn phím" in await none(Voice(handle="x"))


async def test_what_is_spoken_is_never_a_command(context: Context, reader: Reader, spoken: bytes):
    said = Dialogue(replace(context, ears=heard_by(reader, STAND_IN, "/xoadulieu yes")))
    await said(Voice(audio=spoken))
    assert not said.reply.erased


def test_a_model_folder_is_checked_at_the_start(tmp_path: Path):
    with pytest.raises(BadSetting, match="no folder"):
        sherpa_command(tmp_path / "nothing")
    for name in ("encoder-1.onnx", "encoder-1.int8.onnx", "tokens.txt"):
        tmp_path.joinpath(name).touch()
    assert find_file(tmp_path, "encoder").endswith("encoder-1.int8.onnx")
    with pytest.raises(FileNotFoundError):
        find_file(tmp_path, "joiner")


async def test_sherpa_with_a_damaged_model_is_no_crash(reader: Reader, spoken: bytes, tmp_path: Path):
    for name in ("encoder.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt"):
        tmp_path.joinpath(name).write_bytes(b"damaged")
    with pytest.raises(BadVoice):
        await SpeechReader(reader.run, sherpa_command(tmp_path)).hear(spoken)
