"""Fairs on both engines: entered, changed, called off, booths, each told in the audit; who is reminded."""

from dataclasses import replace
from datetime import date

import pytest

from catalog.audit import Deed
from catalog.errors import NotFound
from catalog.fairs.calendar import shipped_fairs
from catalog.fairs.figures import GateCount, sum_gate
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.store import Store
from tests.fairs import LAN, SPRING, give_booth, hold

AN = Address("zalo", "an")


async def deeds(store: Store) -> list[tuple[str, str]]:
    return [(row.entry.deed, row.entry.subject) async for row in store.audit.every_row()]


async def test_a_new_catalogue_has_the_shipped_fairs(store: Store) -> None:
    found = await store.fairs.list_all()
    assert [each.key for each in found] == [each.key for each in sorted(shipped_fairs(), key=lambda one: one.starts)]
    assert await store.fairs.by_key("ocop-bac-ninh-2022") == shipped_fairs()[0]
    with pytest.raises(NotFound):
        await store.fairs.by_key("nothing")


async def test_a_fair_is_entered_changed_called_off_and_held_again(store: Store) -> None:
    fair = await hold(store)
    kept = await store.fairs.by_key(SPRING.key)
    assert replace(kept, changed_at=0.0) == SPRING
    moved = await store.fairs.change(replace(kept, venue="Quảng trường 3/2"), by=LAN)
    off = await store.fairs.change(replace(moved, cancelled_at=9.0, cancelled_why="bão"), by=LAN, reason="bão")
    assert (await store.fairs.by_key(fair.key)).is_cancelled
    await store.fairs.change(replace(off, cancelled_at=None, cancelled_why=""), by=LAN)
    await store.fairs.change(await store.fairs.by_key(fair.key), by=LAN)
    subject = f"fair {fair.key}"
    assert await deeds(store) == [
        (Deed.FAIR_ENTERED, subject), (Deed.BOOTHS_ADDED, subject), (Deed.FAIR_CHANGED, subject),
        (Deed.FAIR_CANCELLED, subject), (Deed.FAIR_RESTORED, subject),
    ], "what changes nothing is told nowhere"  # fmt: skip


async def test_a_shipped_fair_is_changed_as_a_copy_of_its_own(store: Store) -> None:
    first = shipped_fairs()[0]
    await store.fairs.change(replace(first, organiser="Sở CT"), by=LAN)
    assert (await store.fairs.by_key(first.key)).organiser == "Sở CT"
    assert len(await store.fairs.list_all()) == len(shipped_fairs())
    assert await store.fairs.add_booths(shipped_fairs()[1], "", ["A1"], by=LAN) == 1
    assert len(await store.fairs.list_all()) == len(shipped_fairs())


async def test_booths_are_made_once_given_and_taken_away(store: Store) -> None:
    fair = await hold(store)
    assert await store.fairs.add_booths(fair, "Khác", ["A3", "B1"], by=LAN) == 1
    await give_booth(store, fair, "A2", producer="nem")
    await give_booth(store, fair, "B1", holder="Tỉnh bạn")
    await give_booth(store, fair, "B1", holder="Tỉnh bạn")
    assert await store.fairs.count_booths() == {fair.key: (4, 2)}
    booths = {each.code: each for each in await store.fairs.booths(fair.key)}
    assert (booths["A3"].zone, booths["B1"].zone) == ("Các xã", "Khác")
    assert len({each.token for each in booths.values()}) == 4
    await store.fairs.remove_booth(fair.key, booths["A1"].number, by=LAN)
    for number, key in ((booths["A1"].number, fair.key), (booths["A2"].number, "other")):
        with pytest.raises(NotFound):
            await store.fairs.booth(key, number)
    told = [deed for deed, _ in await deeds(store)]
    assert told[1:] == [*[Deed.BOOTHS_ADDED] * 2, *[Deed.BOOTH_CHANGED] * 2, Deed.BOOTH_REMOVED]


async def test_who_wants_to_be_reminded_is_kept_until_the_fair_is_over(store: Store) -> None:
    fair = await hold(store)
    notice = Notice("fair:1", AN, NoticeKind.FAIR, f"{fair.key} opens 1", due_at=5e9)
    for language in ("vi", "en"):
        await store.fairs.remind(fair.key, AN, language=language, tell=[notice])
    assert await store.fairs.list_reminded(fair.key) == [AN]
    assert await store.fairs.language_of_reminded(fair.key, AN) == "en"
    assert await store.fairs.language_of_reminded(fair.key, Address("zalo", "eve")) is None
    assert await store.fairs.forget_reminders(today=fair.ends) == 0
    await store.fairs.stop_reminding(fair.key, AN)
    assert await store.fairs.list_reminded(fair.key) == []
    await store.fairs.remind(fair.key, AN, language="vi", tell=[])
    assert await store.fairs.forget_reminders(today=date(2027, 3, 6)) == 1


async def test_what_a_gate_counted_is_typed_over_and_taken_back(store: Store) -> None:
    first, second = SPRING.starts, SPRING.ends
    for people in (1200, 12000):
        typed = [GateCount(first, people, "vé"), GateCount(second, 300, "vé")]
        await store.fair_sales.note_gate(SPRING.key, typed, by=LAN, at=5.0)
    held = await store.fair_sales.gate(SPRING.key)
    assert [(each.day, each.people, each.before) for each in held] == [(first, 12000, 1200), (second, 300, None)]
    assert sum_gate(held) == 12300
    assert SPRING.key in await store.fair_sales.fairs_with_figures()
    await store.fair_sales.take_gate_back(SPRING.key, held[0].number, by=LAN)
    await store.fair_sales.note_gate(SPRING.key, [GateCount(second, None)], by=LAN, at=6.0)
    held = await store.fair_sales.gate(SPRING.key)
    assert [(each.people, each.before) for each in held] == [(1200, None), (None, 300)]
    whole = GateCount(None, 54000, "báo")
    assert sum_gate([*held, whole]) == 54000, "what is said of all days is not added to them"
    assert sum_gate([]) is None
    with pytest.raises(NotFound):
        await store.fair_sales.take_gate_back("khac", held[0].number, by=LAN)
