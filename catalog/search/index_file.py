"""The columns of an index kept in a file, so that a million products need not be read again at each start.

The file holds the arrays as they lie in memory, behind a header with the version of their layout, a digest of the code
and tables that they were derived with, what the catalogue was when they were read, and a checksum of everything.
Whoever finds anything else than what we wrote, whole and for us alone, builds the index anew: to look is never an
error.
"""

import hashlib
import json
import logging
import os
import secrets
import stat
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.search.entry_columns import EntryColumns, SharedField
from catalog.search.packed import Ragged, StringPool

log = logging.getLogger(__name__)

_OLD_SECONDS = 3600.0
LAYOUT = 1
"""Grows with every change of how the columns lie in the file."""

_SOURCES = Path(__file__).parents[1]
_UNRELATED = frozenset({"products.csv"})

_MAGIC = b"HOI-OCOP index\r\n"
_DIGEST = 32
_HEAD = len(_MAGIC) + _DIGEST
_ALIGNED = 64

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class KeptColumns:
    """Columns as they were kept, and what their keeper said that the catalogue was: *state*."""

    state: str
    columns: EntryColumns


@cache
def derivation() -> str:
    """The digest of what this program derives columns with, as it was when it was asked for first."""
    return digest_of_sources(_SOURCES)


def digest_of_sources(folder: Path) -> str:
    """A digest of all that can turn products into other columns: code and tables in *folder*, Unicode's as well.

    That is more than is used for it, and takes some milliseconds; to know what is would have to be maintained.
    """
    digest = hashlib.blake2b(unicodedata.unidata_version.encode(), digest_size=_DIGEST)
    for path in sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".csv"}):
        if path.name not in _UNRELATED:
            digest.update(f"\0{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def write_index_file(path: Path, columns: EntryColumns, *, state: str) -> None:
    """Write *columns* to *path* in one step, readable by its owner only. Raises OSError."""
    arrays = {name: np.ascontiguousarray(array) for name, array in _arrays_of(columns)}
    header = json.dumps(_versions() | {"state": state, "arrays": _describe(arrays)}).encode()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    _drop_old_drafts(path)
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
            _write(file, header, arrays)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    with suppress(OSError):
        _sync_folder(path.parent)


def _drop_old_drafts(path: Path) -> None:
    """Remove what a process that was killed left; nobody writes for an hour."""
    for draft in path.parent.glob(f".{path.name}.*"):
        with suppress(OSError):
            if draft.lstat().st_mtime < time.time() - _OLD_SECONDS:
                draft.unlink()


def read_index_file(path: Path) -> KeptColumns | None:
    """What is kept at *path*; None where there is nothing, or nothing that can be trusted."""
    # Before an update can bring other files under a program that runs.
    derivation()
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not _is_ours(os.fstat(file.fileno())):
                log.warning("the kept search %s can be changed by others; it is built anew", path)
                return None
            # Read, not mapped: nobody can change what has been checked, or end us by cutting the file.
            content = file.read()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("the kept search %s cannot be read; it is built anew: %s", path, type(error).__name__)
        return None
    try:
        return _parse(memoryview(content))
    except (ValueError, KeyError, TypeError) as error:
        log.warning("the kept search %s is no longer whole, or of another version; it is built anew: %s", path, error)
        return None


def _write(file: Any, header: bytes, arrays: Arrays) -> None:
    digest = hashlib.blake2b(digest_size=_DIGEST)
    place = 0

    def write(content: bytes) -> None:
        nonlocal place
        digest.update(content)
        file.write(content)
        place += len(content)

    file.write(_MAGIC + bytes(_DIGEST))
    write(len(header).to_bytes(8, "little") + header)
    for array in arrays.values():
        write(bytes(-place % _ALIGNED))
        write(array.tobytes())
    file.seek(len(_MAGIC))
    file.write(digest.digest())
    file.flush()
    os.fsync(file.fileno())


def _parse(content: memoryview) -> KeptColumns:
    """Raises ValueError, KeyError or TypeError where it is not what `keep` wrote."""
    if content[: len(_MAGIC)] != _MAGIC:
        raise ValueError("it is none")
    body = content[_HEAD:]
    if hashlib.blake2b(body, digest_size=_DIGEST).digest() != content[len(_MAGIC) : _HEAD]:
        raise ValueError("its checksum is wrong")
    place = 8 + int.from_bytes(body[:8], "little")
    header = json.loads(bytes(body[8:place]))
    if any(header.get(name) != ours for name, ours in _versions().items()):
        raise ValueError("another version derived it")
    arrays = {}
    for name, kind, shape in header["arrays"]:
        place += -place % _ALIGNED
        count = int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(body, dtype=np.dtype(kind), count=count, offset=place).reshape(shape)
        place += arrays[name].nbytes
    return KeptColumns(header["state"], _columns_of(arrays))


def _versions() -> dict[str, Any]:
    return {"layout": LAYOUT, "derivation": derivation()}


def _describe(arrays: Arrays) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(name, array.dtype.str, array.shape) for name, array in arrays.items()]


def _arrays_of(columns: EntryColumns) -> Iterator[tuple[str, NDArray[Any]]]:
    for each in fields(columns):
        value = getattr(columns, each.name)
        if isinstance(value, SharedField):
            for part in fields(value):
                yield from _parts(f"{each.name}.{part.name}", getattr(value, part.name))
        else:
            yield from _parts(each.name, value)


def _parts(name: str, value: Any) -> Iterator[tuple[str, NDArray[Any]]]:
    match value:
        case StringPool():
            yield from ((f"{name}.blob", value.blob), (f"{name}.bounds", value.bounds))
        case Ragged():
            yield from ((f"{name}.flat", value.flat), (f"{name}.bounds", value.bounds))
        case list():
            yield from _parts(name, StringPool.of(value))
        case np.ndarray():
            yield name, value


def _columns_of(arrays: Arrays) -> EntryColumns:
    def pool(name: str) -> StringPool:
        return StringPool(arrays[f"{name}.blob"], arrays[f"{name}.bounds"])

    def lists(name: str) -> Ragged:
        return Ragged(arrays[f"{name}.flat"], arrays[f"{name}.bounds"])

    def strings(name: str) -> list[str]:
        packed = pool(name)
        return [packed[number] for number in range(len(packed))]

    def shared(name: str) -> SharedField:
        return SharedField(strings(f"{name}.values"), lists(f"{name}.words"), arrays[f"{name}.of_entry"])

    return EntryColumns(
        ids=pool("ids"),
        id_hashes=arrays["id_hashes"],
        names=pool("names"),
        rows=arrays["rows"],
        words=lists("words"),
        letter_hashes=arrays["letter_hashes"],
        producers=shared("producers"),
        places=shared("places"),
        groups=shared("groups"),
        stars=arrays["stars"],
        spots=arrays["spots"],
        prices=arrays["prices"],
        months=arrays["months"],
        standings=lists("standings"),
        spellings=strings("spellings"),
    )


def _is_ours(found: os.stat_result) -> bool:
    """Whether it is a plain file that belongs to us and that nobody else can change."""
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
