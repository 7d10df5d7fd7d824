"""What is counted and timed on a message's way, and that nobody is named by it."""

import pytest

from bot.channel import NotSent, NotYet, WindowClosed
from bot.metrics import Metrics, Step
from catalog.barcode import Reader
from catalog.errors import UnknownImage
from handlers.messages import Photo
from tests.unit.bot.channels import from_
from tests.unit.bot.conftest import House, settled


def value(measures: Metrics, name: str, **labels: str) -> float:
    return measures.registry.get_sample_value(f"hoi_ocop_{name}", labels) or 0.0


def longest(measures: Metrics, step: Step) -> float:
    """How long all messages together took for this step."""
    return value(measures, "step_seconds_sum", step=step, channel="ear")


async def test_each_step_of_an_answer_is_timed(house: House) -> None:
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    for step in Step:
        assert value(house.measures, "step_seconds_count", step=step, channel="ear") == 1
        assert value(house.measures, "step_seconds_bucket", step=step, channel="ear", le="10.0") == 1
    assert value(house.measures, "retries_total", queue="answers", channel="ear") == 0


async def test_an_answer_that_waited_for_its_vendor_is_timed_when_it_is_sent(house: House) -> None:
    house.ear.troubles = [NotYet("our own limits", seconds=7), NotSent("away", seconds=4000)]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    assert value(house.measures, "retries_total", queue="answers", channel="ear") == 1
    for step in (Step.SEND, Step.WHOLE):
        assert value(house.measures, "step_seconds_count", step=step, channel="ear") == 1
        assert 4007 <= longest(house.measures, step) < 4100
        assert value(house.measures, "step_seconds_bucket", step=step, channel="ear", le="14400.0") == 1
    assert longest(house.measures, Step.ANSWER) < 60


async def test_how_long_somebody_stayed_away_is_no_time_of_ours(house: House) -> None:
    house.ear.troubles = [WindowClosed("48 hours are over")]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
        house.ahead += 86400
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    assert len(house.ear.heard) == 2
    assert value(house.measures, "step_seconds_count", step=Step.WHOLE, channel="ear") == 1
    assert longest(house.measures, Step.WHOLE) < 60


async def test_a_clock_that_was_set_back_is_no_trouble(house: House) -> None:
    house.ear.hook = lambda _: setattr(house, "ahead", -3600.0)
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    assert longest(house.measures, Step.WHOLE) == 0


async def test_messages_that_are_tried_again_are_counted(house: House) -> None:
    house.ear.unfetched = [NotSent("host is away", seconds=5)] * 2
    house.store.refuse_answers = 1
    async with house.open() as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        await settled(inbox)
    assert house.ear.heard == [("an", "Photo!1")]
    assert value(house.measures, "retries_total", queue="messages", channel="ear") == 3


async def test_photos_are_timed_also_those_that_cannot_be_read() -> None:
    measures = Metrics()
    async with Reader(workers=1, timed=measures.time_photo) as reader:
        with pytest.raises(UnknownImage):
            await reader.read(b"not a picture at all")
    assert value(measures, "photo_seconds_count") == 1
