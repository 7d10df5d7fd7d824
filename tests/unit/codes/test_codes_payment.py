"""Payment codes: never a product, told apart, and never shown with their full account."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.codes import Payment, as_json, classify, payment

VECTOR = "00020101021138560010A0000007270126000697041501121133666688880208QRIBFTTA53037045802VN6304F443"


def field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def emv(*fields: str) -> str:
    body = field("00", "01") + "".join(fields) + "6304"
    return f"{body}{payment.crc16(body.encode()):04X}"


def vietqr(*fields: str, bank: str = "970436", account: str = "0011001932418", service: str = "QRIBFTTA") -> str:
    who = field("00", bank) + field("01", account)
    return emv(field("38", field("00", "A000000727") + field("01", who) + field("02", service)), *fields)


def read(text: str) -> Payment:
    code = classify(text)
    assert isinstance(code, Payment)
    return code


def test_the_vector_of_the_domain_research():
    code = read(VECTOR)
    assert (code.system, code.bank_bin, code.bank_name) == ("VietQR", "970415", "VietinBank")
    assert (code.account_masked, code.crc_ok, code.dynamic, code.card) == ("••••8888", True, False, False)
    assert (code.currency, code.amount) == ("VND", None)
    assert code.shown == "VietQR · VietinBank · ••••8888"
    assert code.key == ""


def test_the_checksum_of_the_standard():
    assert payment.crc16(b"123456789") == 0x29B1


def test_everything_a_payment_says_is_read():
    code = read(
        vietqr(
            field("01", "12"),
            field("53", "704"),
            field("54", "125000"),
            field("59", "NEM BUI"),
            field("60", "BAC NINH"),
            field("62", field("08", "mua nem")),
            service="QRIBFTTC",
        )
    )
    assert (code.dynamic, code.card, code.amount) == (True, True, Decimal(125000))
    assert (code.merchant, code.city, code.purpose) == ("NEM BUI", "BAC NINH", "mua nem")
    assert as_json(code)["amount"] == "125000"


@pytest.mark.parametrize("text", [VECTOR[:-1] + "4", VECTOR[:-8], VECTOR[:50], "000201", "000201xx", VECTOR + "99"])
def test_a_damaged_payment_is_still_one(text):
    assert read(text).crc_ok is False


@pytest.mark.parametrize("amount", ["1E9", "-1", "abc", "٣", "1" * 20])
def test_an_amount_that_is_none_is_left_out(amount):
    assert read(vietqr(field("54", amount))).amount is None


def test_other_schemes_are_named():
    merchant = field("00", "A000000775") + field("01", "0106913377")
    assert read(emv(field("26", merchant))).shown == "VNPay · ••••3377"
    other = read(emv(field("29", field("00", "A000000677010111")), field("53", "764")))
    assert (other.system, other.currency) == ("EMVCo", "THB")
    assert read(emv(field("53", "999"))).currency == "999"
    assert read(vietqr(bank="970999")).shown == "VietQR · 970999 · ••••2418"


def test_lengths_counted_in_bytes_are_understood():
    name = "NEM BÙI"
    code = read(emv(f"59{len(name.encode()):02}{name}", field("60", "BAC NINH")))
    assert (code.merchant, code.city, code.crc_ok) == (name, "BAC NINH", True)
    assert read(emv(field("59", name), field("60", "X"))).merchant == name
    assert read("00020159" + "99" + name).merchant == ""


def test_momos_own_code():
    code = read("2|99|0912345678|NGUYEN VAN A||0|0|50000|mua nem|transfer_myqr")
    assert (code.system, code.account_masked, code.merchant) == ("MoMo", "••••5678", "NGUYEN VAN A")
    assert (code.amount, code.purpose, code.crc_ok) == (Decimal(50000), "mua nem", None)
    assert read("2|99|0912345678|").amount is None


def test_the_confirmed_account_matches_whole_or_not_at_all():
    code = read(VECTOR)
    for same in (
        "VietinBank 113366668888",
        "970415 1133 6666 8888",
        "Agribank 2600205123456; vietinbank 1133.6666.8888",
    ):
        assert code.goes_to(same)
    for other in ("", "VietinBank 8888", "VietinBank ••••8888", "113366668888", "VietinBank 113366668889"):
        assert not code.goes_to(other)
    assert not code.goes_to("Vietcombank 113366668888")
    assert not read(emv()).goes_to("VietinBank 113366668888")


def test_a_damaged_code_goes_to_nobodys_account():
    assert not read(VECTOR[:-4] + "0000").goes_to("VietinBank 113366668888")


def test_momos_own_code_is_compared_by_its_phone():
    code = read("2|99|0912345678|NGUYEN VAN A||0|0|50000|mua nem|transfer_myqr")
    assert code.goes_to("MoMo 0912 345 678")
    assert not code.goes_to("Vietcombank 0912345678")


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("VietinBank 113366668888", "VietinBank 113366668888"),
        ("Số TK: 1133 6666 8888 – Ngân hàng VIETINBANK", "VietinBank 113366668888"),
        ("970415 113366668888", "VietinBank 113366668888"),
        ("0912345678 (MB Bank)", "MB Bank 0912345678"),
        ("MB 0912345678", "MB Bank 0912345678"),
        ("mbbank 0912345678", "MB Bank 0912345678"),
        ("CAKE by VPBank 0912345678", "CAKE by VPBank 0912345678"),
        ("VPBank 123456", "VPBank 123456"),
        ("113366668888", None),  # which bank?
        ("VietinBank", None),
        ("VietinBank 12345", None),
        ("VietinBank 113366668888, Agribank 2600205123456", None),
        ("VietinBank 113366668888 hoặc 113366669999", None),
    ],
)
def test_an_account_is_a_bank_and_a_number(text, account):
    found = payment.read_account(text)
    assert (str(found) if found else None) == account


@given(st.text("0123456789", min_size=7, max_size=19))
def test_the_full_account_is_never_said(account):
    code = read(vietqr(account=account))
    assert code.goes_to(f"Vietcombank {account}")
    said = [*map(str, as_json(code).values()), repr(code), code.shown]
    assert not any(account in each for each in said)


@pytest.mark.parametrize(("account", "masked"), [("", ""), ("1", "••••"), ("123", "••••3"), ("12345678", "••••5678")])
def test_at_most_half_of_an_account_is_shown(account, masked):
    assert payment.mask(account) == masked
