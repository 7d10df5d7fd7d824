"""Answers that grew old while they could not go out: the newest is given, the others are put aside until asked for."""

import logging
from collections.abc import Callable, Sequence

from bot import codec
from bot.message_retry import Lane
from catalog.delivery import OutboxState
from catalog.errors import BadSetting, StoreError
from catalog.inquiry import Address
from catalog.store import ReplyRow, Store
from handlers import earlier_answers, plain
from handlers.context import DRAFT_LIFE
from handlers.messages import Person, Reply

log = logging.getLogger(__name__)

# Seconds after which an answer is old; this many answers are too many to be given at once, unasked.
OLD_AFTER = 300.0
MANY = 3


class EarlierAnswers:
    """For whom answers were put aside, and whether they know."""

    def __init__(self, store: Store, *, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._told: dict[Lane, bool] = {}

    def __contains__(self, lane: Lane) -> bool:
        """True while there may be something for *lane*."""
        return lane in self._told

    async def begin(self) -> None:
        """Learn what an earlier process put aside; it is told of once more."""
        aside = await self._store.outbox.people(OutboxState.ASIDE)
        self._told |= {(each.channel, each.address): False for each in aside}

    def put(self, lane: Lane) -> None:
        """There is something for *lane* of which they do not know."""
        self._told[lane] = False

    def forget(self, lane: Lane) -> None:
        """There is nothing more for *lane*."""
        self._told.pop(lane, None)

    def is_untold(self, lane: Lane) -> bool:
        """True when there is something of which they do not know."""
        return not self._told.get(lane, True)

    async def put_aside(self, lane: Lane, rows: Sequence[ReplyRow]) -> bool:
        """Put aside all old answers of *rows*, which a vendor would not take, but the newest; False if none were.

        What only waits for its turn is not old: nothing went wrong with it.
        """
        return any(each.attempts for each in rows) and await self._put_old_aside(lane, rows, state=OutboxState.WAITING)

    async def put_held_aside(self, lane: Lane) -> None:
        """The same for what was held until the person speaks."""
        rows = await self._store.outbox.replies(Address(*lane), states=(OutboxState.HELD,), limit=MANY)
        await self._put_old_aside(lane, rows, state=OutboxState.HELD)

    async def _put_old_aside(self, lane: Lane, rows: Sequence[ReplyRow], *, state: OutboxState) -> bool:
        before = self._clock() - OLD_AFTER
        if len(rows) < MANY or rows[0].created_at >= before:
            return False
        if not await self._store.outbox.put_aside(Address(*lane), before=before, state=state):
            return False
        self.put(lane)
        return True

    async def offer(self, lane: Lane, reply: Reply) -> Reply:
        """*reply* with the way to what was put aside, if there is anything."""
        count = await self._store.outbox.count_aside(Address(*lane))
        if not count:
            self.forget(lane)
        return earlier_answers.with_earlier_answers(reply, count) if count else reply

    async def tell(self, person: Person, reply: Reply) -> None:
        """They were shown *reply*, with the way to the others: let the numbers of its choices mean those."""
        self._told[person.channel, person.address] = True
        actions = [choice.action for choice in plain.choices(reply) if choice.action is not None]

        def apply_offer(language: str, state: str) -> str:
            session = codec.read_session(language, state)
            until = self._clock() + DRAFT_LIFE
            return codec.serialize_session(session.offering(actions, sure_until=until, onwards=plain.onwards(reply)))

        try:
            await self._store.people.change_state(Address(person.channel, person.address), apply_offer)
        except (StoreError, BadSetting) as error:
            log.info("the choices of an answer are known by their buttons only: %s", error)
