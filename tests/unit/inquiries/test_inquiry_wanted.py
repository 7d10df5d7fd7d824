"""What someone says that is not found is kept only where it can be a product's name, and never of an open matter."""

import sqlite3

import pytest

from catalog.store import UnmetQuery
from handlers.actions import Verb
from handlers.own_codes import new_code
from tests.town import DAY, Town
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases


async def wished(town: Town, name: str = "Lan") -> list[str]:
    return [shown for shown, _ in await town.store.unmet.of_person(town.someone("web", name).address)]


@pytest.mark.parametrize(
    "words",
    [
        "số 12 ngõ 5 phường Ninh Xá", "giao nem đến nhà em nhé", "0912 345 678", "em báo giá chị Hoa 120k một hộp",
        "Nguyễn Thị Lan", "mẹ em bị bệnh tiểu đường", "https://drive.example/d/abc?key=1", "lan@example.vn",
        "001099012345", "#5M2YJKXR",
    ],
)  # fmt: skip
@pytest.mark.only_sqlite
async def test_private_words_are_kept_nowhere(town: Town, words: str) -> None:
    lan = town.someone("web", "Lan")
    await lan(words)
    assert await wished(town) == []
    with sqlite3.connect(town.file) as file:
        assert file.execute("SELECT count(*) FROM unmet_queries").fetchone() == (0,)
    file.close()


async def test_an_invitation_is_kept_nowhere(town: Town) -> None:
    lan = town.someone("web", "Lan")
    for code in [new_code() for _ in range(20)] + ["ABCDEFGHJKLM"]:
        await lan(code)
        await lan(code.lower())
    assert await wished(town) == []


async def test_a_name_is_kept_for_who_has_no_matter_open(town: Town, folk: Folk) -> None:
    lan = town.someone("web", "Lan")
    await lan("xoài cát hòa lộc")
    assert await wished(town) == ["xoài cát hòa lộc"]


async def test_nothing_said_while_an_inquiry_is_written_is_kept(town: Town, folk: Folk) -> None:
    lan = town.someone("web", "Lan")
    await lan("/ask nem-1")
    await lan("/kind question nem-1")
    await lan("Nem để được bao lâu?")
    await lan("xoài cát hòa lộc")
    assert await wished(town) == []


async def test_nothing_said_while_an_inquiry_is_open_is_kept(town: Town, folk: Folk) -> None:
    lan = town.someone("web", "Lan")
    ref = await lan.asks("Nem để được bao lâu?")
    await town.later(2 * DAY)
    await lan("xoài cát hòa lộc")
    assert await wished(town) == []
    await lan(f"/close {ref}")
    await lan("xoài cát hòa lộc")
    assert await wished(town) == ["xoài cát hòa lộc"]


async def test_a_producers_words_are_kept_nowhere(town: Town, folk: Folk) -> None:
    await folk.ba("xoài cát hòa lộc")
    assert await town.store.unmet.of_person(folk.ba.address) == []


async def test_an_officer_sees_what_three_people_want(town: Town, folk: Folk) -> None:
    for name in ("Lan", "Mai", "Nga"):
        await town.someone("web", name)("xoài cát hòa lộc")
    assert await town.store.unmet.list_wanted("name") == [UnmetQuery("name", "xoài cát hòa lộc", 3)]


async def test_an_unknown_link_is_kept_whole_and_told_in_a_chat_so_that_nobody_taps_it(town: Town, folk: Folk) -> None:
    """Of the host alone nobody could say later which product has it."""
    for name in ("Lan", "Mai", "Nga"):
        await town.someone("web", name)("https://tem.example/abc")
    assert await town.store.unmet.list_wanted("code") == [UnmetQuery("code", "tem.example/abc", 3)]
    told = await folk.officer.does(Verb.REVIEW)
    assert "3× tem[.]example" in told
