"""What came in is answered in order, once, and survives whatever goes wrong."""

import asyncio
import logging

import pytest

from bot.background_tasks import BackgroundTasks
from bot.channel import Accepted, NotSent
from catalog.errors import StoreError
from catalog.store import InboxRow
from handlers.messages import Person
from tests.unit.bot.channels import from_
from tests.unit.bot.conftest import House, settled
from tests.unit.store.engines import set_pragma


async def test_each_person_is_answered_in_order(house: House) -> None:
    async with house.open() as inbox:
        for number in range(5):
            for address in ("an", "binh"):
                await inbox.put(from_(address, f"{address}{number}", f"{number}"))
        await settled(inbox)
    for address in ("an", "binh"):
        heard = [text for who, text in house.ear.heard if who == address]
        assert heard == [f"{address}{number}!{number + 1}" for number in range(5)]


async def test_what_is_known_of_a_person_is_there_at_the_next_message(house: House) -> None:
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    async with house.open() as inbox:
        await inbox.put(from_("an", "c", "3"))
        await settled(inbox)
    assert [text for _, text in house.ear.heard] == ["a!1", "b!2", "c!3"]


async def test_a_redelivery_is_dropped(house: House) -> None:
    async with house.open() as inbox:
        again = [await inbox.put(from_("an", "a", "1")) for _ in range(3)]
        at_once = await asyncio.gather(*(inbox.put(from_("an", "b", "2")) for _ in range(5)))
        await settled(inbox)
    assert again == [Accepted.NEW, Accepted.AGAIN, Accepted.AGAIN]
    assert at_once.count(Accepted.NEW) == 1
    assert len(house.ear.heard) == 2
    assert b'hoi_ocop_repeated_total{channel="ear"} 6.0' in house.measures.text()


async def test_what_could_not_be_kept_is_not_acknowledged(house: House) -> None:
    async with house.open() as inbox:
        await set_pragma(house.store, "query_only=ON")
        with pytest.raises(StoreError):
            await inbox.put(from_("an", "a", "1"))
        assert inbox.waiting == 0


async def test_an_answer_is_kept_and_can_be_fetched(house: House) -> None:
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
        first, second = await inbox.answers(Person("ear", "an"), after=0)
        assert (first.ref, first.reply.text, second.ref, second.reply.text) == ("1", "a!1", "2", "b!2")
        assert await inbox.answers(Person("ear", "an"), after=first.seq) == [second]
    assert await house.states() == {"1": ("sent", ""), "2": ("sent", "")}


async def test_what_nobody_expected_is_told_with_a_reference_that_the_log_knows(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.echo.failures["tôi là An 0912345678"] = [KeyError("An 0912345678")]
    with caplog.at_level(logging.INFO):
        async with house.open() as inbox:
            await inbox.put(from_("an-0912345678", "tôi là An 0912345678", "1"))
            await inbox.put(from_("an-0912345678", "b", "2"))
            await settled(inbox)
    (_, sorry), (_, next_one) = house.ear.heard
    assert next_one == "b!1"
    reference = sorry.rpartition(" ")[2].strip(").")
    assert len(reference) == 6
    assert f"unexpected, reference {reference}: builtins.KeyError in " in caplog.text
    assert "channels.py" in caplog.text
    assert "0912345678" not in caplog.text
    assert b'hoi_ocop_unexpected_total{channel="ear"} 1.0' in house.measures.text()


async def test_while_the_database_refuses_an_answer_it_is_tried_again(house: House) -> None:
    house.store.refuse_answers = 3
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    assert house.slept == [1, 2, 4]
    assert house.ear.heard == [("an", "a!1")]


async def test_what_was_sent_is_not_sent_again_because_the_database_refused_to_note_it(house: House) -> None:
    house.store.refuse_outcomes = 7
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    assert house.slept == [1, 2, 4, 8, 16, 32, 32]
    assert house.echo.asked == ["a"]
    assert house.ear.heard == [("an", "a!1")]
    assert await house.states() == {"1": ("sent", "")}


async def test_a_store_error_while_answering_is_tried_again_too(house: House) -> None:
    house.echo.failures["a"] = [StoreError("away"), StoreError("away")]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    assert house.ear.heard == [("an", "a!1")]


async def test_a_stopped_process_leaves_nothing_unanswered(house: House) -> None:
    """Kept but not answered, or to be tried again: both are taken up, in their order."""
    house.echo.gates["a"] = asyncio.Event()
    house.ear.troubles = [NotSent("busy", seconds=50)]
    async with house.open(grace=0.01) as inbox:
        for number, said in enumerate("abc"):
            await inbox.put(from_("an", said, str(number)))
        await inbox.put(from_("binh", "x", "9"))
        await house.ear.begun.wait()
    house.echo.gates.clear()
    house.ear.troubles = []
    # The channel asked for 50 seconds, and a restart does not shorten them.
    house.ahead = 60
    async with house.open() as inbox:
        await settled(inbox)
    assert [text for who, text in house.ear.heard if who == "an"] == ["a!1", "b!2", "c!3"]
    assert [text for who, text in house.ear.heard if who == "binh"] == ["x!1"]


async def test_what_another_version_kept_does_not_keep_the_house_closed(house: House) -> None:
    await house.store.inbox.put(InboxRow("ear", "an", "1", '{"gone": true}'))
    async with house.open() as inbox:
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    assert house.ear.heard == [("an", "b!1")]
    assert (await house.states())["1"] == ("failed", "cannot be read any more")


async def test_a_channel_that_is_off_keeps_its_messages_for_later(house: House) -> None:
    await house.store.inbox.put(InboxRow("zalo_oa", "an", "1", "{}"))
    async with house.open() as inbox:
        await settled(inbox)
    assert (await house.states())["1"][0] == "waiting"


async def test_leaving_lets_an_answer_under_way_finish_and_takes_up_nothing_more(house: House) -> None:
    gate = house.echo.gates["a"] = asyncio.Event()
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await inbox.put(from_("an", "b", "2"))
        await house.echo.begun.wait()
        async with asyncio.TaskGroup() as group:
            group.create_task(inbox.drain())
            await asyncio.sleep(0)
            gate.set()
        assert house.ear.heard == [("an", "a!1")]
        await inbox.put(from_("an", "c", "3"))
        await inbox.drain()
    assert {ref: state for ref, (state, _) in (await house.states()).items()} == {
        "1": "sent",
        "2": "waiting",
        "3": "waiting",
    }


async def test_one_who_floods_does_not_keep_others_waiting(house: House) -> None:
    """With a single place, whoever comes next has it after the flooder's current message."""
    async with house.open(at_once=1) as inbox:
        gate = house.echo.gates["flut 0"] = asyncio.Event()
        for number in range(50):
            await inbox.put(from_("flut", f"flut {number}", str(number)))
        await inbox.put(from_("an", "an", "1"))
        gate.set()
        await settled(inbox)
    assert house.echo.asked.index("an") <= 2
    assert len(house.ear.heard) == 51


async def test_a_crew_ends_with_its_house_and_its_failures_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    ended: list[str] = []
    failing = asyncio.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("forever")

    async def fails() -> None:
        failing.set()
        raise RuntimeError("nichts")

    async with BackgroundTasks() as crew:
        crew.start(forever(), name="forever")
        crew.start(fails(), name="fails")
        await failing.wait()
        await asyncio.sleep(0)
    assert ended == ["forever"]
    assert "background work fails ended" in caplog.text
