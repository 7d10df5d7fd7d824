"""Pictures too small or too narrow to hold a code are read as what they are."""

import io

import pytest
from PIL import Image

from catalog.barcode import read_here


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (7, 3), (300, 1), (5000, 2), (2, 5000), (16, 300), (40, 40)])
@pytest.mark.parametrize("shade", ["white", "gray"])
def test_no_picture_is_too_small_to_be_looked_at(size, shade):
    """Nothing is read, nothing breaks, and something is said about it."""
    out = io.BytesIO()
    Image.new("L", size, shade).save(out, "PNG")
    reading = read_here(out.getvalue())
    assert reading.payloads == ()
    assert reading.troubles
