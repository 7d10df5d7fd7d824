"""What people think of products they bought: given, changed, taken back, answered, judged; words and answers sealed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.inquiry import Address, Notice
from catalog.ratings import (
    YEARS_KEPT,
    CardRatings,
    HoldReason,
    Rating,
    RatingStanding,
    RatingState,
    RatingSummary,
    RatingWay,
    RingKind,
    find_rings,
    half_year,
    mark_words,
    summarize,
)
from catalog.store import notices, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.card_ratings import CardRatingReader, read_marks, read_way
from catalog.store.outbox_store import OutboxStore
from catalog.store.steps import insert_into

_YEAR = 365 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class RatingPage:
    """Some ratings with a sentence, newest first, and how many there are; *rings* says which belong to one."""

    ratings: Sequence[Rating] = ()
    total: int = 0
    rings: Mapping[int, RingKind] | None = None


class RatingStore:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access, outbox: OutboxStore) -> None:
        self._access = access
        self._outbox = outbox
        self._cards = CardRatingReader(access)

    async def standing(self, who: Address, product: str, producer: str, *, now: float) -> RatingStanding:
        """How somebody stands to a product of this producer."""
        return await self._access.read(lambda c: self._standing(c, who, product, producer, now))

    async def of_card(self, who: Address, product: str, producer: str, *, now: float) -> CardRatings:
        """What the card of a product of this *producer* tells somebody of ratings.

        The summary may be some seconds old where another process has written; what was written here is in it.
        """
        return await self._cards.of_card(who, product, producer, now=now)

    async def give(self, rating: Rating, *, tell: Sequence[Notice] = ()) -> Rating:
        """Keep a rating, as the person's one of this product and half-year, and *tell* of it; as it is kept.

        What an officer hid before is not shown again before one has looked at it.
        """
        kept = await self._access.write_alone(lambda c: self._give(c, rating, tell))
        self._cards.forget()
        if tell:
            self._outbox.wake()
        return kept

    async def of_person(self, who: Address) -> list[Rating]:
        """Everything somebody rated, the newest first."""
        query = select(tables.ratings).where(_of(who)).order_by(tables.ratings.c.number.desc())
        return [self._open(row) for row in await self._rows(query)]

    async def by_number(self, number: int) -> Rating | None:
        """One of them; None where it is not there."""
        found = await self._rows(select(tables.ratings).where(tables.ratings.c.number == number))
        return self._open(found[0]) if found else None

    async def take_back(self, who: Address, number: int) -> Rating | None:
        """Erase one of somebody's own; what it was, None where it was not theirs."""
        table = tables.ratings
        mine = _of(who) & (table.c.number == number)

        async def write(connection: AsyncConnection) -> Any:
            row = (await connection.execute(select(table).where(mine))).mappings().first()
            await connection.execute(delete(table).where(mine))
            return row

        row = await self._access.write_alone(write)
        self._cards.forget()
        self._access.vacuum.ask()
        return self._open(row) if row is not None else None

    async def summary(self, product: str) -> RatingSummary:
        """What there is to say of all that is shown of a product."""
        return summarize(await self._access.read(lambda c: read_marks(c, product)))

    async def page(self, product: str, *, limit: int, offset: int = 0, apart: bool = False) -> RatingPage:
        """Sentences about a product that are shown, the newest first: those that count, or those set *apart*."""

        async def read(connection: AsyncConnection) -> tuple[Sequence[Any], int, Mapping[int, RingKind]]:
            marks = await read_marks(connection, product)
            rings = find_rings(marks)
            chosen = [one.number for one in marks if one.here and one.worded and (one.number in rings) == apart]
            some = sorted(chosen, reverse=True)[offset : offset + limit]
            query = select(tables.ratings).where(tables.ratings.c.number.in_(some))
            rows = (await connection.execute(query.order_by(tables.ratings.c.number.desc()))).mappings().all()
            return rows, len(chosen), rings

        rows, total, rings = await self._access.read(read)
        return RatingPage([self._open(row) for row in rows], total, rings)

    async def unanswered(self, products: Collection[str], *, limit: int) -> tuple[list[Rating], int]:
        """What its producer may still answer of these products, the newest first, and how many that are."""
        table = tables.ratings.c
        fresh = table.answered_at.is_(None) | (table.answered_at < table.changed_at)
        chosen = table.product_id.in_(products) & (table.state == str(RatingState.SHOWN)) & (table.words != "") & fresh
        return await self._some(chosen, limit=limit)

    async def answer(self, number: int, words: str, *, at: float) -> bool:
        """Keep what its producer says to a rating; False where it was answered, changed or hidden meanwhile."""
        table = tables.ratings
        fresh = table.c.answered_at.is_(None) | (table.c.answered_at < table.c.changed_at)
        mine = (table.c.number == number) & (table.c.state == str(RatingState.SHOWN)) & fresh
        values = {"answer": self._access.close(words), "answered_at": at}
        done = await self._access.write_alone(lambda c: c.execute(update(table).where(mine).values(values)))
        return bool(done.rowcount)

    async def in_state(self, state: RatingState, *, limit: int, offset: int = 0) -> tuple[list[Rating], int]:
        """The ratings in a state, the newest first, and how many there are."""
        return await self._some(tables.ratings.c.state == str(state), limit=limit, offset=offset)

    async def judge(
        self, number: int, state: RatingState, *, by: Doer, reason: str = "", tell: Sequence[Notice] = ()
    ) -> Rating:
        """Show one or hide it, as an officer decides, and *tell* of it; the audit has no words. Raises NotFound."""
        values: dict[str, Any] = {"state": str(state), "reason": reason if state is RatingState.HIDDEN else ""}
        deed = Deed.RATING_HIDDEN if state is RatingState.HIDDEN else Deed.RATING_SHOWN
        judged = await self._change(number, values, deed, by=by, reason=reason, tell=tell)
        self._outbox.wake()
        return judged

    async def clear(self, number: int, *, by: Doer, reason: str) -> Rating:
        """Let one count though it looks like part of a ring, as an officer decides. Raises NotFound."""
        return await self._change(number, {"cleared": True}, Deed.RATING_CLEARED, by=by, reason=reason)

    async def rings_of(self, products: Collection[str]) -> dict[int, RingKind]:
        """Which ratings of these products belong to a ring, by number."""

        async def read(connection: AsyncConnection) -> dict[int, RingKind]:
            found: dict[int, RingKind] = {}
            for product in products:
                found |= find_rings(await read_marks(connection, product))
            return found

        return await self._access.read(read)

    async def products_rated(self) -> list[str]:
        """The ids of all products of which something is shown."""
        table = tables.ratings.c
        query = select(table.product_id).where(table.state == str(RatingState.SHOWN)).distinct()
        return list(await self._access.read(lambda c: c.scalars(query)))

    async def forget_old(self, *, now: float) -> None:
        """Erase what was said so long ago that it tells nothing of the product of today."""
        table = tables.ratings
        old = table.c.changed_at < now - YEARS_KEPT * _YEAR
        gone = await self._access.write(lambda c: c.execute(delete(table).where(old)))
        if gone.rowcount:
            self._cards.forget()
            self._access.vacuum.ask()

    async def _standing(
        self, connection: AsyncConnection, who: Address, product: str, producer: str, now: float
    ) -> RatingStanding:
        members, mine = tables.members.c, tables.ratings
        answers_for = (members.channel == who.channel) & (members.address == who.address)
        makes_it = await connection.scalar(
            select(members.role).where(answers_for, members.producer_id == producer).limit(1)
        )
        query = select(mine).where(_of(who), mine.c.product_id == product, mine.c.half == half_year(now))
        row = (await connection.execute(query)).mappings().first()
        way = await read_way(connection, who, product)
        return RatingStanding(way, self._open(row) if row is not None else None, makes_it is not None)

    async def _give(self, connection: AsyncConnection, rating: Rating, tell: Sequence[Notice]) -> Rating:
        table, half = tables.ratings, half_year(rating.at)
        same = _of(rating.who) & (table.c.product_id == rating.product) & (table.c.half == half)
        before = (await connection.execute(select(table).where(same))).mappings().first()
        if before is not None and before["state"] == str(RatingState.HIDDEN):
            holds = (*rating.holds, HoldReason.AGAIN)
            rating, tell = replace(rating, state=RatingState.HELD, holds=holds), ()
        seal = self._access.keys
        mark = mark_words(rating.words)
        changing = {
            "points": rating.points, "words": self._access.close(rating.words), "state": str(rating.state),
            "mark": seal.token(f"rating {mark}") if seal and mark else mark[:64], "language": rating.language,
            "changed_at": rating.at, "holds": " ".join(rating.holds), "reason": "", "cleared": False,
        }  # fmt: skip
        key = {"channel": rating.who.channel, "address": rating.who.address, "product_id": rating.product, "half": half}
        made = insert_into(table, connection.dialect).values(
            {**key, **changing, "way": str(rating.way), "at": rating.at, "answer": "", "answered_at": None}
        )
        made = made.on_conflict_do_update(index_elements=list(key), set_=changing)
        await connection.execute(made)
        row = (await connection.execute(select(table).where(same))).mappings().one()
        if tell:
            await notices.add(connection, tell)
        return self._open(row)

    async def _change(
        self,
        number: int,
        values: Mapping[str, Any],
        deed: Deed,
        *,
        by: Doer,
        reason: str,
        tell: Sequence[Notice] = (),
    ) -> Rating:
        table = tables.ratings

        async def write(connection: AsyncConnection) -> Any:
            query = select(table).where(table.c.number == number).with_for_update()
            before = (await connection.execute(query)).mappings().first()
            if before is None:
                raise NotFound("There is no such rating.")
            await connection.execute(update(table).where(table.c.number == number).values(values))
            told = {"product": before["product_id"], "holds": before["holds"]}
            was = {"state": before["state"]}
            entry = by.did(deed, f"rating {number}", before=was, after={**told, **_audit_values(values)}, reason=reason)
            await append(connection, entry)
            await notices.add(connection, tell)
            return {**before, **values}

        changed = await self._access.write_alone(write)
        self._cards.forget()
        return self._open(changed)

    async def _some(self, chosen: ColumnElement[bool], *, limit: int, offset: int = 0) -> tuple[list[Rating], int]:
        table = tables.ratings
        query = select(table).where(chosen).order_by(table.c.number.desc()).limit(limit).offset(offset)

        async def read(connection: AsyncConnection) -> tuple[Sequence[Any], int]:
            total = await connection.scalar(select(func.count()).select_from(table).where(chosen))
            return (await connection.execute(query)).mappings().all(), total or 0

        rows, total = await self._access.read(read)
        return [self._open(row) for row in rows], total

    async def _rows(self, query: Select[Any]) -> Sequence[Any]:
        rows = await self._access.read(lambda c: c.execute(query))
        return list(rows.mappings())

    def _open(self, row: Any) -> Rating:
        return Rating(
            who=Address(row["channel"], row["address"]),
            product=row["product_id"],
            points=row["points"],
            words=self._access.open(row["words"]),
            way=RatingWay(row["way"]),
            language=row["language"],
            at=row["at"],
            changed_at=row["changed_at"],
            state=RatingState(row["state"]),
            holds=tuple(map(HoldReason, row["holds"].split())),
            answer=self._access.open(row["answer"]),
            answered_at=row["answered_at"],
            reason=row["reason"],
            cleared=bool(row["cleared"]),
            number=row["number"],
        )


def _audit_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in {"state", "cleared"}}


def _of(who: Address) -> ColumnElement[bool]:
    table = tables.ratings.c
    return (table.channel == who.channel) & (table.address == who.address)
