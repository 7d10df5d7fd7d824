"""A photo that someone passes on, without what it tells about where and with what it was taken."""

import io
import warnings

import pillow_heif
from PIL import Image, ImageFile, ImageOps

from catalog.barcode.picture import FORMATS, PIXELS_LIMIT, check_size
from catalog.errors import EmptyImage, ImageTooLarge, UnknownImage

LONG_SIDE = 1600
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
