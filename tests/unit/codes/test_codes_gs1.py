"""GS1 element strings and Digital Links, as carelessly as labels print them."""

import pytest

from catalog.codes import Gs1, classify
from catalog.dates import PartialDate

GTIN = "08938505974194"
END = PartialDate(2026, 12, 31)


@pytest.mark.parametrize(
    "text",
    [
        f"(01){GTIN}(17)261231(10)L1(21)S9",
        f"(01) {GTIN} (17) 261231 (10) L1 (21) S9",
        f"]d201{GTIN}1726123110L1\x1d21S9",
        f"]C101{GTIN}1726123110L1\x1d21S9",
        f"]Q301{GTIN}1726123110L1\x1d21S9",
        f"]e001{GTIN}1726123110L1\x1d21S9",
        f"\x1d01{GTIN}1726123110L1\x1d21S9",
        f"01{GTIN}1726123110L1\x1d21S9",
        f"01{GTIN}\x1d17261231\x1d10L1\x1d21S9",
        f"https://id.gs1.org/01/{GTIN}/10/L1/21/S9?17=261231",
        f"https://nembui.example/01/{GTIN[1:]}/10/L1/21/S9?17=20261231",
        f"http://nembui.example/x/gtin/{GTIN[1:]}/lot/L1/ser/S9?exp=261231",
        f"HTTPS://NEMBUI.EXAMPLE/01/{GTIN}/10/L1/21/S9/17/261231",
        f"https://nembui.example/01/{GTIN}/10/%4c1/21/S9?17=261231&linkType=all&x",
        f"https://check.bacninh.gov.vn/01/{GTIN}?10=L1&21=S9&17=261231",
    ],
)
def test_number_lot_serial_and_expiry_are_read(text):
    code = classify(text)
    assert isinstance(code, Gs1)
    assert (code.gtin14, code.check_ok, code.lot, code.serial, code.expires) == (GTIN, True, "L1", "S9", END)
    assert (code.country, code.vietnamese_prefix, code.key, code.others) == ("Việt Nam", True, GTIN, ())
    assert code.lookalike_of is None


def test_the_symbology_marks_an_element_string():
    code = classify(f"10L1\x1d01{GTIN}", symbology="]d2")
    assert isinstance(code, Gs1)
    assert (code.lot, code.gtin14) == ("L1", GTIN)


def test_every_date_has_its_meaning():
    code = classify(f"(01){GTIN}(11)261101(13)261102(15)261200(16)261203(17)261204")
    assert isinstance(code, Gs1)
    assert (str(code.produced), str(code.packed)) == ("2026-11-01", "2026-11-02")
    assert (str(code.best_before), str(code.sell_by), str(code.expires)) == ("2026-12", "2026-12-03", "2026-12-04")


@pytest.mark.parametrize("value", ["261331", "abcdef", "2612", "000000"])
def test_a_date_in_no_calendar_is_kept_as_printed(value):
    code = classify(f"(01){GTIN}(17){value}")
    assert isinstance(code, Gs1)
    assert code.expires is None
    assert code.others == (f"17={value}",)


@pytest.mark.parametrize(
    "text",
    [
        "(01)08938505974193(10)L1",
        "]d2010893850597419310L1",
        "https://nembui.example/01/08938505974193",
        "https://nembui.example/01/8938505974193/10/L1",
    ],
)
def test_a_wrong_check_digit_is_reported(text):
    code = classify(text)
    assert isinstance(code, Gs1)
    assert code.check_ok is False
    assert code.key == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("https://nembui.example/01/12345678", "other_link"),
        ("https://nembui.example/2024/01/96385074", "other_link"),
        ("https://nembui.example/01/nem", "other_link"),
        ("https://nembui.example/01/", "other_link"),
        ("(024) 3825 1234", "just_text"),
        ("(10) Nem bùi Ninh Xá", "just_text"),
        ("(x)", "just_text"),
        ("0108938505974194zz9", "plain_code"),
        ("Nem\x1dBùi", "just_text"),
        ("]C1", "just_text"),
    ],
)
def test_what_only_resembles_gs1_is_something_else(text, kind):
    assert classify(text).kind == kind


def test_what_is_unknown_is_kept():
    code = classify(f"(01){GTIN}(3103)000250(422)704(8200)https://x.example(97)a(01)2")
    assert isinstance(code, Gs1)
    assert code.others == ("3103=000250", "422=704", "8200=https://x.example", "97=a", "01=2")
    marked = classify("]d2\u00e9xyz\x1d10L1")
    assert isinstance(marked, Gs1)
    assert marked.others == ("éx=yz",)
    assert marked.lot == "L1"
    assert classify("]d200106141412345678908").shown == "00=106141412345678908"


def test_a_compressed_link_is_named_only():
    whole = classify("https://id.gs1.org/ARHKVAdpkA4AcEA")
    half = classify(f"https://id.gs1.org/01/{GTIN}/DBHKVAdpkA4")
    assert isinstance(whole, Gs1)
    assert isinstance(half, Gs1)
    assert (whole.compressed, whole.key, whole.check_ok) == (True, "", None)
    assert (half.compressed, half.key) == (True, GTIN)


def test_a_digital_link_on_an_imitation_says_so():
    code = classify(f"https://check-bacninh-gov.vn/01/{GTIN}")
    assert isinstance(code, Gs1)
    assert code.lookalike_of == "check.bacninh.gov.vn"


def test_a_misleading_address_is_no_digital_link():
    assert classify(f"https://check.bacninh.gov.vn@evil.example/01/{GTIN}").kind == "other_link"
