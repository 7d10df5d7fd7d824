"""At the closing each producer is asked once what was sold; the line they write goes into the report."""

from datetime import UTC, date, datetime

import pytest

from bot import reminders
from catalog.fairs.figures import FairSale
from tests.fairs import SPRING, give_booth, hold
from tests.town import DAY, HOUR, Town
from tests.unit.inquiries.conftest import Folk

pytestmark = pytest.mark.both_databases
CLOSES = datetime(2027, 3, 5, 14, tzinfo=UTC).timestamp()


@pytest.fixture
async def producer(town: Town, folk: Folk) -> str:
    fair = await hold(town.store)
    made = await town.store.product("nem-1")
    assert made is not None
    await give_booth(town.store, fair, "A1", producer=made.producer.id)
    await town.post()
    return made.producer.id


async def at(town: Town, moment: float) -> None:
    town.now, town.today = moment, datetime.fromtimestamp(moment + 7 * HOUR, UTC).date()
    await reminders.nudge(town.context)
    await town.post()


async def test_one_question_and_one_line_of_answer(town: Town, folk: Folk, producer: str) -> None:
    heard = len(folk.ba.heard)
    await at(town, CLOSES - HOUR)
    await at(town, CLOSES + 60)
    await at(town, CLOSES + HOUR)
    asked = [each for each in folk.ba.heard[heard:] if "bán được bao nhiêu" in each]
    assert len(asked) == 1
    assert "doanh thu 25 triệu, OCOP 18 triệu, bán chạy: nem" in asked[0]
    said = await folk.ba("Doanh thu 25 triệu, OCOP 18 triệu, bán chạy: Nem chua 2")
    assert said.startswith("Đã ghi cho “Hội chợ OCOP Xuân 2027”: 25.000.000 đ, trong đó OCOP 18.000.000 đ.")
    assert "Bán chạy nhất: Nem chua 2." in said
    await folk.ba("doanh thu 30 triệu")
    (sale,) = (await town.store.fair_sales.figures(SPRING.key)).sales
    assert (sale.producer, sale.total, sale.ocop, sale.by_officer) == (producer, 30_000_000, None, False)


async def test_who_was_asleep_at_the_closing_asks_on_the_next_day(town: Town, folk: Folk, producer: str) -> None:
    heard = len(folk.ba.heard)
    await at(town, CLOSES + 10 * HOUR)
    assert len([each for each in folk.ba.heard[heard:] if "bán được bao nhiêu" in each]) == 1
    await at(town, CLOSES + 30 * HOUR)
    assert len([each for each in folk.ba.heard[heard:] if "bán được bao nhiêu" in each]) == 1


async def test_who_has_answered_is_not_asked(town: Town, folk: Folk, producer: str) -> None:
    await town.store.fair_sales.note(FairSale(SPRING.key, producer, 5, None, town.now))
    heard = len(folk.ba.heard)
    await at(town, CLOSES + 60)
    assert [each for each in folk.ba.heard[heard:] if "bán được bao nhiêu" in each] == []


async def test_who_has_no_booth_notes_nothing(town: Town, folk: Folk, producer: str) -> None:
    town.now, town.today = CLOSES + DAY, date(2027, 3, 6)
    assert "không thấy hội chợ" in await folk.eve("doanh thu 25 triệu")
    town.today = date(2027, 5, 1)
    assert "không thấy hội chợ" in await folk.ba("doanh thu 25 triệu")
    assert (await town.store.fair_sales.figures(SPRING.key)).sales == []
