"""The writes of every message on PostgreSQL, each in one statement, which is its own commit.

There each way to the database and back costs more than what it does there: in steps a message would need three times
as many. What they keep is what :mod:`catalog.store.inbox` and :mod:`catalog.store.outbox` keep in steps.
"""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    CTE,
    BigInteger,
    Boolean,
    Column,
    Float,
    Insert,
    Integer,
    LargeBinary,
    Select,
    TableValuedAlias,
    Text,
    Update,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine, UserDefinedType

from catalog.delivery import REPLY, InboxState, OutboxState, Policy
from catalog.inquiry import Address
from catalog.store import inbox, outbox, tables
from catalog.store.inbox import InboxRow, Received, StoredAnswer
from catalog.store.jobs import JobKind, JobQueue, lock_of, queue_of
from catalog.store.outbox import DeliveryResult

Item = TypeVar("Item")
Result = TypeVar("Result")

TURN = "answer"
"""What one person's messages wait for: each its turn."""


@dataclass(frozen=True, slots=True, eq=False)
class InOneStatement(Generic[Item, Result]):
    """A write that needs no transaction around it: it is committed, or undone, as a whole. It may be a read, too."""

    write: Callable[[AsyncConnection, Sequence[Item]], Awaitable[list[Result]]]

    async def __call__(self, connection: AsyncConnection, items: Sequence[Item]) -> list[Result]:
        """Write *items*. Raises sqlalchemy.exc.DBAPIError."""
        return await self.write(connection, items)


class _JobToDefer(UserDefinedType[Any]):
    """The row type in which procrastinate's own function takes a job."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "procrastinate_job_to_defer_v1"


def unnest_lists(**types: TypeEngine[Any]) -> TableValuedAlias:
    """A list for each column as a table; the parameters are named as to_lists() names them."""
    lists = [bindparam(f"all_{name}", type_=ARRAY(type_)) for name, type_ in types.items()]
    columns = [column(name, type_) for name, type_ in types.items()]
    return func.unnest(*lists).table_valued(*columns, name="given").render_derived()


Columns = Mapping[str, Callable[[Any], Any]]
"""What each column of a list has of an item."""


def to_lists(columns: Columns, items: Sequence[Any]) -> dict[str, list[Any]]:
    """*items* as parameters, a list for each column: named as columns, SQLAlchemy would set those columns to them."""
    return {f"all_{name}": [read(each) for each in items] for name, read in columns.items()}


# Messages that come in ------------------------------------------------------------------------------------------------


_MESSAGE: Columns = {
    **{name: attrgetter(name) for name in ("channel", "address", "ref", "body", "pictures", "line")},
    "received_at": lambda row: row.received_at or time.time(),
    "lock": lambda row: lock_of(Address(row.channel, row.address), what=TURN),
    "queue": lambda row: queue_of(JobQueue.READ if row.has_photo else JobQueue.ANSWER, row.channel),
}


@InOneStatement
async def receive(connection: AsyncConnection, messages: Sequence[InboxRow]) -> list[Received]:
    """Keep *messages*, each with the job that answers it; what is known of who wrote them is told to that job."""
    rows: dict[tuple[str, str, str], InboxRow] = {}
    for each in messages:
        rows.setdefault((each.channel, each.address, each.ref), each)
    kept = await connection.execute(_receiving(), to_lists(_MESSAGE, list(rows.values())))
    numbers = {(row.channel, row.address, row.ref): row.seq for row in kept}
    return [Received(numbers.pop((each.channel, each.address, each.ref), 0)) for each in messages]


@cache
def _receiving() -> Select[Any]:
    table = tables.inbox
    given = unnest_lists(
        channel=Text(), address=Text(), ref=Text(), body=Text(), pictures=LargeBinary(), received_at=Float(),
        lock=Text(), queue=Text(), line=Text(),
    )  # fmt: skip
    names = ("channel", "address", "ref", "body", "pictures", "received_at")
    constant = {"state": str(InboxState.WAITING), "owner": "", "leased_until": 0.0, "trouble": ""}
    new = select(*(given.c[name] for name in names), *(literal(value) for value in constant.values()))
    putting = insert(table).from_select([*names, *constant], new).on_conflict_do_nothing()
    kept = putting.returning(table.c.channel, table.c.address, table.c.ref, table.c.seq).cte("kept")
    same = and_(kept.c.channel == given.c.channel, kept.c.address == given.c.address, kept.c.ref == given.c.ref)
    job = func.row(
        given.c.queue, literal(str(JobKind.ANSWER)), literal(0), given.c.lock, null(),
        func.jsonb_build_object(literal("number"), kept.c.seq, literal("line"), given.c.line), null(),
    )  # fmt: skip
    jobs = func.array_agg(cast(job, _JobToDefer))
    deferred = select(func.procrastinate_defer_jobs_v1(jobs)).select_from(kept.join(given, same)).scalar_subquery()
    return select(kept.c.channel, kept.c.address, kept.c.ref, kept.c.seq, deferred.label("jobs"))


# Answers --------------------------------------------------------------------------------------------------------------


_ANSWER: Columns = {
    **{name: attrgetter(name) for name in ("seq", "channel", "address", "language", "looked_at", "later")},
    "body": attrgetter("answer"),
    "known": attrgetter("state"),
    "created_at": lambda answer: answer.received_at or time.time(),
    **{name: attrgetter(f"look_up.{name}") for name in tables.LOOK_UP_COLUMNS},
}


@InOneStatement
async def answer(connection: AsyncConnection, answers: Sequence[StoredAnswer]) -> list[int | None]:
    """Keep answers as inbox.answer does."""
    ours = {"our_name": answers[0].owner, "our_lease": answers[0].leased_until, "this_moment": time.time()}
    found = {row.seq: row for row in await connection.execute(_answering(), to_lists(_ANSWER, answers) | ours)}
    numbers = {seq: row.number for seq, row in found.items()}
    gone = [inbox.reply_to(each) for each in answers if not found[each.seq].is_here]
    if gone:
        unkept = await outbox.pass_numbers(connection, gone)
        numbers |= {reply.seq: number for reply, number in zip(gone, unkept, strict=True)}
    return [numbers[each.seq] for each in answers]


@cache
def _answering() -> Select[Any]:
    lists = unnest_lists(
        seq=BigInteger(), body=Text(), channel=Text(), address=Text(), language=Text(), known=Text(), looked_at=Text(),
        later=Boolean(), created_at=Float(), **{name: Text() for name in tables.LOOK_UP_COLUMNS},
    )  # fmt: skip
    # Named once, as the driver reads a statement of over 4,096 characters anew at each use.
    given = select(lists).cte("answers")
    now = bindparam("this_moment", type_=Float)
    table = tables.inbox
    # No index tells whether something is not distinct: found by number, not among all that ever waited.
    waits = and_(table.c.seq == given.c.seq, table.c.state.is_not_distinct_from(InboxState.WAITING))
    values = {"answered_at": now, "pictures": null(), "state": str(InboxState.ANSWERED)}
    answered = update(table).where(waits).values(values).returning(table.c.seq).cte("answered")
    ours = given.join(answered, answered.c.seq == given.c.seq)
    added = _adding(given, ours).cte("added")
    people, looked = _keeping(given, ours, now).cte("known"), _looking(given, ours, now).cte("looked")
    is_here = select(table.c.seq).where(table.c.seq == given.c.seq).exists().label("is_here")
    told = select(given.c.seq, added.c.number, is_here)
    return told.select_from(given.outerjoin(added, added.c.seq == given.c.seq)).add_cte(people, looked)


def _adding(given: CTE, ours: Any) -> Any:
    table = tables.outbox
    state = case((given.c.later, str(OutboxState.WAITING)), else_=str(OutboxState.SENDING))
    leased_until = case((given.c.later, 0.0), else_=bindparam("our_lease", type_=Float))
    values: dict[str, Any] = {
        "channel": given.c.channel, "address": given.c.address, "kind": literal(REPLY), "message": literal(0),
        "seq": given.c.seq, "body": given.c.body, "policy": literal(str(Policy.AT_MOST_ONCE)), "state": state,
        "due_at": literal(0.0), "owner": bindparam("our_name", type_=Text), "leased_until": leased_until,
        "attempts": literal(0), "created_at": given.c.created_at, "sent_id": literal(""), "trouble": literal(""),
    }  # fmt: skip
    new = select(*values.values()).select_from(ours).order_by(given.c.seq)
    return insert(table).from_select(list(values), new).returning(table.c.number, table.c.seq)


def _keeping(given: CTE, ours: Any, now: Any) -> Insert:
    table = tables.people
    whose = (given.c.channel, given.c.address)
    # The last word about each counts.
    new = select(*whose, given.c.language, given.c.known, now).select_from(ours).ext(distinct_on(*whose))
    adding = insert(table).from_select(
        ["channel", "address", "language", "state", "seen_at"], new.order_by(*whose, given.c.seq.desc())
    )
    latest = {name: adding.excluded[name] for name in ("language", "state", "seen_at")}
    return adding.on_conflict_do_update(index_elements=["channel", "address"], set_=latest).returning(table.c.seen_at)


def _looking(given: CTE, ours: Any, now: Any) -> Insert:
    table = tables.history
    told = [given.c[name] for name in tables.LOOK_UP_COLUMNS]
    new = select(given.c.channel, given.c.address, now, given.c.looked_at, *told).select_from(ours)
    new = new.where(given.c.looked_at != "").order_by(given.c.seq)
    names = ["channel", "address", "at", "product_id", *tables.LOOK_UP_COLUMNS]
    return insert(table).from_select(names, new).returning(table.c.number)


# What became of them --------------------------------------------------------------------------------------------------


_RESULTS = ("settled", "new_state", "new_due_at", "new_sent_at", "new_sent_id", "new_trouble", "tries")
_RESULT: Columns = {name: itemgetter(name) for name in _RESULTS}


@InOneStatement
async def settle(connection: AsyncConnection, results: Sequence[DeliveryResult]) -> list[None]:
    """Keep what became of each as outbox.settle does; of several about one the last."""
    latest = {each.number: each for each in results}
    await connection.execute(_settling(), to_lists(_RESULT, [outbox.result_row(each) for each in latest.values()]))
    return [None] * len(results)


@cache
def _settling() -> Update:
    table = tables.outbox
    given = unnest_lists(
        settled=BigInteger(), new_state=Text(), new_due_at=Float(), new_sent_at=Float(), new_sent_id=Text(),
        new_trouble=Text(), tries=Integer(),
    )  # fmt: skip
    values: dict[Column[Any] | str, Any] = {
        "state": given.c.new_state, "due_at": given.c.new_due_at, "sent_at": given.c.new_sent_at,
        "sent_id": given.c.new_sent_id, "trouble": given.c.new_trouble, "attempts": table.c.attempts + given.c.tries,
        "leased_until": 0.0,
    }  # fmt: skip
    return update(table).where(table.c.number == given.c.settled).values(values)
