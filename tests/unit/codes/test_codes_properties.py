"""What holds for every text, and for several codes together."""

import json
import random
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bench.fuzz_payloads import OURS, SEEDS, main, tried
from catalog.codes import KINDS, Code, CodeKind, Lead, as_json, classify, classify_typed, lead, trace_key
from catalog.codes.printable import HIDDEN

PIECES = st.sampled_from(
    [
        "https://",
        "http:",
        "check.bacninh.gov.vn",
        "hoi-ocop.vn",
        "/p/",
        "/01/",
        "08938505974194",
        "@",
        ":",
        "%",
        "\\",
        "]d2",
    ]
)
ANYTHING = st.text(st.characters(codec=None, exclude_categories=())) | st.lists(PIECES | st.text(max_size=4)).map(
    "".join
)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)


@given(ANYTHING, st.sampled_from(["", "]d2", "]C1", "]Q1"]), st.sampled_from(["", "QRCode", "EAN13", "UPCE"]))
@example("\x00", "", "")
@example("\ud800", "", "")
@example("https://\ud800.vn/\udfff", "", "")
@example("https://xn--\ud800/", "", "")
@example("https://xn--a.vn/", "", "")
@example("0" * 4_296, "", "")
@example("A" * 4_296, "]C1", "")
@example("%" * 4_296, "", "")
def test_any_text_has_a_meaning_that_can_be_said(text, symbology, name):
    code = classify(text, ours=OURS, symbology=symbology, format=name)
    said = as_json(code)
    json.dumps(said, ensure_ascii=False).encode()
    assert said["kind"] in set(CodeKind)
    assert not any(HIDDEN.search(each) for each in strings(said))
    assert len(code.shown) <= 200
    assert "\n" not in code.shown
    classify_typed(text, ours=OURS)


@given(ANYTHING)
@example(text="A🅐://")
@example(text="0.A🄫/")
def test_a_key_is_its_own_key(text):
    key = trace_key(text)
    assert trace_key(key) == key
    assert key == classify(text).key
    assert len(key) <= 512


@pytest.mark.parametrize("text", SEEDS)
def test_the_bench_knows_what_must_hold(text):
    milliseconds, kind = tried(text, random.Random(1))
    assert milliseconds >= 0
    assert kind in set(CodeKind)


def test_the_bench_runs(capsys):
    assert main(count=200, seed=3) == 0
    assert "payloads 200, crashes 0" in capsys.readouterr().out


def test_every_kind_has_one_class():
    assert sorted(each.kind for each in get_args(Code)) == sorted(CodeKind)


PAYMENT = classify("00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443")
TRACE = classify("https://check.bacninh.gov.vn/abc")
OWN = classify("https://hoi-ocop.vn/p/7", ours=OURS)
GTIN = classify("8938505974194")
LOOKALIKE = classify("https://check-bacninh-gov.vn/abc")
SOCIAL = classify("https://facebook.com/nembui")
CITIZEN = classify("079201001234|1|A")


def test_the_trace_code_leads_and_the_payment_beside_it_is_warned_about():
    found = lead([PAYMENT, SOCIAL, TRACE, PAYMENT])
    assert found == Lead(TRACE, (SOCIAL, PAYMENT), (PAYMENT,))
    assert found.products == (TRACE,)


def test_ours_leads_all_and_more_products_are_a_choice():
    found = lead([GTIN, TRACE, OWN])
    assert found.first == OWN
    assert found.products == (OWN, TRACE, GTIN)


def test_a_payment_alone_is_answered_and_warned_about():
    assert lead([PAYMENT]) == Lead(PAYMENT, (), (PAYMENT,))


def test_an_imitation_never_leads_beside_another_code():
    found = lead([LOOKALIKE, SOCIAL])
    assert (found.first, found.warnings) == (SOCIAL, (LOOKALIKE,))


def test_an_identity_card_is_dropped():
    assert lead([CITIZEN]) == Lead(personal=True)
    assert lead([CITIZEN]).products == ()
    assert lead([CITIZEN, GTIN]) == Lead(GTIN, personal=True)
    assert lead([]) == Lead()


LETTERS = st.text(st.characters(categories=["L"]) | st.just(" "), min_size=1)
LABELS = st.sampled_from(
    ["mã", "giấy chứng nhận OCOP", "quyết định", "QĐ", "GCN", "số", "momo", "tel", "wifi", "https", "javascript", "www"]
)


@given(LETTERS | st.lists(LABELS | LETTERS, min_size=1).map(" ".join))
def test_letters_alone_are_never_a_code(text: str) -> None:
    """typed() says so without looking; classify() must agree."""
    assert classify_typed(text, ours=OURS) is None
    code = classify(text, ours=OURS)
    (kind,) = (each for each in KINDS if each.meaning is type(code))
    assert not kind.typed(code, text)
