"""Trade item numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.codes import Gtin, Phone, Use, classify, classify_typed, gtin


@given(st.text("0123456789", min_size=7, max_size=13).filter(lambda digits: len(digits) in {7, 11, 12, 13}))
def test_any_other_last_digit_is_wrong(payload):
    right = gtin.check_digit(payload)
    valid = [last for last in "0123456789" if gtin.is_valid(payload + last)]
    assert valid == ([right] if (payload + right).strip("0") else [])


@pytest.mark.parametrize(
    "text",
    [
        "8938505974194",
        "893 8505 974 194",
        "893-8505-97419-4",
        " 8938505974194\n",
        "Mã vạch: 8938505974194",
        "GTIN: 8938505974194",
    ],
)
def test_a_number_is_read_with_what_spaces_it(text):
    code = classify(text)
    assert isinstance(code, Gtin)
    assert (code.gtin14, code.check_ok, code.vietnamese_prefix) == ("08938505974194", True, True)
    assert (code.country, code.use, code.shown) == ("Việt Nam", Use.TRADE, "8938505974194")
    assert classify_typed(text) == code


def test_a_wrong_digit_under_viet_nams_prefix_is_told():
    code = classify("8938505974193")
    assert isinstance(code, Gtin)
    assert not code.check_ok
    assert code.key == ""


@pytest.mark.parametrize("text", ["4006381333932", "12345678", "1234567890123", "0000000000000", "٨٩٣٨٥٠٥٩٧٤١٩٤"])
def test_digits_that_do_not_check_are_no_trade_number(text):
    assert not isinstance(classify(text), Gtin)


@pytest.mark.parametrize(
    ("text", "form", "gtin14"),
    [
        ("036000291452", "", "00036000291452"),
        ("96385074", "EAN8", "00000096385074"),
        ("18938505974191", "ITF14", "18938505974191"),
        ("01234565", "UPCE", "00012345000065"),
        ("04252614", "UPCE", "00042100005264"),
        ("01234133", "UPCE", "00012300000413"),
        ("01234548", "UPCE", "00012340000058"),
        ("21234565", "UPCE", ""),
    ],
)
def test_every_length_is_padded_to_fourteen(text, form, gtin14):
    code = classify(text, format=form)
    if gtin14 and gtin.is_valid(gtin14):
        assert isinstance(code, Gtin)
        assert code.gtin14 == gtin14
    else:
        assert code.kind != "own_product"


@pytest.mark.parametrize(
    ("payload", "use", "country"),
    [
        ("200123456789", Use.IN_STORE, ""),
        ("021234567890", Use.IN_STORE, ""),
        ("978020137962", Use.BOOK, ""),
        ("977123456789", Use.SERIAL, ""),
        ("981234567890", Use.COUPON, ""),
        ("690123456789", Use.TRADE, "Trung Quốc"),
        ("885123456789", Use.TRADE, "Thái Lan"),
        ("590123456789", Use.TRADE, "Poland"),
        ("141234567890", Use.TRADE, ""),
        ("0000020", Use.IN_STORE, ""),
        ("2012345", Use.IN_STORE, ""),
        ("8931234", Use.TRADE, "Việt Nam"),
    ],
)
def test_a_prefix_says_what_the_number_is_for(payload, use, country):
    code = gtin.of(payload + gtin.check_digit(payload))
    assert (code.use, code.country) == (use, country)
    assert bool(code.key) is (use is not Use.IN_STORE)


def test_a_hotline_is_a_telephone_unless_it_stands_under_bars():
    digits = "1900" + "123"
    hotline = digits + gtin.check_digit(digits)
    assert classify(hotline).kind == "phone"
    assert classify(hotline, format="EAN8").kind == "gtin"


@pytest.mark.parametrize("form", ["Code128", "Code39", "Code93", "Codabar"])
def test_eight_digits_of_a_free_code_are_a_makers_own(form):
    """05974191 passes for an EAN-8 by chance; only an EAN-8 carries one."""
    assert classify("05974191", format=form).kind == "plain_code"
    assert classify("05974191", format="EAN8").kind == "gtin"
    assert classify("8934195406137", format=form).kind == "gtin"


@pytest.mark.parametrize("text", ["00088505974194", "0088505974194", "088505974194", "00012345678905"])
def test_a_upc_with_the_zeros_of_a_longer_number_is_no_phone(text: str) -> None:
    code = classify(text)
    assert isinstance(code, Gtin)
    assert classify(code.key).key == code.key == text.zfill(14)


def test_00_and_a_country_is_still_a_phone() -> None:
    assert [type(classify(each)) for each in ("0084912345678", "00 82 10 2345 6789")] == [Phone, Phone]
