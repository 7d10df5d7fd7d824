"""Words out of a voice message: its sound is decoded in a confined child, its words are recognised by another program.

The program is the operator's: sherpa-onnx with a model of theirs (`catalog/voice/sherpa.py`), or any that keeps to the
same few words: it reads sound (16 kHz, mono, 16 bits, little-endian) until its input ends, and prints one line of JSON,
``{"text": "what was said"}``. It is started for each message, has no variable of ours in its environment, and is ended
when it takes too long; the sound is in memory only.
"""

import asyncio
import io
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from catalog.errors import BadImage, BadSetting, BadVoice, VoiceTooLong
from catalog.text import visible

RATE = 16_000
LONGEST_SECONDS = 60
MOST_BYTES = 4 * 1024 * 1024
SOUND = "catalog.voice:decode"
"""The job for catalog.barcode.Reader.run: bytes of any file of sound to samples. Only a child process opens it."""
_SAMPLE_BYTES = 2
_LONGEST_WORDS = 500
_DECODE_SECONDS = 10.0
_RECOGNISE_SECONDS = 40.0
_AT_ONCE = 1


def decode(audio: bytes) -> bytes:
    """The samples of *audio* as the recogniser wants them. Raises BadVoice and VoiceTooLong."""
    import av  # noqa: PLC0415 - a child process alone loads it, and only for a voice message

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    sound = bytearray()
    try:
        with av.open(io.BytesIO(audio), "r") as container:
            for frame in container.decode(audio=0):
                for samples in resampler.resample(frame):
                    sound += bytes(samples.planes[0])[: samples.samples * _SAMPLE_BYTES]
                if len(sound) > RATE * _SAMPLE_BYTES * LONGEST_SECONDS:
                    raise VoiceTooLong
    except (av.error.FFmpegError, IndexError, ValueError) as error:
        raise BadVoice from error
    return bytes(sound)


def sherpa_command(model: Path) -> list[str]:
    """The command that recognises speech by the *model* in that folder. Raises BadSetting."""
    if not model.is_dir():
        raise BadSetting(f"there is no folder {model}: HOI_OCOP_VOICE_MODEL names the folder of a speech model")
    missing = [name for name in ("av", "sherpa_onnx") if find_spec(name) is None]
    if missing:
        raise BadSetting(f"listening to voice messages needs {' and '.join(missing)}: install the extra voice")
    return [sys.executable, str(Path(__file__).with_name("sherpa.py")), str(model.resolve())]


class SpeechReader:
    """Hears what is said in voice messages; *run* runs a job in a confined child, *command* recognises speech."""

    def __init__(
        self, run: Callable[..., Awaitable[Any]], command: Sequence[str], *, seconds: float = _RECOGNISE_SECONDS
    ) -> None:
        self._run = run
        self._command = command
        self._seconds = seconds
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def hear(self, audio: bytes) -> str:
        """The words in *audio*. Raises BadVoice and VoiceTooLong."""
        if len(audio) > MOST_BYTES:
            raise VoiceTooLong
        try:
            sound = await self._run(SOUND, audio, deadline=_DECODE_SECONDS)
        except BadImage as error:
            raise BadVoice from error
        if not sound:
            raise BadVoice
        async with self._turn:
            return _words_in(await self._recognise(sound))

    async def _recognise(self, sound: bytes) -> bytes:
        """What the recogniser prints about *sound*."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                start_new_session=True,
            )
        except OSError as error:
            raise BadVoice from error
        try:
            async with asyncio.timeout(self._seconds):
                printed, _ = await process.communicate(sound)
        except TimeoutError as error:
            raise BadVoice from error
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        return printed


def _words_in(printed: bytes) -> str:
    """The words in the recogniser's first line. Raises BadVoice."""
    try:
        said = json.loads(printed.partition(b"\n")[0])
    except ValueError as error:
        raise BadVoice from error
    words = said.get("text") if isinstance(said, dict) else None
    # What is spoken is never a command.
    heard = " ".join(visible(words).split()).lstrip("/ ")[:_LONGEST_WORDS] if isinstance(words, str) else ""
    if not heard:
        raise BadVoice
    return heard
