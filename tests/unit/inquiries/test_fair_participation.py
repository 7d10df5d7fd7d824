"""Producers are invited to a fair in their messengers: yes, no, later, what the booth needs, and the booth's number."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from catalog.fairs.participation import BoothNeed, FairAnswer, FairInvitation
from catalog.inquiry import Notice
from handlers.actions import Verb
from handlers.fairs import notices
from tests.fairs import LAN, SPRING, hold
from tests.town import DAY, Town
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases


async def invited(town: Town, producer: str = "nem-1") -> FairInvitation:
    """The maker of that product is invited."""
    fair = await hold(town.store)
    made = await town.store.product(producer)
    assert made is not None
    members = await town.store.members.of_producer(made.producer.id)

    def tell(fresh: Sequence[FairInvitation]) -> Sequence[Notice]:
        return notices.invitations(fair, fresh, members, now=town.now)

    (held,) = await town.store.fair_invitations.invite(fair, [made.producer.id], by=LAN, tell=tell)
    assert await town.store.fair_invitations.invite(fair, [made.producer.id], by=LAN, tell=tell) == []
    await town.post()
    return held


async def test_yes_and_what_the_booth_needs(town: Town, folk: Folk) -> None:
    held = await invited(town)
    assert folk.ba.last.startswith("Bạn được mời tham gia “Hội chợ OCOP Xuân 2027”.\n01–05/03/2027, 8:00–21:00")
    said = await folk.ba.tap("Có, chúng tôi tham gia")
    assert "Gian hàng cần gì" in said
    await folk.ba.tap("Điện")
    said = await folk.ba.tap("Kho lạnh")
    assert "Cần: Điện, Kho lạnh" in said
    said = await folk.ba.tap("✓ Điện")
    assert "Cần: Kho lạnh" in said
    kept = await town.store.fair_invitations.by_number(held.number)
    assert (kept.answer, kept.needs, kept.by_officer) == (FairAnswer.YES, {BoothNeed.COLD}, False)


async def test_no_can_be_changed(town: Town, folk: Folk) -> None:
    held = await invited(town)
    assert "không tham gia" in await folk.ba.tap("Không")
    await folk.ba.tap("Đổi câu trả lời")
    await folk.ba.tap("Có, chúng tôi tham gia")
    assert (await town.store.fair_invitations.by_number(held.number)).answer is FairAnswer.YES


async def test_later_is_asked_again_unless_answered_meanwhile(town: Town, folk: Folk) -> None:
    held = await invited(town)
    assert "hỏi lại sau 3 ngày" in await folk.ba.tap("Hỏi lại sau")
    heard = len(folk.ba.heard)
    await town.later(3 * DAY + 60)
    assert len(folk.ba.heard) == heard + 1
    assert "Bạn được mời" in folk.ba.last
    await folk.ba.tap("Hỏi lại sau")
    await town.store.fair_invitations.answer(held.number, FairAnswer.NO, by=LAN)
    heard = len(folk.ba.heard)
    await town.later(4 * DAY)
    assert len(folk.ba.heard) == heard


async def test_nobody_answers_for_another_producer(town: Town, folk: Folk) -> None:
    held = await invited(town)
    for said in (f"in {held.number} yes", f"need {held.number} power", "in 999 yes", f"in {'9' * 40} yes", "in x yes"):
        await folk.eve.does(Verb.FAIR, said)
    assert (await town.store.fair_invitations.by_number(held.number)).answer is FairAnswer.OPEN


async def test_a_booth_and_a_fair_that_moves_are_told_to_whom_they_concern(town: Town, folk: Folk) -> None:
    held = await invited(town)
    fair = await town.store.fairs.by_key(SPRING.key)
    members = await town.store.members.of_producer(held.producer)
    booth = (await town.store.fairs.booths(fair.key))[0]
    for producer in (held.producer, ""):
        tell = notices.booth_news(fair, members, now=town.now)
        await town.store.fairs.change_booth(fair.key, replace(booth, producer=producer), by=LAN, tell=tell)
        town.now += 1
        await town.post()
    assert "Gian của bạn ở “Hội chợ OCOP Xuân 2027”: A1 (Các xã)" in folk.ba.heard[-2]
    assert "chưa có gian" in folk.ba.last
    after = replace(fair, cancelled_at=town.now, cancelled_why="Mưa bão")
    await town.store.fairs.change(after, by=LAN, tell=notices.changes(fair, after, [], members, now=town.now))
    await town.post()
    assert folk.ba.last.startswith("Đã hủy: Hội chợ OCOP Xuân 2027\nMưa bão")
    assert "was called off" not in folk.ba.last
    assert "không còn gì để trả lời" in await folk.ba.does(Verb.FAIR, f"in {held.number} yes")
