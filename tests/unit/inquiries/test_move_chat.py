"""What somebody looked up and follows goes along to another chat by a one-time code; the old chat is told."""

import re

import pytest

from handlers.actions import Verb
from handlers.phrases import speech
from tests.town import Someone, Town
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases
say = speech("vi")


async def code_of(one: Someone) -> str:
    """The line that is to be typed in the other chat."""
    assert say("Give me the code") in await one("chuyển sang Zalo")
    given = await one.tap(say("Give me the code"))
    return next(line for line in given.splitlines() if re.fullmatch(r"chuyển [A-Z0-9]{5}-[A-Z0-9]{5}", line))


async def test_history_and_follows_go_along_and_the_old_chat_hears_of_it(town: Town, folk: Folk) -> None:
    old, new = town.someone("telegram", "old"), town.someone("zalo_oa", "new")
    for key in ("nem-1", "nem-2"):
        await old.does(Verb.PRODUCT, key)
        await old.does(Verb.FOLLOW, f"p {key}")
    await new.does(Verb.FOLLOW, "p nem-1")
    typed = await code_of(old)
    assert "Telegram" in await new(typed)
    assert await town.store.moves.count(old.address) == (2, 2, 0), "asked first"
    await new.tap(say("Yes, bring it here"))
    await town.post()
    assert await town.store.moves.count(new.address) == (2, 2, 0)
    assert await town.store.moves.count(old.address) == (0, 0, 0)
    assert "Zalo" in old.last
    assert "Nem chua 2" in await new("đã xem")
    refused = say("This code is not valid, or not any more: it works once, for 10 minutes. Ask for a new one.")
    assert await folk.eve(typed) == refused, "it works once"


async def test_a_code_ends_and_cannot_be_guessed(town: Town, folk: Folk) -> None:
    await folk.lan.does(Verb.PRODUCT, "nem-1")
    typed = await code_of(folk.lan)
    assert await folk.lan(typed) == say("Type this code in the other chat, not here.")
    await town.later(601)
    refused = say("This code is not valid, or not any more: it works once, for 10 minutes. Ask for a new one.")
    assert await folk.eve(typed) == refused
    for _ in range(4):
        assert await folk.eve("chuyển ABCDE-FGHJK") == refused
    typed = await code_of(folk.lan)
    assert await folk.eve(typed) == say("Too many wrong codes. Please try again in an hour.")


async def test_who_has_nothing_gets_no_code(town: Town, folk: Folk) -> None:
    said = await folk.lan("chuyển sang telegram")
    assert said == say("There is nothing to take along yet: you have looked up nothing and follow nothing here.")
