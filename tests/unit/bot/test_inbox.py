"""What came in is answered in order, once, and survives whatever goes wrong."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.background_tasks import Crew
from bot.channel import Accepted, Gone, MaybeSent, NotSent, Refused, WindowClosed
from bot.inbox import Inbox
from bot.metrics import Metrics
from catalog.errors import ImageTooLarge, StoreError, UnknownImage
from catalog.store import InboxRow, tables
from catalog.store.database import database_url, make_engine
from handlers import apologies
from handlers.messages import Album, Person, Photo
from tests.unit.bot.channels import Balky, Ear, Echo, from_


@dataclass
class House:
    """An inbox with its store, one ear, and an echo for an answerer."""

    store: Balky
    ear: Ear = field(default_factory=Ear)
    echo: Echo = field(default_factory=Echo)
    measures: Metrics = field(default_factory=Metrics)
    slept: list[float] = field(default_factory=list)
    ahead: float = 0.0

    def clock(self) -> float:
        """Now, as far ahead as was slept."""
        return time.time() + self.ahead

    @asynccontextmanager
    async def open(self, *, at_once: int = 64, grace: float = 10.0) -> AsyncIterator[Inbox]:
        async def sleep(seconds: float) -> None:
            self.slept.append(round(seconds))
            self.ahead += seconds
            await asyncio.sleep(0)

        async with Inbox(
            self.store,
            self.echo,
            measures=self.measures,
            at_once=at_once,
            grace=grace,
            sleep=sleep,
            clock=self.clock,
        ) as inbox:
            await inbox.serve({self.ear.name: self.ear})
            yield inbox

    async def states(self) -> dict[str, tuple[str, str]]:
        """The state and trouble of each message, by its ref."""
        table = tables.inbox
        async with self.store._engine.connect() as connection:
            rows = await connection.execute(select(table.c.ref, table.c.state, table.c.trouble).order_by(table.c.seq))
            return {row.ref: (row.state, row.trouble) for row in rows}


async def settled(inbox: Inbox) -> None:
    """Wait until nothing is queued."""
    while inbox.waiting:  # noqa: ASYNC110 - the inbox has no event for it, and needs none
        await asyncio.sleep(0.001)


@pytest.fixture
async def house(store_file: Path) -> AsyncIterator[House]:
    engine = make_engine(database_url(f"sqlite:///{store_file}"))
    yield House(Balky(engine))
    await engine.dispose()


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
        async with house.store._engine.connect() as connection:
            await connection.exec_driver_sql("PRAGMA query_only=ON")
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


async def test_what_was_surely_not_sent_is_tried_again_with_the_same_words(house: House) -> None:
    """The answer is not made anew: a "2" would mean something else the second time."""
    house.ear.troubles = [NotSent("busy", seconds=3), NotSent("busy", seconds=3)]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    assert house.echo.asked == ["a", "b"]
    assert [text for _, text in house.ear.heard] == ["a!1", "b!2"]
    assert [seconds for seconds in house.slept if seconds] == [3, 3]


async def test_what_is_surely_unsent_is_never_given_up_and_the_next_message_waits_behind_it(house: House) -> None:
    house.ear.troubles = [NotSent("busy") for _ in range(40)]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    assert house.ear.tried == 42
    assert [text for _, text in house.ear.heard] == ["a!1", "b!2"]
    assert await house.states() == {"1": ("sent", ""), "2": ("sent", "")}
    assert max(house.slept) == 300


async def test_it_waits_for_as_long_as_the_vendor_asks(house: House) -> None:
    house.ear.troubles = [NotSent("busy", seconds=86400)]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    assert 86399 <= house.ahead <= 86410
    assert house.ear.heard == [("an", "a!1")]


async def test_behind_a_closed_window_it_waits_and_is_given_first_on_return(house: House) -> None:
    house.ear.troubles = [WindowClosed("48 hours are over"), WindowClosed("48 hours are over")]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
        assert await house.states() == {"1": ("held", "48 hours are over")}
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
        assert (await house.states())["1"][0] == "held"
        assert house.ear.heard == [("an", "b!2")]
        await inbox.put(from_("an", "c", "3"))
        await settled(inbox)
    assert house.ear.heard == [("an", "b!2"), ("an", "a!1"), ("an", "c!3")]
    assert [delivery.to is None for delivery in house.ear.deliveries] == [False, True, False]
    assert await house.states() == {"1": ("sent", ""), "2": ("sent", ""), "3": ("sent", "")}


async def test_what_is_held_is_still_held_after_a_restart(house: House) -> None:
    house.ear.troubles = [WindowClosed("over")]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    async with house.open() as inbox:
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    assert [text for _, text in house.ear.heard] == ["a!1", "b!2"]


async def test_a_held_answer_that_fails_again_stays_held(house: House) -> None:
    house.ear.troubles = [WindowClosed("over"), NotSent("busy")]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
        assert (await house.states())["1"] == ("held", "busy")
        await inbox.put(from_("an", "c", "3"))
        await settled(inbox)
    assert [text for _, text in house.ear.heard] == ["b!2", "a!1", "c!3"]


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (MaybeSent("line broke"), ("unknown", "line broke")),
        (Refused("too long"), ("failed", "too long")),
        (KeyError("0912345678"), ("unknown", "KeyError")),
    ],
)
async def test_what_may_have_been_sent_or_never_will_be_is_not_repeated(
    house: House, trouble: Exception, state: tuple[str, str]
) -> None:
    house.ear.troubles = [trouble]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    async with house.open():
        pass
    assert house.ear.heard == [("an", "b!2")]
    assert (await house.states())["1"] == state


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


@pytest.mark.parametrize("trouble", [NotSent("host is away"), UnknownImage("not a picture")])
async def test_a_photo_that_could_not_be_fetched_is_asked_for_again(house: House, trouble: Exception) -> None:
    house.ear.unfetched = trouble
    async with house.open() as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        await settled(inbox)
    assert house.echo.asked == []
    assert house.ear.heard == [("an", apologies.not_fetched("vi").text)]


async def test_a_file_that_is_too_large_is_told_the_limit_and_not_asked_for_again(house: House) -> None:
    house.ear.unfetched = ImageTooLarge(limit="20 MB")
    async with house.open() as inbox:
        await inbox.put(from_("an", Photo(handle="f1"), "1"))
        await settled(inbox)
    ((_, words),) = house.ear.heard
    assert words.startswith("Tệp này lớn hơn 20 MB")
    assert "gửi lại" not in words


async def test_a_stopped_process_leaves_nothing_unanswered(house: House) -> None:
    """Kept but not answered, or to be tried again: both are taken up, in their order."""
    house.echo.gates["a"] = asyncio.Event()
    async with house.open(grace=0.01) as inbox:
        for number, said in enumerate("abc"):
            await inbox.put(from_("an", said, str(number)))
        await inbox.put(from_("binh", "x", "9"))
        house.ear.troubles = [NotSent("busy", seconds=50)]
    house.echo.gates.clear()
    house.ear.troubles = []
    async with house.open() as inbox:
        await settled(inbox)
    assert [text for who, text in house.ear.heard if who == "an"] == ["a!1", "b!2", "c!3"]
    assert [text for who, text in house.ear.heard if who == "binh"] == ["x!1"]


async def test_after_a_restart_the_pauses_go_on_growing(house: House) -> None:
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    async with house.store._engine.begin() as connection:
        await connection.execute(update(tables.inbox).values(state="ready", attempts=6))
    house.ear.troubles = [NotSent("busy")]
    async with house.open() as inbox:
        await settled(inbox)
    assert (await house.states())["1"] == ("sent", "")
    assert 64 in house.slept


async def test_who_shut_us_out_is_told_on_return(house: House) -> None:
    house.ear.troubles = [Gone("blocked us")]
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
        assert await house.states() == {"1": ("held", "blocked us")}
    async with house.open() as inbox:
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    assert [text for _, text in house.ear.heard] == ["a!1", "b!2"]


@pytest.mark.parametrize(("keeps", "state"), [(True, "sent"), (False, "unknown")])
async def test_what_was_being_sent_when_the_process_died(house: House, keeps: bool, state: str) -> None:  # noqa: FBT001 - a parameter
    """Where answers are fetched from the inbox it is there; elsewhere it may have arrived, and is not sent again."""
    house.ear.keeps_answers = keeps
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    async with house.store._engine.begin() as connection:
        await connection.execute(update(tables.inbox).values(state="sending"))
    async with house.open() as inbox:
        await settled(inbox)
    assert house.echo.asked == ["a"]
    assert house.ear.heard == [("an", "a!1")]
    assert [each.reply.text for each in await inbox.answers(Person("ear", "an"), after=0)] == ["a!1"]
    assert (await house.states())["1"][0] == state


async def test_what_another_version_kept_does_not_keep_the_house_closed(house: House) -> None:
    await house.store.put(InboxRow("ear", "an", "1", '{"gone": true}'))
    async with house.open() as inbox:
        await inbox.put(from_("an", "b", "2"))
        await settled(inbox)
    assert house.ear.heard == [("an", "b!1")]
    assert (await house.states())["1"] == ("failed", "cannot be read any more")


async def test_a_channel_that_is_off_keeps_its_messages_for_later(house: House) -> None:
    await house.store.put(InboxRow("zalo_oa", "an", "1", "{}"))
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


async def test_photos_of_an_album_survive_a_restart(house: House) -> None:
    album = Album((Photo(b"\xff\xd8one", caption="a"), Photo(handle="f2"), Photo(b"\x89PNG two")))
    incoming = from_("an", album, "1")
    house.echo.gates["Album"] = asyncio.Event()
    async with house.open(grace=0.01) as inbox:
        await inbox.put(incoming)
    house.echo.gates.clear()
    house.echo.seen.clear()
    async with house.open() as inbox:
        await settled(inbox)
    assert house.echo.seen == [incoming]
    assert len(house.ear.heard) == 1


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

    async with Crew() as crew:
        crew.start(forever(), name="forever")
        crew.start(fails(), name="fails")
        await failing.wait()
        await asyncio.sleep(0)
    assert ended == ["forever"]
    assert "background work fails ended" in caplog.text
