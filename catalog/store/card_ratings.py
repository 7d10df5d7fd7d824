"""What a card tells of ratings, read for each answer: the summary of a product, and how somebody stands to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import cache
from operator import itemgetter
from time import monotonic
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import Address, Side
from catalog.model import LookUpWay
from catalog.ratings import (
    CardRatings,
    RatingMark,
    RatingState,
    RatingSummary,
    RatingWay,
    half_year,
    summarize,
)
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.postgresql_writes import Columns, InOneStatement, to_lists, unnest_lists
from catalog.store.steps import Statement, Steps

_BY_CODE = (str(LookUpWay.PHOTO), str(LookUpWay.TYPED))
SUMMARY_SECONDS = 3.0
"""For how long what was summed up for a card is good while nobody writes here."""
_MOST_SUMMARIES = 2048


class CardRatingReader:
    """Reads what cards tell of ratings; what was summed up is good for some seconds while nobody writes here."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._summaries: dict[str, tuple[float, RatingSummary]] = {}
        self._writes = 0

    async def of_card(self, who: Address, product: str, producer: str, *, now: float) -> CardRatings:
        """What the card of a product of this *producer* tells somebody."""
        kept_until, kept = self._summaries.get(product, (0.0, None))
        summary = kept if monotonic() < kept_until else None
        writes = self._writes
        asked = {**asdict(who), "product": product, "producer": producer, "half": half_year(now)}
        if self._access.has_jobs:
            known = await self._of_card_in_group(asked, summary)
        else:
            known = await self._access.read_in_steps(_of_card(asked, summary))
        if summary is None and known.summary != RatingSummary() and writes == self._writes:
            self._summaries[product] = (monotonic() + SUMMARY_SECONDS, known.summary)
            while len(self._summaries) > _MOST_SUMMARIES:
                del self._summaries[next(iter(self._summaries))]
        return known

    async def _of_card_in_group(self, asked: Mapping[str, Any], summary: RatingSummary | None) -> CardRatings:
        """What of_card tells, by one look for all who ask at the same moment: each way to PostgreSQL costs more."""
        flags = await self._access.read_item(_stand_in_group, asked)
        marks: Sequence[RatingMark] = ()
        if flags[0] and summary is None:
            marks = await self._access.read(lambda c: read_marks(c, asked["product"]))
        return _card_ratings(flags, summary, marks)

    def forget(self) -> None:
        """Forget what was summed up: the same words elsewhere may set one apart here."""
        self._writes += 1
        self._summaries.clear()


async def read_way(connection: AsyncConnection, who: Address, product: str) -> RatingWay | None:
    """By what somebody may rate a product; None: nothing is known by which they bought it."""
    seen, asked = tables.history.c, tables.inquiries.c
    scan = (seen.channel == who.channel) & (seen.address == who.address) & (seen.product_id == product)
    by_code = select(seen.number).where(scan, seen.way.in_(_BY_CODE), seen.code != "").limit(1)
    if await connection.scalar(by_code) is not None:
        return RatingWay.SCAN
    mine = (asked.channel == who.channel) & (asked.address == who.address) & (asked.product_id == product)
    answered = select(asked.number).where(mine, asked.answered_by == str(Side.PRODUCER)).limit(1)
    return RatingWay.INQUIRY if await connection.scalar(answered) is not None else None


async def read_marks(connection: AsyncConnection, product: str) -> list[RatingMark]:
    """What is shown of a product, and what others have the same words, as rings are told by."""
    return [_mark(row, product) for row in await connection.execute(_shown(product))]


def _shown(product: Any) -> Select[Any]:
    table = tables.ratings.c
    own = select(table.mark).where(table.product_id == product, table.mark != "")
    alike = and_(table.mark != "", table.mark.in_(own))
    worded = table.words != ""
    return select(
        table.number, table.channel, table.address, table.points, table.at, table.mark, table.cleared, worded,
        table.product_id,
    ).where(table.state == str(RatingState.SHOWN), or_(table.product_id == product, alike))  # fmt: skip


def _mark(row: Sequence[Any], product: str) -> RatingMark:
    number, channel, address, points, at, mark, cleared, worded, of = row
    return RatingMark(number, f"{channel}:{address}", points, at, mark, bool(cleared), bool(worded), here=of == product)


def _of_card(asked: Mapping[str, Any], summary: RatingSummary | None) -> Steps[CardRatings]:
    """Both answers at one look, or how somebody stands to it alone where the *summary* is known."""
    taken = yield _STANDING.of([asked])
    flags = taken.rows[0]
    marks: Sequence[RatingMark] = ()
    if flags[0] and summary is None:
        taken = yield _SHOWN.of([{"product": asked["product"]}])
        marks = [_mark(row, asked["product"]) for row in taken.rows]
    return _card_ratings(flags, summary, marks)


def _card_ratings(flags: Sequence[Any], summary: RatingSummary | None, marks: Sequence[RatingMark]) -> CardRatings:
    rated, own, scanned, answered, makes_it = map(bool, flags)
    known = summary if rated and summary is not None else summarize(marks)
    return CardRatings(known, scanned or answered, own, makes_it)


def _lookups(asked: Callable[[str], ColumnElement[str]]) -> list[Select[Any]]:
    """Whether anything is shown of a product, and how somebody stands to it: a row of each where it is so."""
    mine, seen, inquiries, members = tables.ratings.c, tables.history.c, tables.inquiries.c, tables.members.c

    def of(table: Any) -> ColumnElement[bool]:
        return and_(table.channel == asked("channel"), table.address == asked("address"))

    product = asked("product")
    by_code = or_(*(seen.way == way for way in _BY_CODE))
    conditions = [
        and_(mine.product_id == product, mine.state == str(RatingState.SHOWN)),
        and_(of(mine), mine.product_id == product, mine.half == asked("half")),
        and_(of(seen), seen.product_id == product, by_code, seen.code != ""),
        and_(of(inquiries), inquiries.product_id == product, inquiries.answered_by == str(Side.PRODUCER)),
        and_(of(members), members.producer_id == asked("producer")),
    ]
    return [select(literal_column("1")).where(each) for each in conditions]


def _stand(_dialect: Dialect) -> Select[Any]:
    lookups = _lookups(lambda name: bindparam(name, type_=String))
    return select().add_columns(*(each.exists() for each in lookups))


_ASKED: Columns = {name: itemgetter(name) for name in ("number", "channel", "address", "product", "producer", "half")}


@InOneStatement
async def _stand_in_group(connection: AsyncConnection, asked: Sequence[Mapping[str, Any]]) -> list[Sequence[Any]]:
    """The flags of each who asks; it writes nothing."""
    numbered = [{**each, "number": number} for number, each in enumerate(asked)]
    rows = await connection.execute(_standing_in_group(), to_lists(_ASKED, numbered))
    flags = {number: told for number, *told in rows}
    return [flags[number] for number in range(len(asked))]


@cache
def _standing_in_group() -> Select[Any]:
    given = unnest_lists(**{name: Integer() if name == "number" else String() for name in _ASKED})
    # With an offset PostgreSQL looks each up by its index, and reads no whole table to look all up in a hash.
    flags = [each.offset(0).exists() for each in _lookups(lambda name: given.c[name])]
    return select(given.c.number, *flags)


_STANDING = Statement(_stand, returns=True)
_SHOWN = Statement(lambda _dialect: _shown(bindparam("product", type_=String)), returns=True)
