"""The inbox in the database: what came in, what was answered, and what was sent.

A row goes ``waiting`` → ``sending`` (its answer is kept) → ``sent``; or ``ready`` (surely not sent, tried at due_at),
``held`` (until the person speaks), ``unknown`` (it may have been sent, and is not sent again) or ``failed``. What waits
is read back by :mod:`catalog.store.inbox_store`.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Dialect, RowMapping, Select, String, bindparam, cast, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from catalog.store import tables
from catalog.store.steps import InSteps, Statement, Steps


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One message that came in, as it is kept. *body* is the caller's own spelling of it.

    What is read back has no *pictures*: *picture_bytes* tells how large they are where they are kept.
    """

    channel: str
    address: str
    ref: str
    body: str
    pictures: bytes | None = None
    seq: int = 0
    state: str = "waiting"
    answer: str | None = None
    attempts: int = 0
    due_at: float = 0.0
    received_at: float = 0.0
    picture_bytes: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of a letter: its new state, and what else is to be kept of it. *tried* if that was an attempt."""

    seq: int
    state: str
    due_at: float = 0.0
    sent_id: str = ""
    trouble: str = ""
    tried: bool = True


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer to keep before it is sent, with what is now known of the person; *later* if it is not sent now."""

    seq: int
    answer: str
    channel: str
    address: str
    language: str
    state: str
    looked_at: str = ""
    later: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A letter that is kept now, *seq* 0 when it had been before, and what was known of its person then.

    *keeping* counts how often people were kept outside of answers until then.
    """

    seq: int
    language: str = ""
    state: str = "{}"
    keeping: int = 0


@InSteps
def receive(letters: Sequence[InboxRow]) -> Steps[list[Received]]:
    """Keep *letters* as put() does, and tell what is known of who wrote them."""
    numbers = yield from put.steps(letters)
    addresses: dict[str, set[str]] = {}
    for each in letters:
        addresses.setdefault(each.channel, set()).add(each.address)
    # One channel at a time: SQLite reads the whole table for a list of pairs.
    asked = [{"of": channel, "who": json.dumps(list(some))} for channel, some in addresses.items()]
    found = yield _KNOWN.of(asked)
    known = {(channel, address): (language, state) for channel, address, language, state in found.rows}
    return [
        Received(number, *known.get((each.channel, each.address), ("", "{}")))
        for number, each in zip(numbers, letters, strict=True)
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
def put(letters: Sequence[InboxRow]) -> Steps[list[int]]:
    """Keep *letters*; for each the seq it got, or 0 when its ref had been put before."""
    kept = yield _PUT.of(_rows(letters))
    numbers = {(channel, address, ref): seq for channel, address, ref, seq in kept.rows}
    return [numbers.pop((each.channel, each.address, each.ref), 0) for each in letters]


def _rows(letters: Sequence[InboxRow]) -> list[dict[str, Any]]:
    now = time.time()
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for each in letters:
        row = {
            "channel": each.channel,
            "address": each.address,
            "ref": each.ref,
            "body": each.body,
            "pictures": each.pictures,
            "received_at": each.received_at or now,
            "state": each.state,
            "answer": each.answer,
            **_UNTRIED,
        }
        rows.setdefault((each.channel, each.address, each.ref), row)
    return list(rows.values())


_UNTRIED = {"due_at": 0.0, "attempts": 0, "leased_until": 0.0, "trouble": ""}
_LETTER = ("channel", "address", "ref", "body", "pictures", "received_at", "state", "answer", *_UNTRIED)


def _putting(dialect: Dialect) -> UpdateBase:
    insert_ = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    table = tables.inbox
    told = (table.c.channel, table.c.address, table.c.ref, table.c.seq)
    return insert_(table).on_conflict_do_nothing().returning(*told)


_PUT = Statement(_putting, names=_LETTER, returns=True)


@InSteps
def answer(answers: Sequence[StoredAnswer]) -> Steps[list[None]]:
    """Keep each answer and what it showed, and forget its pictures; the row is ``sending`` or ``ready`` from now on.

    Where the row is gone its person was erased meanwhile: then nothing is kept.
    """
    now, nothing = time.time(), [None] * len(answers)
    written = yield _ANSWER.of(
        [
            {"number": each.seq, "words": each.answer, "now": now, "new_state": "ready" if each.later else "sending"}
            for each in answers
        ]
    )
    if written.count != len(answers):
        here = yield _HERE.of([{"number": each.seq} for each in answers])
        seqs = {seq for (seq,) in here.rows}
        answers = [each for each in answers if each.seq in seqs]
    yield from keep_people.steps(answers)
    looks = [
        {"channel": each.channel, "address": each.address, "at": now, "product_id": each.looked_at}
        for each in answers
        if each.looked_at
    ]
    yield _LOOK.of(looks)
    return nothing


def _answering(_dialect: Dialect) -> UpdateBase:
    table = tables.inbox
    answered = update(table).where(table.c.seq == bindparam("number"))
    return answered.values(
        answer=bindparam("words"), answered_at=bindparam("now"), pictures=None, state=bindparam("new_state")
    )


_ANSWER = Statement(_answering, names=("answer", "answered_at", "pictures", "state"))
_LOOK = Statement(lambda _dialect: insert(tables.history).inline(), names=("channel", "address", "at", "product_id"))


def _being_here(_dialect: Dialect) -> Select[Any]:
    return select(tables.inbox.c.seq).where(tables.inbox.c.seq == bindparam("number"))


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


@InSteps
def settle(outcomes: Sequence[DeliveryResult]) -> Steps[list[None]]:
    """Keep what became of each letter."""
    rows = [
        {
            "number": each.seq,
            "new_state": each.state,
            "new_due_at": each.due_at,
            "new_sent_id": each.sent_id,
            "new_trouble": each.trouble[:200],
            "tries": int(each.tried),
        }
        for each in outcomes
    ]
    yield _SETTLE.of(rows)
    return [None] * len(outcomes)


def _settling(_dialect: Dialect) -> UpdateBase:
    table = tables.inbox
    settled = update(table).where(table.c.seq == bindparam("number"))
    return settled.values(
        state=bindparam("new_state"),
        due_at=bindparam("new_due_at"),
        sent_id=bindparam("new_sent_id"),
        trouble=bindparam("new_trouble"),
        attempts=table.c.attempts + bindparam("tries"),
        pictures=None,
    )


_SETTLE = Statement(_settling, names=("state", "due_at", "sent_id", "trouble", "attempts", "pictures"))


async def answers_after(
    connection: AsyncConnection, channel: str, address: str, *, after: int, before: int = 0, most: int = 0
) -> list[InboxRow]:
    """What was said to this person with a seq above *after*, oldest first.

    *before* leaves out that seq and what is above it, and only the last *most* are read; 0 means neither.
    """
    table = tables.inbox
    query = select(table).where(
        table.c.channel == channel, table.c.address == address, table.c.seq > after, table.c.answer.is_not(None)
    )
    if before:
        query = query.where(table.c.seq < before)
    query = query.order_by(table.c.seq.desc()).limit(most or None)
    return [_letter(row) for row in (await connection.execute(query)).mappings()][::-1]


async def person(connection: AsyncConnection, channel: str, address: str) -> tuple[str, str]:
    """The language someone chose ("" if none) and their conversation's state as it was kept."""
    table = tables.people
    query = select(table.c.language, table.c.state).where(
        tuple_(table.c.channel, table.c.address) == tuple_(bindparam("c"), bindparam("a"))
    )
    row = (await connection.execute(query, {"c": channel, "a": address})).one_or_none()
    return (row.language, row.state) if row else ("", "{}")


def _letter(row: RowMapping) -> InboxRow:
    return InboxRow(**{name: row[name] for name in InboxRow.__dataclass_fields__ if name in row})
