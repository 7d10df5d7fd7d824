"""Uploaded bytes to a small upright grey picture, within limits known before a pixel is decoded.

Very long pictures, such as screenshots of whole pages, are cut into pieces: shrunk as a whole they lose their codes.
"""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageFile

from catalog.errors import EmptyImage, ImageTooLarge, UnknownImage

Grey = NDArray[Any]

BYTES_LIMIT = 20 * 1024 * 1024
PIXELS_LIMIT = 50_000_000
LONG_SIDE = 1280
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF")
_COLOURED_PIXELS = 16_000_000  # more would be decoded twice for too long
_MESSENGER_SIDE = 2560
_BAND = 128
_LONG, _RATHER_LONG = 2.6, 1.9  # times as long as wide
_SLICE_WIDTH, _MOST_SLICES = 960, 24
_FAINTEST = 24  # grey levels: less than that is blank paper
_ORIENTATION = 0x0112
_SIDEWAYS = range(5, 9)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An upright grey picture of at most 1280 px, and what is known about its original."""

    grey: Grey
    width: int
    height: int
    recompressed: bool

    @property
    def scale(self) -> float:
        """Pixels of the original for one of ours."""
        return self.width / int(self.grey.shape[1])


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a picture: its upper left corner in the upright original, and pixels of that for one of ours."""

    grey: Grey
    left: int
    top: int
    scale: float


def open_picture(image: bytes, *, long_side: int = LONG_SIDE) -> Picture:
    """Decode *image*, shrink it to *long_side* and turn it as its EXIF says.

    Raises EmptyImage, ImageTooLarge (over 20 MiB or 50 megapixels) or UnknownImage.
    """
    check_size(image)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decode(image, long_side)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageTooLarge(limit="50 MP") from error
    except (ImageTooLarge, MemoryError):
        raise
    # Pillow's plugins raise whatever their parser stumbles over: nine kinds were seen while fuzzing.
    except Exception as error:
        raise UnknownImage from error


def open_colours(image: bytes, picture: Picture) -> tuple[Grey, ...]:
    """The red, green and blue of *image*, laid out as *picture*; nothing where it has none or is very large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _colours(image, picture)
    except MemoryError:
        raise
    # It could be opened before; what a plugin stumbles over now costs the colours only.
    except Exception:  # noqa: BLE001
        return ()


def _colours(image: bytes, picture: Picture) -> tuple[Grey, ...]:
    with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
        orientation = opened.getexif().get(_ORIENTATION, 1)
        opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
        if opened.mode not in {"RGB", "RGBA", "P", "CMYK", "YCbCr"} or opened.width * opened.height > _COLOURED_PIXELS:
            return ()
        coloured = opened.convert("RGB")
    upright = coloured.transpose(_TURNS[orientation]) if orientation in _TURNS else coloured
    height, width = picture.grey.shape
    small = upright.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0)
    return tuple(np.array(channel) for channel in small.split())


def is_long(width: int, height: int, *, blank: bool) -> bool:
    """True for a picture that loses its codes when its long side is shrunk to what is read at once.

    Where the whole was *blank* that is also one as long as a phone's screen: its small codes come out in pieces.
    """
    least = _RATHER_LONG if blank else _LONG
    return max(width, height) > max(least * min(width, height), LONG_SIDE)


def cut_slices(image: bytes) -> Iterator[Slice]:
    """Pieces of *image*, twice as long as wide and half covered by the next: a code up to its width is whole in one."""
    pillow_heif.register_heif_opener(thumbnails=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
            upright = _grey_upright(opened)
    width, height = upright.size
    short = min(width, height)
    for start in range(0, max(width, height) - short, short)[:_MOST_SLICES]:
        box = (0, start, width, min(height, start + 2 * short))
        left, top, right, bottom = box if height > width else (start, 0, min(width, start + 2 * short), height)
        piece = upright.crop((left, top, right, bottom))
        piece.thumbnail((2 * _SLICE_WIDTH, 2 * _SLICE_WIDTH))
        grey = np.array(piece)
        if np.ptp(grey) > _FAINTEST:
            yield Slice(grey, left, top, (right - left) / piece.width)


def _grey_upright(opened: Image.Image) -> Image.Image:
    """All of *opened* in grey, turned as its EXIF says."""
    orientation = opened.getexif().get(_ORIENTATION, 1)
    ImageFile.LOAD_TRUNCATED_IMAGES = opened.format in {"JPEG", "MPO"}
    grey = _grey(opened)
    return grey.transpose(_TURNS[orientation]) if orientation in _TURNS else grey


def check_size(image: bytes) -> None:
    """Refuse nothing at all and too much, before anything is parsed."""
    if not image:
        raise EmptyImage
    if len(image) > BYTES_LIMIT:
        raise ImageTooLarge(limit="20 MB")


def _decode(image: bytes, long_side: int) -> Picture:
    teach_heif()
    Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT
    with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS_LIMIT:
            raise ImageTooLarge(limit="50 MP")
        exif = opened.getexif()
        orientation = exif.get(_ORIENTATION, 1)
        jpeg = opened.format in {"JPEG", "MPO"}
        recompressed = jpeg and not exif and max(opened.size) <= _MESSENGER_SIDE
        size = opened.size[::-1] if orientation in _SIDEWAYS else opened.size
        # What arrived of a cut-off photo may hold the code; other formats have checksums to heed.
        ImageFile.LOAD_TRUNCATED_IMAGES = jpeg
        opened.draft("L", (long_side, long_side))
        small = _shrink(opened, long_side)
    upright = small.transpose(_TURNS[orientation]) if orientation in _TURNS else small
    return Picture(np.array(upright), width=size[0], height=size[1], recompressed=recompressed)


@cache
def teach_heif() -> None:
    """Let Pillow open HEIC and HEIF."""
    pillow_heif.register_heif_opener(thumbnails=False)


def _shrink(opened: Image.Image, long_side: int) -> Image.Image:
    """Make *opened* grey, and no larger than *long_side*."""
    factor = max(opened.size) // (2 * long_side)
    grey = _in_bands(opened, factor) if factor > 1 else _grey(opened)
    grey.thumbnail((long_side, long_side))
    return grey


def _in_bands(opened: Image.Image, factor: int) -> Image.Image:
    """A large picture, *factor* times smaller and grey: in bands, for two copies of it would take too much memory."""
    width, height = opened.size
    small = Image.new("L", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, factor * _BAND):
        band = _grey(opened.crop((0, top, width, min(height, top + factor * _BAND))))
        small.paste(band.reduce(factor), (0, top // factor))
    return small


def _grey(opened: Image.Image) -> Image.Image:
    if opened.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(opened) >> 8).astype(np.uint8))
    if opened.mode in {"I", "F"}:
        return _to_8_bits(np.asarray(opened, dtype=np.float64))
    if opened.has_transparency_data:
        return _on_contrast(opened.convert("RGBA").convert("LA"))
    if opened.mode == "P":
        return opened.convert("RGB").convert("L")
    return opened.convert("L")


def _to_8_bits(values: NDArray[np.float64]) -> Image.Image:
    """Bring 32-bit pixels to 8 bits: as they are, as 16-bit, or as fractions."""
    top = float(np.nanmax(values))
    factor = 255 / 65535 if top > 255 else 255.0 if top <= 1 else 1.0
    return Image.fromarray(np.clip(np.nan_to_num(values) * factor, 0, 255).astype(np.uint8))


def _on_contrast(picture: Image.Image) -> Image.Image:
    """Lay a transparent picture on white, or on black when what it shows is mostly light."""
    light, alpha = picture.split()
    seen = np.asarray(alpha) > 127
    shown = np.asarray(light)[seen]
    mostly_light = shown.size and float(shown.mean()) > 170 and not seen.all()
    ground = Image.new("L", picture.size, 0 if mostly_light else 255)
    ground.paste(light, mask=alpha)
    return ground
