"""Every picture a phone or a messenger sends is opened, turned and shrunk; the rest is refused by name."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from catalog.barcode import read_here
from catalog.barcode.picture import open_picture
from catalog.errors import EmptyImage, ImageTooLarge, UnknownImage
from tests.unit.barcode import drawing

TEXT = "Bánh phu thê Đình Bảng"
CODE = drawing.qr(TEXT)


def texts(image):
    return [each.text for each in read_here(image).payloads]


def heif(picture):
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(out)
    return out.getvalue()


def transparent(picture, *, light):
    """The code's dark (or light) modules on nothing at all."""
    ink = np.zeros((*picture.shape, 4), dtype=np.uint8)
    ink[..., :3] = 255 if light else 0
    ink[..., 3] = 255 - picture
    return Image.fromarray(ink)


GREY = Image.fromarray(CODE)
TWO = [GREY, Image.new("L", GREY.size, 255)]
PICTURES = {
    "jpeg": lambda: drawing.encoded(GREY, "JPEG"),
    "cmyk jpeg": lambda: drawing.encoded(GREY.convert("RGB").convert("CMYK"), "JPEG"),
    "mpo": lambda: drawing.encoded(GREY.convert("RGB"), "MPO", save_all=True, append_images=TWO[1:]),
    "png": lambda: drawing.encoded(GREY, "PNG"),
    "one bit": lambda: drawing.encoded(GREY.convert("1"), "PNG"),
    "palette": lambda: drawing.encoded(GREY.convert("P"), "PNG"),
    "palette with transparency": lambda: drawing.encoded(GREY.convert("P"), "PNG", transparency=bytes([255] * 200)),
    "16 bit": lambda: drawing.encoded(Image.fromarray(CODE.astype(np.uint16) * 256), "PNG"),
    "32 bit": lambda: drawing.encoded(Image.fromarray(CODE.astype(np.int32) * 200), "TIFF"),
    "fractions": lambda: drawing.encoded(Image.fromarray(CODE.astype(np.float32) / 255), "TIFF"),
    "bytes as floats": lambda: drawing.encoded(Image.fromarray(CODE.astype(np.float32)), "TIFF"),
    "black on nothing": lambda: drawing.encoded(transparent(CODE, light=False), "PNG"),
    "white on nothing": lambda: drawing.encoded(transparent(CODE, light=True), "PNG"),
    "grey with alpha": lambda: drawing.encoded(GREY.convert("LA"), "PNG"),
    "gif": lambda: drawing.encoded(GREY, "GIF"),
    "moving gif": lambda: drawing.encoded(GREY, "GIF", save_all=True, append_images=TWO[1:]),
    "moving webp": lambda: drawing.encoded(GREY.convert("RGB"), "WEBP", save_all=True, append_images=TWO[1:]),
    "bmp": lambda: drawing.encoded(GREY, "BMP"),
    "webp": lambda: drawing.encoded(GREY.convert("RGB"), "WEBP"),
    "tiff": lambda: drawing.encoded(GREY, "TIFF"),
    "avif": lambda: drawing.encoded(GREY.convert("RGB"), "AVIF"),
    "heic": lambda: heif(GREY.convert("RGB")),
    "inverted": lambda: drawing.png(255 - CODE),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_usual_pictures_are_read(name):
    assert texts(PICTURES[name]()) == [TEXT]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_places_are_those_of_the_upright_photo(orientation):
    upright = Image.new("L", (640, 400), 255)
    upright.paste(GREY, (20, 10))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(undo[orientation]) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    reading = read_here(drawing.encoded(stored, "JPEG", exif=exif))
    assert (reading.width, reading.height) == (640, 400)
    (payload,) = reading.payloads
    assert payload.text == TEXT
    side = CODE.shape[0]
    assert (
        np.abs(np.array(payload.corners) - [(44, 34), (side - 4, 34), (side - 4, side - 14), (44, side - 14)]).max() < 8
    )
    assert not reading.recompressed


def test_places_are_in_pixels_of_the_original():
    picture, ((x, y),) = drawing.photo(drawing.qr(TEXT, module=14), size=(1900, 2500))
    (payload,) = read_here(drawing.png(picture)).payloads
    assert np.abs(np.array(payload.corners[0]) - (x + 56, y + 56)).max() < 12


def test_a_messengers_copy_is_told_from_an_original():
    exif = Image.Exif()
    exif[0x0110] = "Phone"
    assert read_here(drawing.encoded(GREY, "JPEG")).recompressed
    assert not read_here(drawing.encoded(GREY, "JPEG", exif=exif)).recompressed
    assert not read_here(drawing.encoded(GREY.resize((3000, 3000)), "JPEG")).recompressed
    assert not read_here(drawing.png(CODE)).recompressed


def test_what_arrived_of_a_cut_off_jpeg_is_read():
    picture, _ = drawing.photo(CODE, size=(1000, 1280))
    whole = drawing.encoded(Image.fromarray(picture), "JPEG")
    assert texts(whole[: len(whole) * 9 // 10]) == [TEXT]


def test_a_jpeg_cut_off_early_is_no_code_and_no_crash():
    whole = drawing.encoded(GREY, "JPEG")
    assert texts(whole[: len(whole) // 4]) == []


def empty_png(width, height):
    """A PNG header that announces more than follows."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    header = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + header + struct.pack(">I", 1000) + b"IDAT"


@pytest.mark.parametrize(
    ("image", "error"),
    [
        (b"", EmptyImage),
        (b"%PDF-1.7\n1 0 obj", UnknownImage),
        (b"\x89PNG\r\n\x1a\n", UnknownImage),
        (b"SIMPLE  =                    T" + bytes(3000), UnknownImage),
        (bytes(21 * 1024 * 1024), ImageTooLarge),
        (empty_png(13000, 13000), ImageTooLarge),
        (empty_png(9000, 7000), ImageTooLarge),
        (empty_png(60000, 60000), ImageTooLarge),
    ],
    ids=["nothing", "pdf", "bare png", "fits", "21 MB", "169 MP", "63 MP", "3600 MP"],
)
def test_the_rest_is_refused_by_name(image, error):
    with pytest.raises(error):
        open_picture(image)


def test_a_real_bomb_is_refused_before_it_is_decoded():
    with pytest.raises(ImageTooLarge):
        open_picture(drawing.encoded(Image.new("1", (13000, 13000)), "PNG"))


def test_pictures_become_small_and_grey():
    picture = open_picture(drawing.encoded(Image.new("RGB", (4000, 3000), "red"), "JPEG"))
    assert picture.grey.shape == (960, 1280)
    assert picture.scale == pytest.approx(3.125)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "I;16"])
def test_very_large_pictures_are_read_too(mode):
    picture, _ = drawing.photo(drawing.qr(TEXT, module=30), size=(4000, 5400))
    large = (
        Image.fromarray(picture.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(picture).convert(mode)
    )
    reading = read_here(drawing.encoded(large, "PNG", compress_level=1))
    assert [each.text for each in reading.payloads] == [TEXT]
    assert (reading.width, reading.height) == (5400, 4000)
