"""A product's picture made ready to be shown: upright, small, and without anything hidden in it."""

import io
import warnings

from PIL import Image, ImageOps

from catalog.barcode.picture import FORMATS, PIXELS_LIMIT, check_size, teach_heif
from catalog.errors import ImageTooLarge, UnknownImage

LONG_SIDE = 1280
_QUALITY = 85


def thumbnail(image: bytes) -> bytes:
    """*image* as a JPEG of at most 1280 px, turned as its EXIF says and without EXIF, which may tell a place.

    Raises EmptyImage, ImageTooLarge or UnknownImage.
    """
    check_size(image)
    teach_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _render(image)
    except ImageTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(limit="50 MP") from error
    # Pillow's plugins raise whatever their parser stumbles over.
    except Exception as error:
        raise UnknownImage from error


def _render(image: bytes) -> bytes:
    with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS_LIMIT:
            raise ImageTooLarge(limit="50 MP")
        opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
        upright.thumbnail((LONG_SIDE, LONG_SIDE))
        paper = Image.new("RGB", upright.size, "white")
        paper.paste(upright, mask=upright.getchannel("A"))
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def smaller(jpeg: bytes, most: int) -> bytes:
    """A *jpeg* of ours in at most *most* bytes: with less detail first, then fewer pixels."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:
        opened.load()
        for side, quality in ((1600, 70), (1280, 70), (1280, 50), (960, 50), (640, 50), (320, 40)):
            shown = opened.copy()
            shown.thumbnail((side, side))
            out = io.BytesIO()
            shown.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= most:
                break
    return out.getvalue()
