"""The loop inside a child process: a job's name and bytes in, its result out, until the pipe closes.

A request is two lengths (``>II``), the job's dotted path and the bytes; an answer one length and a pickle of
``("value", result)``, ``("error", CatalogError)`` or ``("failed", description)``. The first answer says "ready":
the names of what confines the child, separated by blanks.
"""

import ctypes
import io
import os
import pickle
import pkgutil
import resource
import signal
import struct
import sys
from collections.abc import Callable
from enum import Enum
from typing import Any, BinaryIO

from catalog.barcode import sandbox
from catalog.errors import CatalogError

REQUEST = struct.Struct(">II")
ANSWER = struct.Struct(">I")
_CPU_SECONDS = 20
_PR_SET_PDEATHSIG = 1
# The library that reads words would tell its maker over the network that it runs, where no sandbox holds it back.
SILENT = {"ORT_DISABLE_TELEMETRY": "1"}


def main() -> None:
    """Serve jobs on the inherited pipes; whatever else is printed goes to stderr."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    _bound()
    _load()
    held = sandbox.confine()
    serve(requests, answers, before_each=_more_cpu, greeting=" ".join(held).encode())


def serve(requests: BinaryIO, answers: BinaryIO, *, before_each: Callable[[], None], greeting: bytes = b"") -> None:
    """Say *greeting*, then answer each request in turn, until there are no more."""
    _send(answers, greeting)
    while request := _receive(requests):
        before_each()
        _send(answers, _answer(*request))


def _load() -> None:
    """Load what reads codes while libraries may still be looked for; then forget what the loading left behind."""
    pkgutil.resolve_name("catalog.barcode.pipeline:read")
    pkgutil.resolve_name("catalog.barcode.engines:zbar_library")()
    os.environ.clear()  # noqa: TID251 - the child's own, to be emptied
    os.environ.update(SILENT)  # noqa: TID251 - as above


def _bound() -> None:
    """Bound the memory, ask for no core file, and die with the parent."""
    most = sandbox.memory_limit()
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _more_cpu() -> None:
    """Give each job its own seconds of processor time; a child lives through many jobs."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + _CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _receive(requests: BinaryIO) -> tuple[str, bytes] | None:
    head = _exactly(requests, REQUEST.size)
    if head is None:
        return None
    name_size, image_size = REQUEST.unpack(head)
    body = _exactly(requests, name_size + image_size)
    return None if body is None else (body[:name_size].decode(), body[name_size:])


def _exactly(stream: BinaryIO, size: int) -> bytes | None:
    """*size* bytes, or None when the pipe closed."""
    body = bytearray()
    while len(body) < size:
        piece = stream.read(size - len(body))
        if not piece:
            return None
        body += piece
    return bytes(body)


def _send(answers: BinaryIO, body: bytes) -> None:
    rest = memoryview(ANSWER.pack(len(body)) + body)
    while rest:
        rest = rest[answers.write(rest) :]


def _answer(job: str, image: bytes) -> bytes:
    try:
        return _dump(("value", pkgutil.resolve_name(job)(image)))
    except CatalogError as error:
        return _dump(("error", error))
    # Whatever a library raised is the photo's doing, not the child's end; the parent hears what it was.
    except Exception as error:  # noqa: BLE001
        return _dump(("failed", f"{type(error).__name__}: {error}"))


def _dump(answer: tuple[str, Any]) -> bytes:
    body = io.BytesIO()
    _Pickler(body).dump(answer)
    return body.getvalue()


class _Pickler(pickle.Pickler):
    """Names the members of our enums by their values: Python 3.11.0 to 3.11.3 would name getattr, which is refused."""

    def reducer_override(self, obj: object) -> Any:
        return (type(obj), (obj.value,)) if isinstance(obj, Enum) else NotImplemented
