"""What a cell may say of people: phones, addresses of the web, names and accounts, and how it is taken."""

import pytest

from catalog.cells import contacts
from catalog.cells.problems import CellRefused
from catalog.fields import BY_NAME


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("0912345678", ("+84912345678",)),
        (912345678.0, ("+84912345678",)),
        ("0222.3.822.333; 0912 345 678", ("+842223822333", "+84912345678")),
        ("0912345678/0987654321", ("+84912345678", "+84987654321")),
        ("0912345678 - 0987654321", ("+84912345678", "+84987654321")),
        ("0912345678 hoặc 0987654321", ("+84912345678", "+84987654321")),
        ("ĐT: 0912-345-678 (Mr. Hà)", ("+84912345678",)),
        ("(0222) 3822333 - chị Lan", ("+842223822333",)),
        ("+84 912 345 678\n0912345678", ("+84912345678",)),
        ("84912345678", ("+84912345678",)),
        ("1900 1234", ("19001234",)),
        ("1800 588 890", ("1800588890",)),
        ("+1 650 253 0000", ("+16502530000",)),
        ("0992518497", ("+84992518497",)),
        ("không", ()),
        ("", ()),
    ],
)
def test_phones(cell, phones):
    assert contacts.phones(cell) == phones


@pytest.mark.parametrize("cell", ["12", "0912ABCDEF", "chị Lan", "00000000000", "0222 123", "9" * 501])
def test_what_is_no_phone_is_refused(cell):
    with pytest.raises(CellRefused):
        contacts.phones(cell)


def test_an_old_mobile_number_is_refused_with_its_new_head():
    with pytest.raises(CellRefused, match="0381234567"):
        contacts.phones("01681234567")


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (contacts.email, "Lien.He@Example.VN", "lien.he@example.vn"),
        (contacts.email, "chưa có", ""),
        (contacts.website, "ocop.vn", "https://ocop.vn"),
        (contacts.website, "ocop.vn:8080/a", "https://ocop.vn:8080/a"),
        (contacts.website, "http://nông-sản.vn/a?b=1", "http://nông-sản.vn/a?b=1"),
        (contacts.website, "https://xn--nng-sn-8ta.xn--vnd-abc/", "https://xn--nng-sn-8ta.xn--vnd-abc/"),
        (contacts.website, "không", ""),
        (contacts.buy, "Chợ Lim;Shopee\nChợ Lim", "Chợ Lim; Shopee"),
        (contacts.aliases, "Nem bùi; nem chạo\nnem bùi", ("Nem bùi", "nem chạo", "nem bùi")),
        (contacts.traces, "https://a.vn/x;jsessionid=1\n", ("https://a.vn/x;jsessionid=1",)),
        (contacts.traces, "A-1; A-2", ("A-1", "A-2")),
        (contacts.images, "https://a.vn/1.png; anh/nem.JPG", ("https://a.vn/1.png", "anh/nem.JPG")),
        (contacts.producer, " HTX  Nem ", "HTX Nem"),
        (contacts.producer, "-", "Chưa rõ"),
        (BY_NAME["id"].read, 12.0, "12"),
        (BY_NAME["id"].read, " SP-01 ", "SP-01"),
    ],
)
def test_contacts_and_names(read, cell, value):
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell"),
    [
        (contacts.email, "a@b"),
        (contacts.email, "a..b@example.vn"),
        (contacts.email, "a@x.vn; b"),
        (contacts.email, "a,b@x.vn"),
        (contacts.website, "javascript:alert(1)"),
        (contacts.website, "ocop"),
        (contacts.website, "a.vn; b.vn"),
        (contacts.website, "https://bank.vn@evil.vn"),
        (contacts.website, "https://[::1"),
        (contacts.website, "https://a.vn:99999999"),
        (contacts.images, "file:///etc/passwd.png"),
        (contacts.images, "../../secret.png"),
        (contacts.images, "C:\\anh.png"),
        (contacts.images, "/etc/a.png"),
        (contacts.images, "ảnh đẹp"),
        (contacts.traces, "x" * 2001),
        (BY_NAME["id"].read, "x" * 65),
    ],
)
def test_what_cannot_be_taken_is_refused(read, cell):
    with pytest.raises(CellRefused):
        read(cell)


@pytest.mark.parametrize(
    ("cell", "accounts"),
    [
        ("", ""),
        ("VietinBank 1133 6666 8888", "VietinBank 113366668888"),
        ("STK 2600205123456 Agribank; MoMo: 0912345678", "Agribank 2600205123456; MoMo 0912345678"),
        ("970415 113366668888", "VietinBank 113366668888"),
    ],
)
def test_accounts_are_a_bank_and_a_number_each(cell, accounts):
    assert contacts.accounts(cell) == accounts
    assert contacts.accounts(accounts) == accounts


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("113366668888", "phải có tên một ngân hàng"),
        ("VietinBank", "phải có tên một ngân hàng"),
        ("VietinBank 1.13367E+11", "Excel đã làm tròn"),
        ("Agribank 2600205123456; 113366668888", "phải có tên một ngân hàng"),
    ],
)
def test_an_account_without_bank_or_number_is_refused(cell, reason):
    with pytest.raises(CellRefused, match=reason):
        contacts.accounts(cell)
