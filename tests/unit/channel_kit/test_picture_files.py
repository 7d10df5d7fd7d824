"""Which files are pictures: every picture format we read, made by Pillow, and what is none."""

import io

import pillow_heif
import pytest
from PIL import Image

from bot.channel_kit.picture_files import PictureType, is_picture, likeness

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")


def drawn(kind: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(kept, kind)
    return kept.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_is_known_by_its_bytes(kind: str) -> None:
    assert is_picture(drawn(kind))


def test_a_picture_of_a_newer_phone_is_known_by_its_bytes() -> None:
    kept = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64))).save(kept)
    assert is_picture(kept.getvalue())
    # An own brand that says nothing, and a known one among those it is compatible with.
    assert is_picture(b"\0\0\0\x18ftypXXXX\0\0\0\0mif1heic")


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\3\4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42", b"RIFF\0\0\0\0WAVE", b"<svg/>"]
)
def test_other_files_are_known_by_their_bytes(content: bytes) -> None:
    assert not is_picture(content)


@pytest.mark.parametrize(
    ("name", "kind", "alike"),
    [
        ("nhan.jfif", "", PictureType.PICTURE),
        ("nhan", "jfif", PictureType.PICTURE),
        ("NHAN.AVIF", "application/octet-stream", PictureType.PICTURE),
        ("", "image/x-unknown", PictureType.PICTURE),
        ("", "", PictureType.UNTOLD),
        ("nhan.tmp", "application/octet-stream; x=1", PictureType.UNTOLD),
        ("nhan", "tmp", PictureType.UNTOLD),
        ("gia.pdf", "", PictureType.OTHER),
        ("gia", "pdf", PictureType.OTHER),
        ("gia.bin", "video/mp4", PictureType.OTHER),
    ],
)
def test_what_a_name_tells(name: str, kind: str, alike: PictureType) -> None:
    assert likeness(name, kind) is alike
