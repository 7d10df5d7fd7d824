"""What producers are reminded of: each thing once, by day, and only while it is true."""

from dataclasses import replace
from datetime import date

import pytest

from bot import reminders
from bot.channel import WindowClosed
from catalog.dates import PartialDate
from catalog.errors import StoreError
from catalog.inquiry import Address, Member, NoticeKind, Role
from catalog.model import Certificate, CertificateEvent, EventKind, Producer, Product
from handlers.actions import Verb
from handlers.context import Context
from handlers.phrases import speech
from tests.town import DAY, HOUR, Town, product
from tests.unit.inquiries.conftest import Folk, admitted

pytestmark = pytest.mark.both_databases

say = speech("vi")
ENDS = date(2027, 12, 20)


@pytest.mark.parametrize(("left", "step"), [(91, None), (90, 90), (61, 90), (60, 60), (30, 30), (1, 30), (0, None)])
def test_ninety_sixty_thirty_days_before(left: int, step: int | None) -> None:
    member = Member(Address("telegram", "1"), Role.PRODUCER, "p")
    made = _made(PartialDate(2024, 12, 20))
    today = date.fromordinal(ENDS.toordinal() - left)
    found = list(reminders.for_producer([made], [member], today=today, now=0.0))
    keys = [each.key for each in found if each.kind is NoticeKind.ENDING]
    assert keys == ([f"ending:2027-12-20:{step}:nem-1:telegram:1"] if step else [])


def _made(decided: PartialDate) -> Product:
    maker = Producer("p", "HTX Nem 1")
    return Product("nem-1", "Nem chua 1", maker, certificates=(Certificate(stars=4, decided=decided),))


@pytest.mark.parametrize("day", [PartialDate(2025, 1, 1), PartialDate(2027, 12, 19)])
def test_a_star_that_was_or_will_be_taken_away_is_not_to_be_renewed(day: PartialDate) -> None:
    member = Member(Address("telegram", "1"), Role.PRODUCER, "p")
    event = CertificateEvent(EventKind.WITHDRAWN, effective=day)
    held = Certificate(stars=4, decided=PartialDate(2024, 12, 20), events=(event,))
    made = replace(_made(PartialDate(2024, 12, 20)), certificates=(held,))
    found = list(reminders.for_producer([made], [member], today=date(2027, 12, 1), now=0.0))
    assert [each.kind for each in found] == [NoticeKind.MISSING]


def test_a_product_without_a_certificate_ends_never() -> None:
    member = Member(Address("telegram", "1"), Role.PRODUCER, "p")
    bare = Product("nem-1", "Nem chua 1", Producer("p", "HTX Nem 1"))
    found = list(reminders.for_producer([bare], [member], today=ENDS, now=0.0))
    assert [each.kind for each in found] == [NoticeKind.MISSING]
    assert list(reminders.for_producer([], [member], today=ENDS, now=0.0)) == []


def test_a_window_is_kept_open_once_a_week() -> None:
    zalo, other = Member(Address("zalo_oa", "9"), Role.PRODUCER, "p"), Member(Address("web", "9"), Role.PRODUCER, "p")
    keys = [
        each.key
        for day in range(14)
        for each in reminders.for_producer([], [other, zalo], today=date(2026, 11, 23 + day % 7), now=0.0)
    ]
    assert set(keys) == {"still_there:2026-48::zalo_oa:9"}


async def test_an_ending_certificate_is_told_once_for_each_step(town: Town, folk: Folk) -> None:
    town.today = date(2027, 10, 1)
    assert await reminders.nudge(town.context) == 3
    assert await reminders.nudge(town.context) == 3
    await town.post()
    text = say(
        "The OCOP certificate of {product} ends in {days} days. Ask your commune about renewing it.",
        product="Nem chua 1",
        days=80,
    )
    assert folk.ba.heard.count(text) == 1
    town.today = date(2027, 10, 20)
    await reminders.nudge(town.context)
    town.today = date(2027, 10, 21)
    await reminders.nudge(town.context)
    await town.post()
    assert folk.ba.heard.count(text.replace("80", "60")) == 1
    town.today = date(2027, 12, 20)
    await reminders.nudge(town.context)
    await town.post()
    assert sum(each.startswith(text[:40]) for each in folk.ba.heard) == 2


async def test_at_night_nobody_is_woken(town: Town, folk: Folk) -> None:
    before = len(folk.ba.heard)
    town.now += 13 * HOUR  # 22:00
    await reminders.nudge(town.context)
    await town.later(9 * HOUR)
    assert len(folk.ba.heard) == before
    await town.later(2 * HOUR)
    missing = say("Customers ask for facts that {product}'s card does not have. Add them?", product="Nem chua 1")
    assert folk.ba.last.startswith(f"{missing}\nNơi mua, Ảnh (địa chỉ web)")
    assert "Chợ" not in await folk.ba.tap(say("Correct facts"))
    await reminders.nudge(town.context)
    await town.later(DAY)
    assert sum(each.startswith(missing) for each in folk.ba.heard) == 1


async def test_what_is_not_true_any_more_is_not_said(town: Town, folk: Folk) -> None:
    await reminders.nudge(town.context)
    await town.store.import_rows(
        [
            product(number, buy="Chợ Dâu", images=("https://nem.example.vn/a.jpg",), as_of=PartialDate(2026, 1, 1))
            for number in (1, 2)
        ],
        who="test",
    )
    before = len(folk.ba.heard)
    await town.post()
    assert len(folk.ba.heard) == before


async def test_who_has_left_is_not_nudged(town: Town, folk: Folk) -> None:
    await reminders.nudge(town.context)
    await folk.ba.does(Verb.LEAVE, "yes")
    before = len(folk.ba.heard)
    await town.post()
    assert len(folk.ba.heard) == before
    assert await reminders.nudge(town.context) == 0


async def test_a_weekly_tap_keeps_a_zalo_window_open(town: Town, folk: Folk) -> None:
    nam = town.someone("zalo_oa", "55")
    await admitted(town, nam, code="EEEE", producer="nem-3")
    await reminders.nudge(town.context)
    await town.post()
    assert any(each.startswith("Bạn còn đó không?") for each in nam.heard)
    assert await nam.tap(say("I am here")) == say("Thank you. Customers' questions will reach you here.")
    town.lines["zalo_oa"].troubles = [WindowClosed("closed")]
    town.today = date(2026, 11, 30)
    await reminders.nudge(town.context)
    await town.post()
    before = len(nam.heard)
    await nam("xin chào")
    assert len(nam.heard) == before + 1, "on return there is nothing to ask"


async def test_it_passes_again_and_again() -> None:
    class Enough(Exception):
        pass

    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise Enough

    with pytest.raises(Enough):
        await reminders.keep_nudging(_broken(), sleep=sleep)
    assert slept == [reminders.PASS_EVERY] * 3


def _broken() -> Context:
    class Members:
        async def answering(self) -> list[Member]:
            raise StoreError("the database does not answer")

    class Broken:
        members = Members()

    return Context(store=Broken(), index=None, reader=None, places=None, today=date.today)  # type: ignore[arg-type]  # only its members are read
