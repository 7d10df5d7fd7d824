"""Cards, calls, places, networks, diaries and identity cards."""

import pytest

from catalog.codes import (
    Calendar,
    CitizenId,
    ContactCard,
    Geo,
    JustText,
    MailLink,
    Phone,
    Sms,
    Wifi,
    as_json,
    classify,
    phone_number,
    phone_numbers,
    trace_key,
)


def test_a_vcard():
    text = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Bùi;Nem\r\nFN:Nem Bùi\r\nORG:HTX Ninh Xá;\r\n"
        "item1.TEL;TYPE=cell:+84 912 345 678\r\nTEL;VALUE=uri:tel:0222-3-821-234\r\nTEL:0912345678\r\n"
        "EMAIL:nem@\r\n bui.vn\r\nURL:x\r\nEND:VCARD"
    )
    code = classify(text)
    assert code == ContactCard("Nem Bùi", "HTX Ninh Xá", ("0912345678", "02223821234"), ("nem@bui.vn",))
    assert code.shown == "Nem Bùi · HTX Ninh Xá · 0912345678"
    assert classify("BEGIN:VCARD\nN:Kennedy;Steve\nTEL:+44 (0)7775 755503\n") == ContactCard(
        "Steve Kennedy", phones=("+447775755503",)
    )


def test_mecard_and_bizcard():
    assert classify("MECARD:N:Bùi,Nem;TEL:0912345678;TEL:;EMAIL:a@b.vn;ORG:H\\;TX;;") == ContactCard(
        "Nem Bùi", "H;TX", ("0912345678",), ("a@b.vn",)
    )
    assert classify("BIZCARD:N:Todd;X:Ogasawara;C:Views;E:e@x.com;B:+15551234567;;") == ContactCard(
        "Todd Ogasawara", "Views", ("+15551234567",), ("e@x.com",)
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("tel:+84912345678", "0912345678"),
        ("TEL:0222%203821234", "02223821234"),
        ("tel:+1-555-123-4567;ext=1", "+15551234567"),
        ("0912 345 678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("+66 2 123 4567", "+6621234567"),
        ("0222 3821234", "02223821234"),
        ("1900 1234", "19001234"),
        ("18001234", "18001234"),
    ],
)
def test_a_telephone_number(text, number):
    code = classify(text)
    assert code == Phone(number)
    assert code.shown == number
    assert code.key == ""


def test_digits_under_bars_are_no_telephone():
    assert classify("0912345678", format="Code128").kind == "plain_code"


@pytest.mark.parametrize(("text", "spelled"), [("84912345678", "0912345678"), ("+", ""), ("", ""), ("+1 2", "+12")])
def test_a_number_is_spelled_one_way(text, spelled):
    assert phone_number(text) == spelled


@pytest.mark.parametrize(
    ("text", "sms"),
    [
        ("smsto:8785:MO NEM", Sms("8785", "MO NEM", premium=True)),
        ("SMS:1900123456?body=x%20y&z=1", Sms("1900123456", "x y", premium=True)),
        ("sms:+84912345678", Sms("0912345678")),
        ("sms:0912345678?x", Sms("0912345678")),
    ],
)
def test_a_message_ready_to_send(text, sms):
    code = classify(text)
    assert code == sms
    assert code.shown == sms.number


@pytest.mark.parametrize(
    ("text", "mail"),
    [
        ("mailto:a@b.vn?subject=H%E1%BB%8Fi&body=x", MailLink("a@b.vn", "Hỏi")),
        ("MAILTO:name@myemail.com", MailLink("name@myemail.com")),
        ("MATMSG:TO:a@b.vn;SUB:Hỏi;BODY:x;;", MailLink("a@b.vn", "Hỏi")),
        ("htx.nembui@gmail.com", MailLink("htx.nembui@gmail.com")),
    ],
)
def test_a_mail_address(text, mail):
    code = classify(text)
    assert code == mail
    assert code.shown == mail.address


def test_a_place():
    assert classify("geo:21.1861,106.0763?q=nem") == Geo(21.1861, 106.0763)
    assert classify("GEO:21,106").shown == "21.00000, 106.00000"
    assert classify("geo:91,106").kind == "just_text"


def test_wifi_never_says_its_password():
    code = classify("WIFI:S:Nh\\;à;T:WPA;P:bi mat;;")
    assert code == Wifi("Nh;à", "WPA")
    assert "bi mat" not in f"{code!r}{as_json(code)}"
    assert code.shown == "Nh;à"
    assert code.key == ""


def test_a_diary():
    text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY;LANGUAGE=vi:Hội chợ OCOP\nDTSTART:20261231T080000\nEND:VEVENT"
    assert classify(text) == Calendar("Hội chợ OCOP", "20261231T080000")
    assert classify("BEGIN:VEVENT").shown == ""


@pytest.mark.parametrize(
    "text",
    [
        "079201001234|123456789|NGUYỄN VĂN A|01011990|Nam|Ninh Xá|01012021",
        "\ufeff 079201001234 |x",
        "123456789|NGUYỄN VĂN A|01011990",
        "IDVNM2010012341079201001234<<8",
        "027099001235",
    ],
)
def test_an_identity_card_carries_no_data(text):
    code = classify(text)
    assert code == CitizenId()
    assert as_json(code) == {"kind": "citizen_id", "shown": "", "key": ""}
    assert repr(code) == "CitizenId()"
    assert trace_key(text) == ""


@pytest.mark.parametrize(
    ("text", "key", "shown"),
    [
        ("Nem  bùi", "NEM BÙI", "Nem bùi"),
        ("Nem bu\u0300i", "NEM BÙI", "Nem bùi"),
        ("Nem\u202e bùi", "", "Nem bùi"),
        ("Nem\nbùi", "NEM BÙI", "Nem bùi"),
        ("", "", ""),
        ("nem " * 100, "", ("nem " * 100)[:119] + "…"),
        ("ạ" * 100, "", "ạ" * 100),
    ],
)
def test_words_are_shown_safely(text, key, shown):
    code = classify(text)
    assert isinstance(code, JustText)
    assert (code.key, code.shown) == (key, shown)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0222 3812 345 ext 12", ("02223812345",)),
        ("0222.381.2345 (máy lẻ 12)", ("02223812345",)),
        ("0222 381 2345 x104", ("02223812345",)),
        ("0222 3812345 số nhánh: 7", ("02223812345",)),
        ("0222 3812345 # 12", ("02223812345",)),
        ("tel:+84-222-381-2345;ext=12", ("02223812345",)),
        ("0912345678/0987654321", ("0912345678", "0987654321")),
        ("0912 345 678 - 0987 654 321", ("0912345678", "0987654321")),
        ("0912345678-0987654321", ("0912345678", "0987654321")),
        ("0912345678 0987654321", ("0912345678", "0987654321")),
        ("0912.345.678 hoặc 0987.654.321", ("0912345678", "0987654321")),
        ("+84912345678 +84987654321", ("0912345678", "0987654321")),
        ("0222 3812345/6", ("02223812345",)),
        ("0912 345 678; 0222 3812345 ext 3", ("0912345678", "02223812345")),
        ("+84 (0) 912 345 678", ("0912345678",)),
        ("+84(0)912345678", ("0912345678",)),
        ("0084 912 345 678", ("0912345678",)),
        ("0084 (0)222 381 2345", ("02223812345",)),
        ("+84 0912 345 678", ("0912345678",)),
        ("0044 20 7946 0018", ("+442079460018",)),
        ("1900 1234", ("19001234",)),
        ("0912345678 0912345678", ("0912345678",)),
        ("0912345678098765432112345", ("0912345678098765432112345",)),
        ("", ()),
    ],
)
def test_numbers_stand_apart_and_without_what_is_dialled_after_them(text, numbers):
    assert phone_numbers(text) == numbers
    assert classify(f"BEGIN:VCARD\nFN:A\nTEL:{text}\nEND:VCARD").phones == tuple(
        each[:19] + "…" if len(each) > 20 else each for each in numbers
    )


def test_a_card_in_quoted_printable():
    text = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4E=67=75=79=E1=BB=85=6E;=54=68=\r\n"
        "=E1=BB=AD;;;\r\nORG;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:HTX =\r\nNem=20B=C3=B9i=\r\n\r\n"
        "TEL;CELL:0912345678\r\nEND:VCARD"
    )
    assert classify(text) == ContactCard("Thử Nguyễn", "HTX Nem Bùi", ("0912345678",))


def test_a_card_in_quoted_printable_of_an_unknown_alphabet_is_still_read():
    text = "BEGIN:VCARD\nFN;CHARSET=X-NONE;QUOTED-PRINTABLE:B=C3=B9i\nEND:VCARD"
    assert classify(text).name == "Bùi"


def test_a_card_with_a_blank_before_each_line_and_one_that_is_folded():
    assert classify("BEGIN:VCARD \r\n VERSION:3.0 \r\n FN:Cơ sở Nem \r\n TEL:0912345678 \r\n END:VCARD") == ContactCard(
        "Cơ sở Nem", phones=("0912345678",)
    )
    assert classify("BEGIN:VCARD\nFN:Cơ sở\n  Nem\n\tBùi\nitem1.TEL:0912345678\nEND:VCARD").name == "Cơ sở NemBùi"
    # Folded behind a blank, which stands between two words.
    assert classify("BEGIN:VCARD\r\nFN:HTX Nông \r\n nghiệp\r\nTEL:0912345678\r\nEND:VCARD").name == "HTX Nông nghiệp"


def test_a_cards_name_in_base64_and_in_parts():
    packed = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=BASE64:Q8ahIHPhu58=\nTEL:0912345678\nEND:VCARD"
    assert classify(packed).name == "Cơ sở"
    broken = "BEGIN:VCARD\nFN;ENCODING=B:Q8ahI*\nN:Nguyễn;Văn;A;Ông;\nTEL:0912345678\nEND:VCARD"
    assert classify(broken).name == "Ông Văn A Nguyễn"
