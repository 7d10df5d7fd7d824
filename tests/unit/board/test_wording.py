"""What roles, deeds and browsers are called."""

import pytest

from bot.board.devices import device_words
from catalog.audit import Deed
from catalog.officers import OfficerRole
from catalog.places import Places
from handlers.board import wording
from handlers.phrases import languages, speech
from tests.unit.test_officers import ALL, TODAY


@pytest.mark.parametrize("language", languages())
def test_every_role_and_deed_has_words_of_its_own(language: str) -> None:
    say = speech(language)
    assert set(wording.deed_names(say)) == set(Deed)
    assert len({wording.role_name(role, say) for role in OfficerRole}) == len(OfficerRole)
    assert wording.deed_name("of_a_newer_version", say) == "of_a_newer_version"


def test_a_scope_is_a_commune_a_producer_or_everything() -> None:
    places, say = Places.load_shipped(), speech("vi")
    named = [wording.scope_name(ALL[role], places, say) for role in OfficerRole]
    assert named == ["toàn tỉnh", "Xã Nhân Thắng", "htx-nem", "toàn tỉnh", "Xã Nhân Thắng", "toàn tỉnh"]
    assert wording.day(TODAY) == "27/11/2026"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120 Chrome/114 Safari/537.36", "Cốc Cốc · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130", "Edge · Windows"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_known_again_by_its_owner(header: str, words: str) -> None:
    assert device_words(header) == words
