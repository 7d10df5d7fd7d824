"""Which codes may be counted among the unknown ones of labels."""

import pytest

from catalog.codes import Surroundings, classify
from handlers.catalogue import unmet
from handlers.inquiries import personal_data
from handlers.own_codes import inquiry_in, invitation_in, is_own

OURS = Surroundings(frozenset({"ocop.test"}))


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("https://check.bacninh.gov.vn/t/NEU", True),
        ("https://bit.ly/abc", True),
        ("8938505974194", True),
        ("08938505974194", True),
        ("https://nembui.vn/san-pham/nem", True),
        ("TXNG-000123", True),
        ("https://ocop.test/q/geheim", False),
        ("https://drive.example/d/abc?key=1", False),
        ("https://example.vn/0912345678", False),
        ("https://example.vn/" + "a" * 90, False),
        ("036000291452", False),
        ("2000000000008", False),
        ("OCOP-BN-0123", False),
        ("ABCD2345", False),
        ("ABCDEFGH2345", False),
        ("12345678901234567", False),
        ("a1@b2", False),
        ("0912345678", False),
        ("001099012345", False),
    ],
)
def test_only_a_labels_code_is_counted(text: str, counted: bool) -> None:  # noqa: FBT001 - from a table
    assert unmet._is_labels(classify(text, ours=OURS)) is counted


@pytest.mark.parametrize("code", ["ABCDEFGH2345", "abcd-efgh-2345", "ABCD EFGH 2345", "#5M2YJKXR", "5m2yjkxr"])
def test_our_own_codes_are_known_by_their_look(code: str) -> None:
    assert is_own(code)


@pytest.mark.parametrize("code", ["TXNG-000123", "ABCDEFGH0123", "8938505974194", "", "nem bùi"])
def test_others_are_not(code: str) -> None:
    assert not is_own(code)
    assert invitation_in(code) == inquiry_in(code) == ""


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"content": {"body": "nem bùi"}}', "nem bùi"),
        ('{"content": {"action": {"verb": "p", "subject": "nem"}}}', "[p nem]"),
        ('{"content": {"action": {"verb": "groups", "subject": ""}}}', "[groups]"),
        ('{"content": {"latitude": 21.0, "longitude": 106.0}}', "[21.0, 106.0]"),
        ('{"content": {"photos": [{"caption": "tem"}, {"caption": ""}]}}', "[photo; tem]"),
        ('{"content": {"image": "", "caption": "tem"}}', "[photo; tem]"),
        ('{"content": {"phone": "+84912345678", "own": true}}', "[+84912345678]"),
        ('{"content": {"kind": "sticker"}}', "[sticker]"),
        ("", "[]"),
    ],
)
def test_what_somebody_sent_is_told_in_words(body: str, words: str) -> None:
    assert personal_data.incoming_words(body) == words


def test_what_we_said_is_told_with_its_products() -> None:
    answer = '{"text": "Ý bạn là…", "warnings": ["Coi chừng"], "cards": [{"title": "Nem"}, {"title": "Tương"}]}'
    assert personal_data.reply_words(answer) == "Coi chừng\nÝ bạn là…\nNem · Tương"
    assert personal_data.reply_words(None) == ""
