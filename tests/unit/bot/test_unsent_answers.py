"""Answers that a channel does not take: tried again, held, given up or never repeated."""

import pytest
from sqlalchemy import delete, update

from bot.channel import Gone, MaybeSent, NotSent, NotYet, Refused, WindowClosed
from catalog.store import tables
from handlers.context import Session
from handlers.conversation import Answer
from handlers.messages import Choice, Incoming, Person, Reply
from tests.unit.bot.channels import Balky, Ear, Echo, from_
from tests.unit.bot.conftest import House, settled


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


async def test_after_a_restart_the_pauses_go_on_growing(house: House) -> None:
    async with house.open() as inbox:
        await inbox.put(from_("an", "a", "1"))
        await settled(inbox)
    async with house.store._engine.begin() as connection:
        await connection.execute(update(tables.outbox).values(state="waiting", attempts=6))
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
        await connection.execute(update(tables.outbox).values(state="sending"))
    async with house.open() as inbox:
        await settled(inbox)
    assert house.echo.asked == ["a"]
    assert house.ear.heard == [("an", "a!1")]
    assert [each.reply.text for each in await inbox.answers(Person("ear", "an"), after=0)] == ["a!1"]
    assert (await house.states())["1"][0] == state


class Erasing(Echo):
    """Erases what is kept of everybody, and says so."""

    def __init__(self, store: Balky) -> None:
        super().__init__()
        self.store = store

    async def __call__(self, incoming: Incoming, *, session: Session) -> Answer:
        async with self.store._engine.begin() as connection:
            await connection.execute(delete(tables.inbox))
        return Answer(Reply("đã xóa", erased=True), session)


@pytest.mark.parametrize(
    ("troubles", "heard"),
    [([], 1), ([NotYet("", seconds=3)], 1), ([MaybeSent()], 0), ([Gone()], 0), ([NotSent("", seconds=1)], 0)],
    ids=["taken", "not yet", "perhaps", "gone", "away"],
)
async def test_who_erased_everything_is_told_at_once_and_forgotten(
    house: House, troubles: list[Exception], heard: int
) -> None:
    """The answer is kept nowhere: it waits for a turn here, and whatever becomes of it the channel forgets them."""
    house.ear.troubles, house.echo = troubles, Erasing(house.store)
    async with house.open() as inbox:
        await inbox.put(from_("an", "xóa", "1"))
        await settled(inbox)
    assert house.ear.heard == [("an", "đã xóa")] * heard
    assert house.ear.forgotten == ["an"]


class Nodding(Echo):
    """Has nothing that need be said, but a *choice* to offer with it now and then."""

    choices: tuple[Choice, ...] = ()

    async def __call__(self, incoming: Incoming, *, session: Session) -> Answer:
        return Answer(Reply("🙏", choices=self.choices, silent=True), session)


@pytest.mark.parametrize("ear", [Ear(), Ear(keeps_answers=True)], ids=["messenger", "web"])
async def test_what_need_not_be_said_is_said_only_where_an_answer_is_waited_for(house: House, ear: Ear) -> None:
    house.ear, house.echo = ear, Nodding()
    async with house.open() as inbox:
        await inbox.put(from_("an", "cảm ơn", "1"))
        await settled(inbox)
        assert house.ear.heard == [("an", "🙏")] * ear.keeps_answers
        house.echo.choices = (Choice("Tiếng Việt"),)
        await inbox.put(from_("an", "thanks", "2"))
        await settled(inbox)
    assert house.ear.heard[-1:] == [("an", "🙏")]
    assert set((await house.states()).values()) == {("sent", "")}
