"""What is said of an officer: the role, the commune of today or of before, the end, and whom a name means."""

from datetime import date

import pytest

from catalog.officers import Grant, Officer, OfficerRole
from catalog.places import Places
from handlers.board.read_grants import BadGrant, find_commune, find_officer, read_grant
from handlers.own_codes import format_code, sign_in_link
from handlers.phrases import speech

PLACES, TODAY, SAY = Places.load_shipped(), date(2026, 11, 27), speech("en")


def read(role: str, *, commune: str = "", until: str = "") -> Grant:
    return read_grant(role, commune=commune, until=until, today=TODAY, places=PLACES, say=SAY)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Gia Bình", "Gia Bình"),
        ("xã gia binh", "Gia Bình"),
        ("Xã Đại Bái", "Gia Bình"),
        ("Từ Sơn", "Từ Sơn"),
        ("phuong Chũ", "Chũ"),
        ("09475", "Nhân Thắng"),
        ("Đình Bảng", "Từ Sơn"),
    ],
)
def test_a_commune_is_named_as_it_is_now_or_was(words: str, name: str) -> None:
    assert find_commune(words, places=PLACES, say=SAY).name == name


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("huyện Yên Dũng", "several communes: Phường Yên Dũng (07681); "),
        ("Hà Nội", "There is no commune Hà Nội"),
        ("00000", "There is no commune"),
    ],
)
def test_a_district_or_nothing_known_is_no_commune(words: str, told: str) -> None:
    with pytest.raises(BadGrant) as refused:
        find_commune(words, places=PLACES, say=SAY)
    assert told in str(refused.value)


def test_a_role_is_read_with_its_commune_and_its_last_day() -> None:
    assert read("province") == Grant(OfficerRole.PROVINCE, TODAY)
    assert read(" Commune ", commune="Nhân Thắng") == Grant(OfficerRole.COMMUNE, TODAY, commune="09475")
    ends = date(2027, 12, 31)
    assert read("viewer", until="31/12/2027") == Grant(OfficerRole.VIEWER, TODAY, ends)
    assert read("inspector", commune="09475", until="2027-12-31") == Grant(OfficerRole.INSPECTOR, TODAY, ends, "09475")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"role": "king"}, "There is no role king; there are: province, commune, viewer, inspector, organiser."),
        ({"role": "producer"}, "There is no role producer"),
        ({"role": "commune"}, "Which commune?"),
        ({"role": "province", "commune": "Nhân Thắng"}, "reaches every commune"),
        ({"role": "inspector"}, "Until when?"),
        ({"role": "viewer", "until": "26/11/2026"}, "has passed already"),
        ({"role": "viewer", "until": "12/2027"}, "12/2027 is no day"),
        ({"role": "viewer", "until": "31/02/2027"}, "is no day"),
        ({"role": "viewer", "until": "mai"}, "mai is no day"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(said: dict[str, str], told: str) -> None:
    with pytest.raises(BadGrant) as refused:
        read(**said)
    assert told in str(refused.value)


def test_a_name_means_who_has_access_or_else_asks_for_a_number() -> None:
    officers = [
        Officer(1, "Nguyễn Thị Lan", 0.0, ended_at=5.0),
        Officer(2, "Nguyễn Thị Lan", 0.0),
        Officer(3, "Trần Bình", 0.0),
        Officer(4, "Trần Bình", 0.0),
    ]
    assert find_officer("nguyen thi lan", officers, say=SAY).number == 2
    assert find_officer("1", officers, say=SAY).number == 1
    for words, told in (("Trần Bình", "say a number (3, 4)"), ("Lan", "There is no officer"), ("9", "no officer 9")):
        with pytest.raises(BadGrant) as refused:
            find_officer(words, officers, say=SAY)
        assert told in str(refused.value)


def test_a_code_is_spelled_in_fours() -> None:
    assert format_code("ABCDEFGHJKLM") == "ABCD-EFGH-JKLM"
    assert sign_in_link("ABCDEFGHJKLM", "https://ocop.test") == "https://ocop.test/board/sign-in/ABCDEFGHJKLM"
