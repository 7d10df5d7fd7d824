"""A code inside what someone types: between words, in brackets, twice, with a label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.codes import Gtin, find_mentions, is_certain, without_codes

GTIN = "8938505974194"
AROUND = (
    "{} là của ai", "mã vạch {} là của ai", "cho hỏi {} có ocop không ạ", "barcode {}", "barcode: {}", "{} - Nem",
    "Nem bùi {}", "({})", "[{}]", "«{}»", "“{}”", "<{}>", "{}\n{}", "{} {}", "{}, {}", "Mã: {}", "ma {} la gi",
    "Barcode: {} (EAN / EAN-13)", "mã số:{}", "\u200b{}\u200b", "{}.", "Tôi quét được {}!",
)  # fmt: skip


def keys(text: str) -> list[str]:
    return [code.key for code in find_mentions(text)]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize(
    ("code", "key"),
    [
        (GTIN, "0" + GTIN),
        ("8 938505 974194", "0" + GTIN),
        ("8-938505-974194", "0" + GTIN),
        ("09506000134352", "09506000134352"),
        ("(01)09506000134352(10)ABC(17)261231", "09506000134352"),
        ("0109506000134352<GS>10ABC", "09506000134352"),
        ("0109506000134352\x1d10ABC", "09506000134352"),
        ("010950600013435210ABC", "09506000134352"),
        ("TXNG-000123", "TXNG-000123"),
        ("TXNG–000123", "TXNG-000123"),
        ("BN-24-0077", "BN-24-0077"),
        ("OCOP-BN-0123", "OCOP-BN-0123"),
        ("12/GCN-OCOP-BN", "12/GCN-OCOP-BN"),
        ("2107/QĐ-UBND", "2107/QĐ-UBND"),
        ("2107/QÐ-UBND", "2107/QĐ-UBND"),
        ("https://check.bacninh.gov.vn/p/abc123", "check.bacninh.gov.vn/p/abc123"),
        ("check.bacninh.gov.vn/p/abc123", "check.bacninh.gov.vn/p/abc123"),
        ("https://id.gs1.org/01/09506000134352/10/ABC", "09506000134352"),
    ],
)
def test_a_code_is_found_whatever_stands_around_it(around, code, key):
    assert key in keys(around.replace("{}", code))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("８９３８５０５９７４１９４ là gì", "0" + GTIN),
        ("8938505\u200b974194", "0" + GTIN),
        (GTIN + GTIN, "0" + GTIN),
        ("TXNG-000123TXNG-000123", "TXNG-000123"),
        ("GTIN: 09506000134352 LOT: ABC EXP: 25-12-31", "09506000134352"),
        ("mã TXNG 000123", "TXNG-000123"),
        ("mã TXNG000123", "TXNG-000123"),
        ("mã TXNG – 000123 ạ", "TXNG-000123"),
        ("tem TXNG/000123", "TXNG-000123"),
        ("mã010950600013435210ABC", "09506000134352"),
        ("^0109506000134352^10ABC", "09506000134352"),
        ("]C1010950600013435210ABC là gì", "09506000134352"),
        ("[01]09506000134352[10]ABC", "09506000134352"),
        ("01 09506000134352 10 ABC", "09506000134352"),
        ("EAN8938505974194", "0" + GTIN),
        ("#8938505974194", "0" + GTIN),
        ("mã vạch 893 850 597 4194", "0" + GTIN),
        ("𝟖𝟗𝟑𝟖𝟓𝟎𝟓𝟗𝟕𝟒𝟏𝟗𝟒", "0" + GTIN),
        ("xem 96385074 giúp", "00000096385074"),
        ("mã TXNG 000123", "TXNG000123"),
        ("tem số 123456 của nhà nào", "123456"),
        ("giấy chứng nhận số BN-77/2024 là của ai", "BN-77/2024"),
        ("ocop bn 77", "OCOP-BN-77"),
        ("chứng nhận 12 / GCN - OCOP của ai", "12/GCN-OCOP"),
    ],
)
def test_other_ways_to_write_one(text, key):
    assert key in keys(text)


def test_a_number_that_checks_comes_before_what_may_be_a_code():
    found = find_mentions(f"lô AB-1234, mã vạch {GTIN}")
    assert isinstance(found[0], Gtin)
    assert [is_certain(code) for code in found] == [True, False]


def test_a_misread_number_of_viet_nam_is_one_still():
    (code,) = find_mentions("mã vạch 8938505974195 là gì")
    assert isinstance(code, Gtin)
    assert not code.check_ok
    assert is_certain(code)


@pytest.mark.parametrize(
    "text",
    [
        "nem bùi", "nem bùi 500g", "rượu 29 độ 1,5l", "mật ong 2024", "gọi 0912 345 678", "0912345678",
        "+84 912 345 678", "ngày 20/12/2025 10:30", "bánh gai số 1", "2 hộp 12x250ml", "3 sao", "65.000đ",
        "từ 10 đến 20", "căn cước 001099012345",
        "sản phẩm ocop", "a-18", "1234567", "", "。", "(02223) 812 345",
    ],
)  # fmt: skip
def test_names_sizes_dates_and_phones_are_no_codes(text):
    assert find_mentions(text) == ()


def test_an_endless_text_is_read_to_a_point():
    assert find_mentions("TXNG-000123 " * 5000)[0].key == "TXNG-000123"
    assert len(find_mentions(" ".join(f"AB-{number:04}" for number in range(500)))) == 8


@pytest.mark.parametrize("end", ["k", "đ", "kg", "_", "x9"])
@pytest.mark.parametrize("between", ["", " ", ".", "-", ". "])
def test_endless_digits_before_letters_are_read_at_once(end, between):
    """Were there two ways to part the digits into groups, a letter behind them would let all be tried."""
    text = f"giá mật ong {between.join('9' * 400)}{end}"
    assert not [code for code in find_mentions(text) if is_certain(code)]
    assert "mật ong" in without_codes(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"mã vạch {GTIN} là của ai", "của ai"),
        (f"Nem bùi {GTIN}", "Nem bùi"),
        (f"{GTIN} - Nem bùi 500g", "Nem bùi 500g"),
        ("nem 8 938505 974194", "nem"),
        ("Mã: (01)09506000134352(10)ABC tương", "tương"),
        ("https://check.bacninh.gov.vn/p/abc123 là gì", "gì"),
        (GTIN, ""),
    ],
)
def test_the_words_around_a_code(text, words):
    assert without_codes(text) == words


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    for code in find_mentions(text):
        assert code.key is not None
    assert isinstance(without_codes(text), str)


@given(st.text("0123456789 .-()/<GS>AB:", max_size=400))
def test_no_heap_of_digits_breaks_it(text):
    assert len(find_mentions(text)) <= 8
