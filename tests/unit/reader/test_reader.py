"""Photos to codes, through the isolated reader."""

import io

import pytest
import segno

from catalog.errors import EmptyImage, UnknownImage
from catalog.reader import Reader


def qr(text, *, scale=6):
    out = io.BytesIO()
    segno.make_qr(text).save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


async def test_a_code_is_read_with_its_place():
    async with Reader(workers=1) as reader:
        reading = await reader.read(qr("Mật ong rừng"))
    (payload,) = reading.payloads
    assert (payload.text, payload.format, payload.sure) == ("Mật ong rừng", "QRCode", True)
    assert len(payload.corners) == 4
    assert reading.troubles == ()


@pytest.mark.parametrize(("image", "error"), [(b"", EmptyImage), (b"%PDF-1.7", UnknownImage)])
async def test_what_is_no_picture_is_named(image, error):
    async with Reader(workers=1) as reader:
        with pytest.raises(error):
            await reader.read(image)
