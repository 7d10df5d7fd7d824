"""Inquiries in the database. What is written and who must hear of it are kept in one transaction.

Texts, names, phones and photos come here sealed already (catalog.sealing); this module never sees them open.
"""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditEntry
from catalog.errors import NotFound
from catalog.inquiry import (
    Address,
    IllegalMove,
    Inquiry,
    Move,
    MovedMeanwhile,
    Notice,
    Side,
    State,
    after,
)
from catalog.sealing import fingerprint
from catalog.store import inquiry_queries, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.former_ids import follow_producers
from catalog.store.notices import add
from catalog.store.outbox_store import OutboxStore

# That a notice arrived or was looked at makes nobody wait less long.
_SILENT = frozenset({Move.DELIVER, Move.SEE})


@dataclass(frozen=True, slots=True)
class Opening:
    """A new inquiry with its first message; *link* and *text_mark* are fingerprints."""

    inquiry: Inquiry
    text: str
    link: str
    text_mark: str
    notices: Sequence[Notice] = ()
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class InquiryStep:
    """Something that happens to an inquiry: a move, perhaps with words, and who must hear of it.

    *origin* names the incoming message that caused it; what it causes happens once, however often it is worked on.
    *seen* is the mark of the inquiry as who does it saw it, where that matters; *by* is who closes it, and *outcome*
    what they found of a complaint.
    """

    ref: str
    move: Move
    at: float
    side: Side | None = None
    text: str = ""
    notices: Sequence[Notice] = ()
    rating: int | None = None
    origin: str = ""
    seen: str = ""
    by: Side | None = None
    outcome: str = ""


async def open_one(connection: AsyncConnection, opening: Opening) -> bool:
    """Keep a new inquiry, its first message and its notices; False if its ref is known, and nothing is done."""
    asked = opening.inquiry
    known = await connection.scalar(select(tables.inquiries.c.ref).where(tables.inquiries.c.ref == asked.ref))
    if known is not None:
        return False
    await connection.execute(
        insert(tables.inquiries).values(
            ref=asked.ref,
            product_id=asked.product_id,
            producer_id=await _maker_now(connection, asked.producer_id),
            channel=asked.consumer.channel,
            address=asked.consumer.address,
            language=asked.language,
            kind=str(asked.kind),
            state=str(asked.state),
            opened_at=asked.opened_at,
            moved_at=asked.moved_at,
            name=asked.name,
            phone=asked.phone,
            flags=list(asked.flags),
            link=opening.link,
            text_mark=opening.text_mark,
            photo=opening.photo,
        )
    )
    number = await _write(connection, asked.ref, at=asked.opened_at, side=Side.CONSUMER, text=opening.text)
    await add(connection, [replace(each, message=number) for each in opening.notices])
    return True


async def _maker_now(connection: AsyncConnection, producer: str) -> str:
    """The producer's id, or that of the one with whom they have become one while the question was written."""
    return (await follow_producers(connection, [producer])).get(producer, producer)


async def move(connection: AsyncConnection, step: InquiryStep) -> Inquiry:
    """Let an inquiry move. Raises NotFound, MovedMeanwhile, and IllegalMove for what is not in its table."""
    table = tables.inquiries
    held = await lock(connection, step.ref)
    if step.origin and await inquiry_queries.has_come(connection, step.origin):
        return held
    if step.seen and step.seen != held.mark:
        raise MovedMeanwhile
    state = after(held.state, step.move)
    number = 0
    if step.side is not None:
        number = await _write(
            connection, step.ref, at=step.at, side=step.side, text=step.text, origin=step.origin or None
        )
    values = {"state": str(state), **_columns_of(step)}
    await connection.execute(update(table).where(table.c.ref == step.ref).values(values))
    await add(connection, [replace(each, message=number) if number else each for each in step.notices])
    found = await inquiry_queries.by_ref(connection, step.ref)
    return found or held


def _columns_of(step: InquiryStep) -> dict[str, Any]:
    """What a step writes into its inquiry's row besides the state."""
    table = tables.inquiries
    values: dict[str, Any] = {}
    if step.move not in _SILENT:
        values["moved_at"] = step.at
    if step.rating is not None:
        values["rating"] = step.rating
    if step.move is Move.ANSWER:
        values |= {
            "answered_at": func.coalesce(table.c.answered_at, step.at),
            "answered_by": case((table.c.answered_by == "", str(step.side or "")), else_=table.c.answered_by),
        }
    if step.move not in _SILENT and step.move is not Move.RATE:
        values |= {"closed_by": str(step.by or "") if step.move is Move.CLOSE else "", "outcome": step.outcome}
    return values


async def lock(connection: AsyncConnection, ref: str) -> Inquiry:
    """The inquiry, which nobody else changes before this transaction ends. Raises NotFound."""
    # Two processes may move the same inquiry: the second waits here, and sees what the first has done.
    table = tables.inquiries
    await connection.execute(select(table.c.number).where(table.c.ref == ref).with_for_update())
    held = await inquiry_queries.by_ref(connection, ref)
    if held is None:
        raise NotFound(f"no inquiry {ref}")
    return held


async def note_delivery(connection: AsyncConnection, ref: str, at: float) -> None:
    """Note that a notice of an inquiry has reached its producer, where that can still be said of it."""
    with suppress(NotFound, IllegalMove):
        await move(connection, InquiryStep(ref, Move.DELIVER, at=at))


async def forget_words(connection: AsyncConnection, refs: Sequence[str]) -> None:
    """Erase what is personal in inquiries; that there was one, of which kind and when, stays as a number."""
    table = tables.inquiries
    await connection.execute(delete(tables.messages).where(tables.messages.c.inquiry.in_(refs)))
    await connection.execute(delete(tables.outbox).where(tables.outbox.c.subject.in_(refs)))
    await connection.execute(
        update(table)
        .where(table.c.ref.in_(refs))
        .values(
            channel="", address="", name="", phone="", photo=None, text_mark="", state=str(State.CLOSED),
            link="erased:" + table.c.ref,
        )
    )  # fmt: skip


async def _write(
    connection: AsyncConnection, ref: str, *, at: float, side: Side, text: str, origin: str | None = None
) -> int:
    written = await connection.execute(
        insert(tables.messages)
        .values(inquiry=ref, at=at, side=str(side), text=text, origin=origin)
        .returning(tables.messages.c.number)
    )
    return int(written.scalar_one())


class InquiryStore:
    """Inquiries; personal words are sealed going in and opened coming out. Every method raises StoreError."""

    def __init__(self, access: Access, outbox: OutboxStore) -> None:
        self._access = access
        self._outbox = outbox

    async def open(
        self,
        inquiry: Inquiry,
        *,
        text: str,
        link: str,
        notices: Sequence[Notice] = (),
        photo: bytes | None = None,
    ) -> bool:
        """Keep a new inquiry, its words and its notices in one transaction; *link* is the secret of its web page.

        False if there is one with this ref: then nothing is done.
        """
        seal = self._access.seal
        opening = Opening(
            replace(inquiry, name=seal.close(inquiry.name), phone=seal.close(inquiry.phone)),
            text=seal.close(text),
            link=fingerprint(link),
            text_mark=self._text_mark(text),
            notices=notices,
            photo=seal.close_bytes(photo) if photo else None,
        )
        fresh = await self._access.write(lambda c: open_one(c, opening))
        self._outbox.wake()
        return fresh

    async def move(self, step: InquiryStep, *, entry: AuditEntry | None = None) -> Inquiry:
        """Let an inquiry move; *entry* tells the audit. Raises NotFound, IllegalMove and MovedMeanwhile."""
        sealed = replace(step, text=self._access.seal.close(step.text))

        async def write(connection: AsyncConnection) -> Inquiry:
            again = bool(sealed.origin) and await inquiry_queries.has_come(connection, sealed.origin)
            moved = await move(connection, sealed)
            if entry is not None and not again:
                await append(connection, entry)
            return moved

        moved = self._unseal(await (self._access.write_alone(write) if entry else self._access.write(write)))
        if step.notices:
            self._outbox.wake()
        return moved

    async def by_ref(self, ref: str) -> Inquiry | None:
        """One inquiry with its messages."""
        found = await self._access.read(lambda c: inquiry_queries.by_ref(c, ref))
        return self._unseal(found) if found else None

    async def by_link(self, link: str) -> Inquiry | None:
        """The inquiry whose web page has this secret."""
        found = await self._access.read(lambda c: inquiry_queries.by_link(c, fingerprint(link)))
        return self._unseal(found) if found else None

    async def of_consumer(self, who: Address, *, limit: int, offset: int = 0) -> list[Inquiry]:
        """What someone asked, the newest first."""
        found = await self._access.read(lambda c: inquiry_queries.of_consumer(c, who, limit=limit, offset=offset))
        return [self._unseal(each) for each in found]

    async def of_producers(
        self, producers: Collection[str], *, waiting: bool, limit: int, offset: int = 0
    ) -> tuple[list[Inquiry], int]:
        """What these producers were asked, the newest first, and how much that is in all."""
        found, total = await self._access.read(
            lambda c: inquiry_queries.of_producers(c, producers, waiting=waiting, limit=limit, offset=offset)
        )
        return [self._unseal(each) for each in found], total

    async def list_unanswered(
        self, *, before: float, limit: int, offset: int = 0, now: float = 0.0
    ) -> tuple[list[Inquiry], int]:
        """What nobody answered since *before*, or an officer was told of until *now*; and how much that is in all."""
        found, total = await self._access.read(
            lambda c: inquiry_queries.list_unanswered(c, before=before, limit=limit, offset=offset, now=now)
        )
        return [self._unseal(each) for each in found], total

    async def count_since(self, who: Address, *, since: float, producer_id: str = "") -> int:
        """How much someone asked since then."""
        return await self._access.read(
            lambda c: inquiry_queries.count_since(c, who, since=since, producer_id=producer_id)
        )

    async def same_text(self, who: Address, *, text: str, since: float, producer_id: str) -> str | None:
        """The ref of an inquiry to that producer with the very same words."""
        mark = self._text_mark(text)
        return await self._access.read(
            lambda c: inquiry_queries.same_text(c, who, text_mark=mark, since=since, producer_id=producer_id)
        )

    async def photo(self, ref: str) -> bytes | None:
        """The photo of a complaint."""
        sealed = await self._access.read(lambda c: inquiry_queries.photo(c, ref))
        return self._access.seal.open_bytes(sealed) if sealed else None

    def link_of(self, ref: str) -> str:
        """The secret of an inquiry's web page, given to its consumer only."""
        return self._access.seal.token(f"inquiry {ref}")

    async def forget_older_than(self, moment: float) -> int:
        """Erase the words of inquiries that have not moved since *moment*; how many."""
        refs = await self._access.read(lambda c: inquiry_queries.older_than(c, moment))
        if refs:
            await self._access.write(lambda c: forget_words(c, refs))
        return len(refs)

    def _text_mark(self, text: str) -> str:
        """How the same words are known again; whoever reads the database cannot guess them by trying."""
        return self._access.seal.token("text " + " ".join(text.split()).casefold())

    def _unseal(self, inquiry: Inquiry) -> Inquiry:
        seal = self._access.seal
        written = tuple(replace(each, text=seal.open(each.text)) for each in inquiry.messages)
        return replace(inquiry, name=seal.open(inquiry.name), phone=seal.open(inquiry.phone), messages=written)
