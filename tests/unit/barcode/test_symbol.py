"""Our own QR decoding: every version and level, errors and erasures up to what the code bears, never nonsense."""

import numpy as np
import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from catalog.barcode.qr import reed_solomon, symbol

VERSIONS = (1, 2, 6, 7, 10, 14, 21, 32, 40)


def modules(text, *, version, error):
    made = segno.make_qr(text, version=version, error=error, boost_error=False)
    return np.where(np.array(made.matrix, dtype=bool), 1.0, -1.0), made.mask


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("error", "LMQH")
def test_each_version_and_level_is_read(version, error):
    values, mask = modules("OCOP 4", version=version, error=error)
    assert symbol.formats(values)[0] == symbol.Format("LMQH".index(error), mask)
    assert symbol.text(values).text == "OCOP 4"


def test_vietnamese_is_read():
    values, _ = modules("Gà đồi Yên Thế", version=3, error="M")
    assert symbol.text(values).text == "Gà đồi Yên Thế"


def test_doubtful_modules_cost_half():
    """A cover over more than the level can correct is read when the modules under it are known to be doubtful."""
    values, _ = modules("https://ocop.example/1", version=3, error="M")
    sure, doubtful = values.copy(), values.copy()
    sure[9:18, 9:20] *= -1
    doubtful[9:18, 9:20] *= -0.02
    assert symbol.text(sure) is None
    assert symbol.text(doubtful).text == "https://ocop.example/1"


@pytest.mark.parametrize("seed", range(20))
def test_noise_says_nothing(seed):
    assert symbol.text(np.random.default_rng(seed).normal(0, 1, (25, 25))) is None


def test_a_broken_format_says_nothing():
    values, _ = modules("OCOP", version=1, error="L")
    values[8, :] = values[:, 8] = 0.0
    assert symbol.text(values) is None


def block(data, parity):
    """*data* with its parity codewords."""
    generator = [1]
    for power in range(parity):
        generator = reed_solomon._product(generator, [reed_solomon._POWERS[power], 1])
    rest = [*data, *[0] * parity]
    for place in range(len(data)):
        factor = rest[place]
        for step, coefficient in enumerate(reversed(generator)):
            rest[place + step] ^= reed_solomon._times(coefficient, factor)
    return np.array([*data, *rest[len(data) :]], dtype=np.uint8)


@given(st.data())
def test_errors_and_erasures_within_bounds_are_mended(data):
    parity = data.draw(st.integers(6, 30))
    whole = block(data.draw(st.lists(st.integers(0, 255), min_size=5, max_size=120)), parity)
    erasures = data.draw(st.integers(0, min(parity, len(whole) // 2)))
    errors = data.draw(st.integers(0, min((parity - erasures) // 2, len(whole) - erasures)))
    places = data.draw(st.permutations(range(len(whole))))[: erasures + errors]
    spoilt = whole.copy()
    spoilt[places] ^= np.array(
        data.draw(st.lists(st.integers(1, 255), min_size=len(places), max_size=len(places))), np.uint8
    )
    assert np.array_equal(reed_solomon.correct(spoilt, parity, list(places[:erasures])), whole)


def test_too_many_errors_are_not_mended():
    whole = block(list(range(40)), 10)
    spoilt = whole.copy()
    spoilt[:7] ^= 99
    assert reed_solomon.correct(spoilt, 10, []) is None
