"""Numbers of certificates and decisions, plain codes, and what is typed into a chat."""

import pytest

from catalog.codes import (
    CertificateNumber,
    DecisionNumber,
    PlainCode,
    Surroundings,
    classify,
    classify_typed,
    trace_key,
)
from catalog.dates import PartialDate


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1489/QĐ-TTg", "1489/QĐ-TTg"),
        ("1489/qd-ttg", "1489/QĐ-TTg"),
        ("1489/QĐ-TTG", "1489/QĐ-TTg"),
        ("246/KH-UBND", "246/KH-UBND"),
        ("12/2023/QĐ-UBND", "12/2023/QĐ-UBND"),
        ("12 / 2023 / qđ - ubnd", "12/2023/QĐ-UBND"),
        ("Số: 0123/QĐ-UBND", "123/QĐ-UBND"),
        ("Quyết định số 123/QĐ-UBND", "123/QĐ-UBND"),
        ("quyet dinh so 123/qd-ubnd", "123/QĐ-UBND"),
        ("QĐ 123/QĐ-UBND", "123/QĐ-UBND"),
        ("QĐ số 123/QĐ–UBND", "123/QĐ-UBND"),
        ("Kế hoạch 246/KH-UBND", "246/KH-UBND"),
        ("1162/QĐ-VPĐP-OCOP", "1162/QĐ-VPĐP-OCOP"),
        ("1162/qd-vpdp-ocop", "1162/QĐ-VPĐP-OCOP"),
        ("02/2024/TT-BKHCN", "2/2024/TT-BKHCN"),
        ("356/2025/NĐ-CP", "356/2025/NĐ-CP"),
        ("1658/NQ-UBTVQH15", "1658/NQ-UBTVQH15"),
        ("91/2025/QH15", "91/2025/QH15"),
        ("15/nq-hdnd", "15/NQ-HĐND"),
        ("123/QĐ", "123/QĐ"),
    ],
)
def test_a_decision_is_spelled_one_way(text, number):
    code = classify(text)
    assert isinstance(code, DecisionNumber)
    assert code.number == code.key == code.shown == trace_key(text) == number
    assert classify_typed(text) == code


def test_the_parts_of_a_decision():
    assert classify("Quyết định số 12/2023/QĐ-UBND ngày 12/3/2023") == DecisionNumber(
        "12/2023/QĐ-UBND", 12, "QĐ", "UBND", 2023, PartialDate(2023, 3, 12)
    )
    wrong = classify("123/QĐ-UBND ngày 31/2/2024")
    assert isinstance(wrong, DecisionNumber)
    assert wrong.date is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12/2023/GCN-OCOP", "12/2023/GCN-OCOP"),
        ("15/GCN-UBND", "15/GCN-UBND"),
        ("gcn-2024-015", "GCN-2024-015"),
        ("Giấy chứng nhận số: 12/2023", "12/2023"),
        ("giay chung nhan so 12/2023/ubnd", "12/2023/UBND"),
        ("GCN OCOP số 27-0123", "27-0123"),
        ("25/2021/OCOP-BN", "25/2021/OCOP-BN"),
    ],
)
def test_a_certificate_is_known_by_its_words_or_its_mark(text, number):
    code = classify(text)
    assert code == CertificateNumber(number)
    assert code.key == code.shown == number
    assert classify_typed(text) == code


@pytest.mark.parametrize(
    "text", ["OCOP-BN-0123", "ocop bn 0123", "OcopBN0123", "Mã OCOP: OCOP.BN.0123", "Mã: ocop_bn_0123"]
)
def test_our_own_plain_code(text):
    code = classify(text)
    assert code == PlainCode("OCOP-BN-0123", ours=True)
    assert code.key == "OCOP-BN-0123"
    assert classify_typed(text) == code


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("bn24-a0012", "BN24-A0012"),
        ("Mã truy xuất: bn24-a0012", "BN24-A0012"),
        ("ma truy xuat : bn24-a0012", "BN24-A0012"),
        ("10f27ce-acb7-4e4e-a7ae-a0b98da6ed4a", "10F27CE-ACB7-4E4E-A7AE-A0B98DA6ED4A"),
        ("0555506635839349055557", "0555506635839349055557"),
    ],
)
def test_a_makers_plain_code_is_bound_in_capitals(text, key):
    code = classify(text)
    assert isinstance(code, PlainCode)
    assert code.key == key
    assert code.shown == code.text


@pytest.mark.parametrize("text", ["TX2024000123", "bn24-a00123", "0555506635839349055557"])
def test_a_typed_code_with_many_digits_is_a_code(text):
    assert isinstance(classify_typed(text), PlainCode)


@pytest.mark.parametrize(
    "text",
    [
        "nem bùi",
        "Nem 99 vị tỏi",
        "PTK879",
        "ocop 4 sao",
        "chứng nhận ocop 4",
        "bánh phu thê 0912345678",
        "0912345678",
        "0912 345 678",
        "12345678",
        "hành tỏi sấy/khô",
        "24/7",
        "quyết định 148",
        "nembui.vn",
        "nembui@x.vn",
        "mật ong.vn tốt",
        "Nem: bùi",
        "",
        " ",
        "4 sao",
    ],
)
def test_names_and_telephones_are_searched_for(text):
    assert classify_typed(text) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("check.bacninh.gov.vn/abc", "trace_link"),
        ("hoi-ocop.vn/p/7", "own_product"),
        ("https://nembui.example/x", "other_link"),
        ("www.nembui.vn", "other_link"),
        ("checkbacninh.gov.vn", "other_link"),
        ("facebook.com/nembui", "social_link"),
        ("893 8505 974 194", "gtin"),
        ("(01)08938505974194(10)L1", "gs1"),
        ("079201001234|123|A", "citizen_id"),
        ("079201001233", "citizen_id"),
        ("javascript:alert(1)", "unsafe_link"),
        ("00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443", "payment"),
    ],
)
def test_what_is_pasted_is_known(text, kind):
    code = classify_typed(text, ours=Surroundings(frozenset({"hoi-ocop.vn"})))
    assert code is not None
    assert code.kind == kind
