"""Who follows what, how what is followed stood last, the news that came of it, and what is still to be told."""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.delivery import OutboxState
from catalog.follows import MOST_FOLLOWED, OF_COMMUNE, Follow, FollowKind, News, NewsKind
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.store import notices, tables
from catalog.store.access import Access
from catalog.store.outbox_store import OutboxStore
from catalog.store.steps import insert_into

_DAYS_KEPT = 60
_WAITS = (OutboxState.WAITING, OutboxState.HELD)


class FollowStore:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access, outbox: OutboxStore) -> None:
        self._access = access
        self._outbox = outbox

    async def add(self, follow: Follow, *, marks: Mapping[str, str]) -> bool:
        """Keep that somebody follows something; *marks* say how it stands now. False if they follow too much."""
        return await self._access.write_alone(lambda c: _add(c, follow, marks))

    async def of_person(self, who: Address) -> list[Follow]:
        """What somebody follows, the latest first."""
        table = tables.follows
        query = select(table).where(_of(who)).order_by(table.c.number.desc())
        rows = await self._access.read(lambda c: c.execute(query))
        return [_read(row) for row in rows.mappings()]

    async def stop(self, who: Address, *, number: int = 0) -> list[Follow]:
        """Forget one thing that somebody follows, or all of it; what that was."""
        table = tables.follows
        chosen = _of(who) & (table.c.number == number) if number else _of(who)

        async def write(connection: AsyncConnection) -> list[Follow]:
            rows = (await connection.execute(select(table).where(chosen))).mappings().all()
            await connection.execute(delete(table).where(chosen))
            return [_read(row) for row in rows]

        return await self._access.write_alone(write)

    async def subjects(self) -> dict[FollowKind, set[str]]:
        """All that anybody follows."""
        table = tables.follows.c
        rows = await self._access.read(lambda c: c.execute(select(table.kind, table.subject).distinct()))
        found: dict[FollowKind, set[str]] = {kind: set() for kind in FollowKind}
        for row in rows:
            found[FollowKind(row.kind)].add(row.subject)
        return found

    async def marks(self) -> dict[str, str]:
        """How all that is followed stood last, by its key."""
        table = tables.followed_marks.c
        rows = await self._access.read(lambda c: c.execute(select(table.key, table.mark)))
        return {row.key: row.mark for row in rows}

    async def change_mark(self, key: str, *, before: str | None, after: str, news: Sequence[News]) -> bool:
        """Let the mark be *after* and keep its *news*, if it is still as *before*; False if another process did it."""
        return await self._access.write_alone(lambda c: _change_mark(c, key, before, after, news))

    async def forget_marks(self, keys: Collection[str]) -> None:
        """Forget how what nobody follows any more stood, and news that are old."""
        table, events = tables.followed_marks, tables.follow_news
        old = time.time() - _DAYS_KEPT * 24 * 3600

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(delete(events).where(events.c.at < old))
            for key in keys:
                await connection.execute(delete(table).where(table.c.key == key))

        await self._access.write_alone(write)

    async def schedule(self, *, day: str, due: float) -> int:
        """Make a notice, due then, for everyone who has news and for whom none waits; for how many."""
        made = await self._access.write_alone(lambda c: _schedule(c, day=day, due=due))
        if made:
            self._outbox.wake()
        return made

    async def claim(self, who: Address, notice: int) -> list[News]:
        """The news that the notice of this number tells somebody, those that came until now among them.

        Composed again, it tells the same and what is new; what another notice told before is not told again.
        """
        return await self._access.write_alone(lambda c: _claim(c, who, notice))

    async def count_followers(self, producer: str, products: Collection[str], *, since: float = 0.0) -> int:
        """How many people follow a producer or one of these *products* of theirs, and began to *since* then."""
        table = tables.follows.c
        theirs = ((table.kind == str(FollowKind.PRODUCER)) & (table.subject == producer)) | (
            (table.kind == str(FollowKind.PRODUCT)) & table.subject.in_(products)
        )
        people = select(table.channel, table.address).where(theirs, table.since >= since).distinct().subquery()
        rows = await self._access.read(lambda c: c.execute(select(func.count()).select_from(people)))
        return int(rows.scalar_one())


async def _add(connection: AsyncConnection, follow: Follow, marks: Mapping[str, str]) -> bool:
    table = tables.follows
    held = await connection.scalar(select(func.count()).select_from(table).where(_of(follow.who)))
    if (held or 0) >= MOST_FOLLOWED:
        return False
    newest = await connection.scalar(select(func.max(tables.follow_news.c.number))) or 0
    values = {
        "channel": follow.who.channel, "address": follow.who.address, "kind": str(follow.kind),
        "subject": follow.subject, "language": follow.language, "since": follow.since, "seen": newest, "told": newest,
    }  # fmt: skip
    made = insert_into(table, connection.dialect).values(values)
    same = ["channel", "address", "kind", "subject"]
    await connection.execute(made.on_conflict_do_update(index_elements=same, set_={"language": follow.language}))
    if marks:
        kept = insert_into(tables.followed_marks, connection.dialect).on_conflict_do_nothing()
        await connection.execute(kept, [{"key": key, "mark": mark} for key, mark in marks.items()])
    return True


async def _change_mark(
    connection: AsyncConnection, key: str, before: str | None, after: str, news: Sequence[News]
) -> bool:
    table = tables.followed_marks
    if before is None:
        made = insert_into(table, connection.dialect).values(key=key, mark=after).on_conflict_do_nothing()
        changed = (await connection.execute(made)).rowcount
    else:
        same = (table.c.key == key) & (table.c.mark == before)
        changed = (await connection.execute(update(table).where(same).values(mark=after))).rowcount
    if changed != 1:
        return False
    rows = [
        {"what": str(each.what), "product_id": each.product, "producer_id": each.producer, "commune": each.commune,
         "at": each.at}
        for each in news
    ]  # fmt: skip
    if rows:
        await connection.execute(insert(tables.follow_news), rows)
    return True


def _fresh(*columns: Any, above: Any, more: ColumnElement[bool] | None = None) -> Any:
    """Follows with their news whose number is over *above*: by product, by producer, by commune."""
    follow, news = tables.follows.c, tables.follow_news.c
    ways = (
        (FollowKind.PRODUCT, news.product_id == follow.subject),
        (FollowKind.PRODUCER, news.producer_id == follow.subject),
        (FollowKind.COMMUNE, (news.commune == follow.subject) & news.what.in_([str(each) for each in OF_COMMUNE])),
    )
    found: list[Select[Any]] = []
    for kind, meets in ways:
        query = select(*columns).where(follow.kind == str(kind), meets, news.number > above)
        found.append(query if more is None else query.where(more))
    return union(*found)


async def _schedule(connection: AsyncConnection, *, day: str, due: float) -> int:
    follow, out = tables.follows.c, tables.outbox.c
    theirs = (out.channel == follow.channel) & (out.address == follow.address)
    waits = exists().where(theirs, out.kind == str(NoticeKind.FOLLOWED), out.state.in_(_WAITS))
    rows = await connection.execute(_fresh(follow.channel, follow.address, above=follow.told, more=~waits))
    fresh = []
    for channel, address in rows:
        key = f"followed:{day}:{channel}:{address}"[:200]
        fresh.append(Notice(key, Address(channel, address), NoticeKind.FOLLOWED, day, due_at=due))
    await notices.add(connection, fresh)
    return len(fresh)


async def _claim(connection: AsyncConnection, who: Address, notice: int) -> list[News]:
    follow, news = tables.follows.c, tables.follow_news
    newest = await connection.scalar(select(func.max(news.c.number))) or 0
    # What another notice was to tell is behind us; then all until now is this one's.
    others = _of(who) & (follow.notice != notice)
    await connection.execute(update(tables.follows).where(others).values(seen=follow.told, notice=notice))
    await connection.execute(update(tables.follows).where(_of(who)).values(told=newest))
    numbers = _fresh(news.c.number, above=follow.seen, more=_of(who) & (news.c.number <= newest)).subquery()
    query = select(news).where(news.c.number.in_(select(numbers.c.number))).order_by(news.c.number)
    rows = (await connection.execute(query)).mappings()
    return [
        News(NewsKind(row["what"]), row["product_id"], row["producer_id"], row["commune"], row["at"]) for row in rows
    ]


def _of(who: Address) -> ColumnElement[bool]:
    table = tables.follows.c
    return (table.channel == who.channel) & (table.address == who.address)


def _read(row: Any) -> Follow:
    return Follow(
        Address(row["channel"], row["address"]),
        FollowKind(row["kind"]),
        row["subject"],
        row["language"],
        row["since"],
        row["number"],
    )
