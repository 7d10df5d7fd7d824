"""Child processes that read photos, watched: a crash or a hang costs one answer, never the bot."""

import asyncio
import ctypes.util
import errno
import io
import logging
import pickle
import pkgutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Any, Self, cast

from catalog.barcode.reading import Reading
from catalog.barcode.sandbox import memory_limit
from catalog.barcode.worker import ANSWER, REQUEST
from catalog.errors import CatalogError, EmptyImage, ImageTooLarge, ReaderFailed

_log = logging.getLogger(__name__)

LOSSES = ("not_started", "ended", "late")
"""Why a child was lost, as *told* hears it."""
READ = "catalog.barcode.pipeline:read"
BYTES_LIMIT = 20 * 1024 * 1024
_START = 15.0
_HEIC_TAKES = 3
_JOBS_PER_CHILD = 1000
_ANSWER_LIMIT = 32 * 1024 * 1024
# One thread for each child: NumPy's matrix library would start one per core, only to get in each other's way.
_PROGRAM = (
    "import os, sys; os.environ['OPENBLAS_NUM_THREADS'] = os.environ['OMP_NUM_THREADS'] = '1'; "
    "sys.path[:] = sys.argv[1:]; from catalog.barcode.worker import main; main()"
)


def read_here(image: bytes) -> Reading:
    """Read *image* in this process, without protection: for benches, and what a child does."""
    reading: Reading = pkgutil.resolve_name(READ)(image)
    return reading


def zbar_available() -> bool:
    """True when libzbar is installed: without it fewer damaged codes are read."""
    return ctypes.util.find_library("zbar") is not None


class Reader:
    """Reads photos in *workers* child processes, started when first needed.

    Use it as an async context manager. *deadline* is in seconds of work on one photo; waiting for a free child, or
    for one to start, does not count. *told* hears of each child that did not start (``not_started``), ended by itself
    (``ended``) or took too long (``late``); *timed* hears how many seconds each photo took, with that waiting.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        deadline: float = 5.0,
        told: Callable[[str], None] | None = None,
        timed: Callable[[float], None] | None = None,
    ) -> None:
        self._children = [Child(told or _untold) for _ in range(workers)]
        self._idle: asyncio.LifoQueue[Child] = asyncio.LifoQueue()
        self._deadline = deadline
        self._timed = timed or _untold

    async def __aenter__(self) -> Self:
        for child in self._children:
            self._idle.put_nowait(child)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children:
            await child.close()

    async def read(self, image: bytes) -> Reading:
        """Read every code in *image*; raises EmptyImage, UnknownImage, ImageTooLarge or ReaderFailed."""
        reading: Reading = await self.run(READ, image)
        return reading

    async def confinement(self) -> frozenset[str]:
        """Start a child and say what confines it: ``landlock`` (files), ``seccomp`` (calls). Raises ReaderFailed."""
        child = await self._idle.get()
        try:
            return await child.confinement()
        except ChildEnded as error:
            raise ReaderFailed from error
        finally:
            self._idle.put_nowait(child)

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> Any:
        """Call *job* (``module:function``) with *image* in a child and return what it returned.

        What it returns may be made of builtin values and of dataclasses and enums of this package.
        Raises the CatalogError the job raised, else ReaderFailed.
        """
        if not image:
            raise EmptyImage
        if len(image) > BYTES_LIMIT:
            raise ImageTooLarge(limit="20 MB")
        begun = time.monotonic()
        child = await self._idle.get()
        try:
            return await _twice(child, job, image, deadline=deadline or self._patience(image))
        finally:
            self._idle.put_nowait(child)
            self._timed(time.monotonic() - begun)

    def _patience(self, image: bytes) -> float:
        """Seconds for *image*: 48 megapixels of HEIC, which nothing can open at a smaller size, take longer."""
        return self._deadline * (_HEIC_TAKES if image[4:8] == b"ftyp" else 1)


async def _twice(child: "Child", job: str, image: bytes, *, deadline: float) -> Any:
    """A photo that ends a child is tried once more, in a new one; a photo that takes too long is not."""
    with suppress(ChildEnded):
        return await child.ask(job, image, deadline=deadline)
    try:
        return await child.ask(job, image, deadline=deadline)
    except ChildEnded as error:
        raise ReaderFailed from error


def _untold(_: object) -> None:
    """Nobody but the log is told."""


class ChildEnded(Exception):
    """The child process ended before it answered."""


class Child:
    """One child process and its pipe, started on the first question and again after its end."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._held: frozenset[str] = frozenset()
        self._process: asyncio.subprocess.Process | None = None
        self._killed: list[asyncio.subprocess.Process] = []
        self._asked = 0

    async def ask(self, job: str, image: bytes, *, deadline: float) -> Any:
        """The answer to one job, at most *deadline* seconds after the child is there.

        Raises the job's CatalogError, ReaderFailed when it failed otherwise or was late, ChildEnded. A child that was
        interrupted is killed, for it may still be busy.
        """
        process = await self._ready()
        self._asked += 1
        try:
            async with asyncio.timeout(deadline):
                body = await _exchange(process, job.encode(), image)
        except TimeoutError as error:
            self._lose("late")
            raise ReaderFailed from error
        except (asyncio.IncompleteReadError, OSError) as error:
            self._lose("ended")
            raise ChildEnded from error
        except BaseException:
            self._kill()
            raise
        return _load_answer(body)

    async def confinement(self) -> frozenset[str]:
        """What confines the child, which is started for that. Raises ReaderFailed, ChildEnded."""
        await self._ready()
        return self._held

    async def _ready(self) -> asyncio.subprocess.Process:
        try:
            return await self._ensure_started()
        except TimeoutError as error:
            self._lose("not_started")
            raise ReaderFailed from error
        except (asyncio.IncompleteReadError, OSError) as error:
            self._lose("not_started")
            raise ChildEnded from error
        except BaseException:
            self._kill()
            raise

    def _lose(self, trouble: str) -> None:
        """Give the child up, and say so: where it happens to every photo, the machine is at fault, not the photos."""
        self._kill()
        self._told(trouble)
        _log.warning("a reader of photos was lost (%s); its memory limit is %d MB", trouble, memory_limit() >> 20)

    async def close(self) -> None:
        """End the process and wait for its end, and that of those killed before."""
        self._kill()
        while self._killed:
            await self._killed[-1].wait()
            self._killed.pop()

    async def _ensure_started(self) -> asyncio.subprocess.Process:
        """The process, after its first sign of life; a fresh one now and then, lest it keeps what libraries leak."""
        if self._process is not None and self._asked < _JOBS_PER_CHILD:
            return self._process
        await self.close()
        self._asked = 0
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _PROGRAM,
            *(each or "." for each in sys.path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={},
            close_fds=True,
        )
        async with asyncio.timeout(_START):
            greeting = await _receive(self._process)
        self._held = frozenset(greeting.decode("ascii", "replace").split())
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self._killed.append(process)
        with suppress(ProcessLookupError):
            process.kill()


async def _exchange(process: asyncio.subprocess.Process, job: bytes, image: bytes) -> bytes:
    # Both pipes were asked for, so both are there.
    pipe = cast("asyncio.StreamWriter", process.stdin)
    pipe.write(REQUEST.pack(len(job), len(image)) + job)
    pipe.write(image)
    await pipe.drain()
    return await _receive(process)


async def _receive(process: asyncio.subprocess.Process) -> bytes:
    pipe = cast("asyncio.StreamReader", process.stdout)
    (size,) = ANSWER.unpack(await pipe.readexactly(ANSWER.size))
    if size > _ANSWER_LIMIT:
        raise OSError(errno.EMSGSIZE, "A child's answer is too long.")
    return await pipe.readexactly(size)


def _load_answer(body: bytes) -> Any:
    try:
        kind, content = _Answer(io.BytesIO(body)).load()
    except Exception as error:
        raise ReaderFailed from error
    match kind:
        case "value":
            return content
        case "error":
            raise content
        case _:
            raise ReaderFailed(content)


class _Answer(pickle.Unpickler):
    """A child that a picture took over may send anything: only our own values and errors are built."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if module.startswith("catalog.") and "." not in name else None
        if isinstance(found, type) and (
            issubclass(found, Enum | CatalogError) or hasattr(found, "__dataclass_fields__")
        ):
            return found
        raise pickle.UnpicklingError(f"{module}.{name}")
