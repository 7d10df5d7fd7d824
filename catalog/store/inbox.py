"""The inbox in the database: what came in, and that it was answered. Answers go to the outbox in the same commit.

What a process works on is leased to it: its *owner* is that process until *leased_until*, and nobody else answers it
meanwhile. A lease that ended, because its process did, is anybody's.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Dialect,
    Float,
    Select,
    String,
    and_,
    bindparam,
    cast,
    false,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from catalog.delivery import InboxState, OutboxState
from catalog.inquiry import Address
from catalog.model import BY_NAME, LookUp
from catalog.store import outbox, tables
from catalog.store.steps import InSteps, Statement, Steps, read_apart


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One message that came in, as it is kept. *body* is the caller's own spelling of it.

    What is read back has no *pictures*: *picture_bytes* tells how large they are where they are kept. That it
    *has_photo*, here or at its vendor, and by which *line* it came, is told to the job that is made of it and kept
    nowhere else.
    """

    channel: str
    address: str
    ref: str
    body: str
    pictures: bytes | None = None
    seq: int = 0
    state: InboxState = InboxState.WAITING
    received_at: float = 0.0
    picture_bytes: int = 0
    owner: str = ""
    leased_until: float = 0.0
    has_photo: bool = False
    line: str = ""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer to keep before it is sent, with what is now known of the person; *later* if it is not sent now.

    *received_at* is when that came in what it answers; *leased_until* is the end of our lease on both. *holder* is
    whose the message must still be.
    """

    seq: int
    answer: str
    channel: str
    address: str
    language: str
    state: str
    looked_at: str = ""
    look_up: LookUp = BY_NAME
    later: bool = False
    received_at: float = 0.0
    owner: str = ""
    leased_until: float = 0.0
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is kept now, *seq* 0 when it had been before, and what was known of its person then.

    *keeping* counts how often people were kept outside of answers until then.
    """

    seq: int
    language: str = ""
    state: str = "{}"
    keeping: int = 0


@InSteps
def receive(messages: Sequence[InboxRow]) -> Steps[list[Received]]:
    """Keep *messages* as put() does, and tell what is known of who wrote them."""
    numbers = yield from put.steps(messages)
    addresses: dict[str, set[str]] = {}
    for each in messages:
        addresses.setdefault(each.channel, set()).add(each.address)
    # One channel at a time: SQLite reads the whole table for a list of pairs.
    asked = [{"of": channel, "who": json.dumps(list(some))} for channel, some in addresses.items()]
    found = yield _KNOWN.of(asked)
    known = {(channel, address): (language, state) for channel, address, language, state in found.rows}
    return [
        Received(number, *known.get((each.channel, each.address), ("", "{}")))
        for number, each in zip(numbers, messages, strict=True)
    ]


def _knowing(dialect: Dialect) -> Select[Any]:
    table, who = tables.people, bindparam("who", type_=String)
    if dialect.name == "postgresql":
        listed = select(func.json_array_elements_text(cast(who, JSON)))
    else:
        listed = select(func.json_each(who).table_valued("value").c.value)
    told = (table.c.channel, table.c.address, table.c.language, table.c.state)
    return select(*told).where(table.c.channel == bindparam("of"), table.c.address.in_(listed))


_KNOWN = Statement(_knowing, returns=True)


@InSteps
def put(messages: Sequence[InboxRow]) -> Steps[list[int]]:
    """Keep *messages*; for each the seq it got, or 0 when its ref had been put before."""
    kept = yield _PUT.of(_rows(messages))
    numbers = {(channel, address, ref): seq for channel, address, ref, seq in kept.rows}
    return [numbers.pop((each.channel, each.address, each.ref), 0) for each in messages]


def _rows(messages: Sequence[InboxRow]) -> list[dict[str, Any]]:
    now = time.time()
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for each in messages:
        row = {
            "channel": each.channel,
            "address": each.address,
            "ref": each.ref,
            "body": each.body,
            "pictures": each.pictures,
            "received_at": each.received_at or now,
            "state": str(each.state),
            "owner": each.owner,
            "leased_until": each.leased_until,
            "trouble": "",
        }
        rows.setdefault((each.channel, each.address, each.ref), row)
    return list(rows.values())


_ROW = ("channel", "address", "ref", "body", "pictures", "received_at", "state", "owner", "leased_until", "trouble")


def _putting(dialect: Dialect) -> UpdateBase:
    insert_ = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    table = tables.inbox
    told = (table.c.channel, table.c.address, table.c.ref, table.c.seq)
    return insert_(table).on_conflict_do_nothing().returning(*told)


_PUT = Statement(_putting, names=_ROW, returns=True)


@InSteps
def answer(answers: Sequence[StoredAnswer]) -> Steps[list[int | None]]:
    """Put each answer into the outbox, with what it showed, and forget its pictures; the number of each there.

    None where another process has taken the message meanwhile and answers it itself: then nothing is kept. Where the
    row is gone its person was erased meanwhile: then nothing is kept either, but the answer may be given, and has a
    number above all before it.
    """
    now = time.time()
    here = yield from _mark_answered(answers, now)
    kept = [each for each in answers if here.get(each.seq)]
    gone = [each for each in answers if each.seq not in here]
    numbers = yield from outbox.add_replies.steps([reply_to(each) for each in kept])
    unkept = yield from outbox.pass_numbers.steps([reply_to(each) for each in gone])
    yield from keep_people.steps(kept)
    yield _LOOK.of([_look(each, now) for each in kept if each.looked_at])
    given = {each.seq: number for each, number in zip([*kept, *gone], [*numbers, *unkept], strict=True)}
    return [given.get(each.seq) for each in answers]


def _mark_answered(answers: Sequence[StoredAnswer], now: float) -> Steps[dict[int, bool]]:
    """Mark as answered *now* what they answer; of each message that is still here, by its seq, whether it was ours.

    What was answered, erased or taken meanwhile is told apart in the same commit, while nobody else writes.
    """
    asked = [{"number": each.seq, "mine": each.holder, "now": now} for each in answers]
    written = yield _ANSWER.of(asked)
    if written.count == len(answers):
        return {each.seq: True for each in answers}
    found = yield _HERE.of(asked)
    return {seq: bool(ours) for seq, ours in found.rows}


def reply_to(answer: StoredAnswer) -> outbox.NewReply:
    """The answer as a row of the outbox."""
    state = OutboxState.WAITING if answer.later else OutboxState.SENDING
    to = Address(answer.channel, answer.address)
    return outbox.NewReply(
        to, answer.answer, seq=answer.seq, state=state, created_at=answer.received_at or time.time(),
        owner=answer.owner, leased_until=0.0 if answer.later else answer.leased_until,
    )  # fmt: skip


def _look(answer: StoredAnswer, now: float) -> dict[str, Any]:
    told = {name: str(getattr(answer.look_up, name)) for name in tables.LOOK_UP_COLUMNS}
    return {"channel": answer.channel, "address": answer.address, "at": now, "product_id": answer.looked_at, **told}


def _answering(_dialect: Dialect) -> UpdateBase:
    table = tables.inbox
    mine = (table.c.seq == bindparam("number")) & (table.c.owner == bindparam("mine"))
    return (
        update(table)
        .where(mine, table.c.state == InboxState.WAITING)
        .values(answered_at=bindparam("now"), pictures=None, state=str(InboxState.ANSWERED))
    )


_ANSWER = Statement(_answering, names=("answered_at", "pictures", "state"))
_LOOK = Statement(
    lambda _dialect: insert(tables.history).inline(),
    names=("channel", "address", "at", "product_id", *tables.LOOK_UP_COLUMNS),
)


def _being_here(_dialect: Dialect) -> Select[Any]:
    """Whether we answered it just now."""
    table = tables.inbox
    just_now = func.coalesce(table.c.answered_at == bindparam("now", type_=Float), false())
    ours = and_(table.c.owner == bindparam("mine"), just_now)
    return select(table.c.seq, ours).where(table.c.seq == bindparam("number"))


_HERE = Statement(_being_here, returns=True)


@InSteps
def keep_people(answers: Sequence[StoredAnswer]) -> Steps[list[None]]:
    """Keep what is known of people; the last word about each counts."""
    now = time.time()
    latest = {(each.channel, each.address): each for each in answers}
    rows = [
        {
            "channel": each.channel,
            "address": each.address,
            "language": each.language,
            "state": each.state,
            "seen_at": now,
        }
        for each in latest.values()
    ]
    yield _PEOPLE.of(rows)
    return [None] * len(answers)


def _keeping(dialect: Dialect) -> UpdateBase:
    insert_ = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    statement = insert_(tables.people)
    return statement.on_conflict_do_update(
        index_elements=["channel", "address"],
        set_={name: statement.excluded[name] for name in ("language", "state", "seen_at")},
    )


_PEOPLE = Statement(_keeping, names=("channel", "address", "language", "state", "seen_at"))


async def person(connection: AsyncConnection, channel: str, address: str) -> tuple[str, str]:
    """The language someone chose ("" if none) and their conversation's state as it was kept."""
    return await read_apart(connection, person_in_steps(channel, address))


def person_in_steps(channel: str, address: str) -> Steps[tuple[str, str]]:
    """The same in steps."""
    found = (yield _PERSON.of([{"c": channel, "a": address}])).rows
    return (found[0][0], found[0][1]) if found else ("", "{}")


def _person(_dialect: Dialect) -> Select[Any]:
    table = tables.people.c
    return select(table.language, table.state).where(table.channel == bindparam("c"), table.address == bindparam("a"))


_PERSON = Statement(_person, returns=True)
