"""Which files are pictures: by their name and type where those tell, else by their first bytes."""

import mimetypes
from enum import Enum
from pathlib import PurePosixPath

from handlers.messages import Photo, Strange, Text

_ENDINGS = frozenset(
    (
        "jpg", "jpeg", "jpe", "jfif", "jif", "jfi", "pjpeg", "pjp", "png", "apng", "webp", "heic", "heics", "heif",
        "heifs", "hif", "avif", "avifs", "gif", "bmp", "dib", "tif", "tiff",
    )
)  # fmt: skip
_UNTOLD = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/binary", "application/x-download"}
)
_KINDS = mimetypes.MimeTypes()
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")
_BRANDS = frozenset(
    {
        b"avif",
        b"avis",
        b"heic",
        b"heix",
        b"heim",
        b"heis",
        b"hevc",
        b"hevx",
        b"hevm",
        b"hevs",
        b"mif1",
        b"msf1",
        b"miaf",
    }
)


class PictureType(Enum):
    """Whether a file is a picture, as far as its name and type tell."""

    PICTURE = "picture"
    UNTOLD = "untold"
    OTHER = "other"


def likeness(name: str, kind: str = "") -> PictureType:
    """What *name* and *kind* (a MIME type or an ending, both may be "") tell of a file."""
    kind = kind.partition(";")[0].strip().lower()
    endings = {PurePosixPath(name.strip()).suffix.lower().lstrip("."), kind.lstrip(".")}
    if endings & _ENDINGS or kind.startswith("image/"):
        return PictureType.PICTURE
    known, _ = _KINDS.guess_type(f"x.{kind.lstrip('.')}" if kind and "/" not in kind else name.strip().lower())
    typed = kind if "/" in kind else ""
    if typed not in _UNTOLD or (known is not None and not known.startswith("image/")):
        return PictureType.OTHER
    return PictureType.UNTOLD


def is_picture(content: bytes) -> bool:
    """True if *content* begins as a picture of a format we read does."""
    if content.startswith(_BEGINNINGS):
        return True
    if content[:4] == b"RIFF":
        return content[8:12] == b"WEBP"
    return content[4:8] == b"ftyp" and not _BRANDS.isdisjoint(_brands(content))


def picture_or_words(photo: Photo, *, otherwise: str = "file") -> Photo | Text | Strange:
    """*photo*, or if it is a file that is no picture after all, the words said with it, or something strange."""
    if not photo.as_file or is_picture(photo.image):
        return photo
    return Text(photo.caption) if photo.caption else Strange(otherwise)


def _brands(content: bytes) -> set[bytes]:
    """The brands that an ISO media file claims: its own and those it is compatible with."""
    length = min(int.from_bytes(content[:4]), 256)
    return {content[8:12], *(content[at : at + 4] for at in range(16, length, 4))}
