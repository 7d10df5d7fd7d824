import io

import pytest
from PIL import Image

from catalog.barcode.sanitize import thumbnail
from catalog.errors import EmptyImage, ImageTooLarge, UnknownImage


def encoded(picture: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def test_a_picture_is_shrunk_turned_and_stripped():
    """A phone's photo lies on its side and says where it was taken; neither is left."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    photo = encoded(Image.new("RGB", (2000, 1000), "orange"), "JPEG", exif=exif)
    with Image.open(io.BytesIO(thumbnail(photo))) as shown:
        assert (shown.format, shown.size) == ("JPEG", (640, 1280))
        assert not shown.getexif()


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "CMYK", "I;16"])
def test_every_mode_becomes_a_jpeg(mode):
    """Transparent ground is white, as on paper."""
    kind = "TIFF" if mode in {"CMYK", "I;16"} else "PNG"
    with Image.open(io.BytesIO(thumbnail(encoded(Image.new(mode, (40, 30)), kind)))) as shown:
        assert (shown.mode, shown.size) == ("RGB", (40, 30))
        if mode == "RGBA":
            assert min(shown.getpixel((20, 15))) > 250


def test_what_is_no_picture_is_refused():
    """Nothing, something else, and too much."""
    with pytest.raises(EmptyImage):
        thumbnail(b"")
    with pytest.raises(UnknownImage):
        thumbnail(b"%PDF-1.7")
    with pytest.raises(ImageTooLarge):
        thumbnail(encoded(Image.new("1", (13_000, 13_000)), "PNG"))
