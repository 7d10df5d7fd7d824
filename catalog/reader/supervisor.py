"""Child processes that read photos, watched: a crash or a hang costs one answer, never the bot."""

import asyncio
import ctypes.util
import io
import pickle
import pkgutil
import sys
from contextlib import suppress
from enum import Enum
from types import TracebackType
from typing import Any, Self

from catalog.errors import CatalogError, EmptyImage, ImageTooLarge, ReaderFailed
from catalog.reader.child import ANSWER, REQUEST
from catalog.reader.reading import Reading

READ = "catalog.reader.cascade:read"
BYTES_LIMIT = 20 * 1024 * 1024
_START = 15.0
_JOBS_PER_CHILD = 1000
_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from catalog.reader.child import main; main()"


def read_here(image: bytes) -> Reading:
    """Read *image* in this process, without protection: for benches, and what a child does."""
    reading: Reading = pkgutil.resolve_name(READ)(image)
    return reading


def zbar_available() -> bool:
    """True when libzbar is installed: without it fewer damaged codes are read."""
    return ctypes.util.find_library("zbar") is not None


class Reader:
    """Reads photos in *workers* child processes, started when first needed.

    Use it as an async context manager. *deadline* is in seconds of work on one photo, both tries together;
    waiting for a free child does not count.
    """

    def __init__(self, *, workers: int = 2, deadline: float = 5.0) -> None:
        self._children = [Child() for _ in range(workers)]
        self._idle: asyncio.LifoQueue[Child] = asyncio.LifoQueue()
        self._deadline = deadline

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

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> Any:
        """Call *job* (``module:function``) with *image* in a child and return what it returned.

        What it returns may be made of builtin values and of dataclasses and enums of this package.
        Raises the CatalogError the job raised, else ReaderFailed.
        """
        if not image:
            raise EmptyImage
        if len(image) > BYTES_LIMIT:
            raise ImageTooLarge(limit="20 MB")
        child = await self._idle.get()
        try:
            async with asyncio.timeout(deadline or self._deadline):
                return await _twice(child, job, image)
        except TimeoutError as error:
            raise ReaderFailed from error
        finally:
            self._idle.put_nowait(child)


async def _twice(child: "Child", job: str, image: bytes) -> Any:
    """A photo that ends a child is tried once more, in a new one."""
    with suppress(ChildEnded):
        return await child.ask(job, image)
    try:
        return await child.ask(job, image)
    except ChildEnded as error:
        raise ReaderFailed from error


class ChildEnded(Exception):
    """The child process ended before it answered."""


class Child:
    """One child process and its pipe, started on the first question and again after its end."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._asked = 0

    async def ask(self, job: str, image: bytes) -> Any:
        """The answer to one job; a child that was interrupted or broke is killed, for it may still be busy."""
        if self._asked >= _JOBS_PER_CHILD:
            await self.close()
        try:
            process = self._process or await self._start()
            self._asked += 1
            return _opened(await _exchange(process, job.encode(), image))
        except (asyncio.IncompleteReadError, OSError) as error:
            self._kill()
            raise ChildEnded from error
        except (CatalogError, pickle.UnpicklingError):
            raise
        except BaseException:
            self._kill()
            raise

    async def close(self) -> None:
        """End the process and wait for its end."""
        process = self._process
        self._kill()
        if process is not None:
            await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        path = [each or "." for each in sys.path]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _PROGRAM,
            *path,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._asked = 0
        await _receive(self._process)
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()


async def _exchange(process: asyncio.subprocess.Process, job: bytes, image: bytes) -> bytes:
    pipe = process.stdin
    if pipe is None:
        raise ChildEnded
    pipe.write(REQUEST.pack(len(job), len(image)) + job)
    pipe.write(image)
    await pipe.drain()
    return await _receive(process)


async def _receive(process: asyncio.subprocess.Process) -> bytes:
    pipe = process.stdout
    if pipe is None:
        raise ChildEnded
    (size,) = ANSWER.unpack(await pipe.readexactly(ANSWER.size))
    return await pipe.readexactly(size)


def _opened(body: bytes) -> Any:
    kind, content = _Answer(io.BytesIO(body)).load()
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
