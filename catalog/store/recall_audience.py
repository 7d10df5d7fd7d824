"""Whom a recall concerns: who looked its product up and with which package, who can be reached, who was told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Select, and_, bindparam, false, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.dates import PartialDate
from catalog.delivery import OutboxState
from catalog.inquiry import Address, NoticeKind
from catalog.recalls import Concern, Package, Recall, RecallScope, concern_of
from catalog.store import tables
from catalog.store.steps import Statement, Steps

AT_A_STEP = 1000
"""How many people are looked at in one transaction."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a recall would be told in one channel: all, how many of them surely have such a package, and now at once."""

    channel: str
    people: int
    sure: int
    now: int


@dataclass(frozen=True, slots=True)
class RecallProgress:
    """How far the people of one channel were told: reached, who said that they read it, and who is waited for."""

    channel: str
    people: int
    reached: int
    read: int
    waiting: int
    failed: int


def is_one_of(
    people: Iterable[Address], channel: ColumnElement[str], address: ColumnElement[str]
) -> ColumnElement[bool]:
    """Whether the columns name one of *people*; an index finds those of one channel, but no pairs in SQLite."""
    by_channel: dict[str, list[str]] = {}
    for each in people:
        by_channel.setdefault(each.channel, []).append(each.address)
    theirs = [and_(channel == name, address.in_(addresses)) for name, addresses in by_channel.items()]
    return or_(false(), *theirs)


async def packages_of(
    connection: AsyncConnection, product_id: str, people: Sequence[Address]
) -> dict[Address, list[Package]]:
    table = tables.history.c
    theirs = is_one_of(people, table.channel, table.address)
    query = select(table.channel, table.address, table.lot, table.made, table.expires, table.at)
    found: dict[Address, list[Package]] = {}
    for row in await connection.execute(query.where(table.product_id == product_id, theirs)):
        package = Package(row.lot, _day(row.made), _day(row.expires), row.at)
        found.setdefault(Address(row.channel, row.address), []).append(package)
    return found


def packages_in_steps(product_id: str, who: Address) -> Steps[list[Package]]:
    """What somebody told of the packages of a product that they looked up."""
    found = (yield _PACKAGES.of([{"product": product_id, "channel": who.channel, "address": who.address}])).rows
    return [Package(lot, _day(made), _day(expires), at) for lot, made, expires, at in found]


def _packages(_dialect: Dialect) -> Select[Any]:
    table = tables.history.c
    mine = (table.channel == bindparam("channel"), table.address == bindparam("address"))
    query = select(table.lot, table.made, table.expires, table.at)
    return query.where(table.product_id == bindparam("product"), *mine)


_PACKAGES = Statement(_packages, returns=True)


async def people_of(connection: AsyncConnection, product_id: str, after: Sequence[str], *, limit: int) -> list[Address]:
    """The next people who looked a product up, in the order of their channels and addresses."""
    table = tables.history.c
    whose = (table.channel, table.address)
    behind = tuple_(*whose) > tuple_(after[0], after[1])
    query = select(*whose).where(table.product_id == product_id, behind).distinct().order_by(*whose).limit(limit)
    return [Address(row.channel, row.address) for row in await connection.execute(query)]


async def count_audience(
    connection: AsyncConnection,
    product_id: str,
    scope: RecallScope,
    windows: Mapping[str, float | None],
    now: float,
) -> list[Audience]:
    counted: dict[str, Audience] = {}
    after: Sequence[str] = ("", "")
    while some := await people_of(connection, product_id, after, limit=AT_A_STEP):
        packages = await packages_of(connection, product_id, some)
        concerned = {who: concern_of(scope, packages.get(who, ())) for who in some}
        theirs = [who for who, concern in concerned.items() if concern is not Concern.NO]
        reachable = await _reachable(connection, theirs, windows, now)
        for who in theirs:
            held = counted.get(who.channel, Audience(who.channel, 0, 0, 0))
            sure, at_once = held.sure + (concerned[who] is Concern.YES), held.now + (who in reachable)
            counted[who.channel] = Audience(who.channel, held.people + 1, sure, at_once)
        after = (some[-1].channel, some[-1].address)
    return [counted[name] for name in sorted(counted)]


async def _reachable(
    connection: AsyncConnection, people: Sequence[Address], windows: Mapping[str, float | None], now: float
) -> set[Address]:
    """Those of *people* to whom their channel lets us speak now, as far as we know."""
    if not people:
        return set()
    sent, came = tables.outbox.c, tables.inbox.c
    theirs = is_one_of(people, sent.channel, sent.address)
    waits = select(sent.channel, sent.address).where(theirs, sent.state == str(OutboxState.HELD))
    held = {Address(row.channel, row.address) for row in await connection.execute(waits)}
    last = select(came.channel, came.address, func.max(came.received_at).label("at"))
    last = last.where(is_one_of(people, came.channel, came.address)).group_by(came.channel, came.address)
    heard = {Address(row.channel, row.address): row.at for row in await connection.execute(last)}

    def is_open(who: Address) -> bool:
        window = windows.get(who.channel)
        return who not in held and (window is None or now - heard.get(who, 0.0) < window)

    return {each for each in people if is_open(each)}


async def count_progress(connection: AsyncConnection, recall: Recall, keeping: frozenset[str]) -> list[RecallProgress]:
    sent, read = tables.outbox.c, tables.recall_reads.c
    ours = and_(sent.subject == f"{recall.number} {recall.version}", sent.kind == str(NoticeKind.RECALL))
    query = select(sent.channel, sent.state, func.count().label("size")).where(ours).group_by(sent.channel, sent.state)
    states: dict[str, dict[str, int]] = {}
    for row in await connection.execute(query):
        states.setdefault(row.channel, {})[row.state] = row.size
    said = select(read.channel, func.count().label("size")).where(read.recall == recall.number).group_by(read.channel)
    reads = {row.channel: row.size for row in await connection.execute(said)}
    come = await _come_since(connection, ours & sent.channel.in_(sorted(keeping))) if keeping else {}
    return [
        _of_channel(name, found, reads.get(name, 0), come.get(name, 0) if name in keeping else None)
        for name, found in sorted(states.items())
    ]


async def _come_since(connection: AsyncConnection, which: ColumnElement[bool]) -> dict[str, int]:
    """How many of those for whom *which* is kept have written since, by channel."""
    sent, came = tables.outbox, tables.inbox.c
    later = select(came.seq).where(
        came.channel == sent.c.channel, came.address == sent.c.address, came.received_at > sent.c.sent_at
    )
    query = select(sent.c.channel, func.count().label("size")).where(which, later.exists()).group_by(sent.c.channel)
    return {row.channel: row.size for row in await connection.execute(query)}


def _of_channel(name: str, found: Mapping[str, int], read: int, come: int | None) -> RecallProgress:
    """*come* is how many came since, where the channel keeps what is said until they do."""
    sent = found.get(str(OutboxState.SENT), 0)
    reached = sent if come is None else max(come, read)
    failed = found.get(str(OutboxState.FAILED), 0) + found.get(str(OutboxState.UNKNOWN), 0)
    people = sum(size for state, size in found.items() if state != OutboxState.MOOT)
    return RecallProgress(name, people, reached, read, people - reached - failed, failed)


def _day(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None
