"""Pictures made ready to be shown or passed on: upright, small, without what they tell about where they were taken."""

import io
import warnings

import pillow_heif
from PIL import Image, ImageFile, ImageOps

from catalog.barcode.picture import FORMATS, PIXELS_LIMIT, check_size, teach_heif
from catalog.errors import EmptyImage, ImageTooLarge, UnknownImage

LONG_SIDE, THUMBNAIL_SIDE = 1600, 1280
_QUALITY = 85


def plain_picture(image: bytes) -> bytes:
    """*image* as an upright JPEG of at most 1600 px, with its pixels and nothing else.

    Raises EmptyImage, ImageTooLarge or UnknownImage.
    """
    check_size(image)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _bare(image)
    except (EmptyImage, ImageTooLarge, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(limit="50 MP") from error
    # Pillow's plugins raise whatever their parser stumbles over.
    except Exception as error:
        raise UnknownImage from error


def _bare(image: bytes) -> bytes:
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = PIXELS_LIMIT
    with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS_LIMIT:
            raise ImageTooLarge(limit="50 MP")
        ImageFile.LOAD_TRUNCATED_IMAGES = opened.format in {"JPEG", "MPO"}
        opened.draft("RGB", (LONG_SIDE, LONG_SIDE))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((LONG_SIDE, LONG_SIDE))
    # A fresh picture has no EXIF, no comment, no thumbnail: none of it can slip through.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def thumbnail(image: bytes) -> bytes:
    """*image* as a JPEG of at most 1280 px, turned as its EXIF says and without EXIF, which may tell a place.

    Raises EmptyImage, ImageTooLarge or UnknownImage.
    """
    check_size(image)
    teach_heif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _draw_on_white(image)
    except ImageTooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLarge(limit="50 MP") from error
    # Pillow's plugins raise whatever their parser stumbles over.
    except Exception as error:
        raise UnknownImage from error


def _draw_on_white(image: bytes) -> bytes:
    with Image.open(io.BytesIO(image), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS_LIMIT:
            raise ImageTooLarge(limit="50 MP")
        opened.draft("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
        upright.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
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
