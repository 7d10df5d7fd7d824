"""What buyers want, which producers they asked, what was signed and kept, and what producers can supply."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.buyers.deals import (
    DAY,
    REQUEST_DAYS,
    BuyerDeal,
    BuyerFigures,
    BuyerRequest,
    DealAnswer,
    DealSide,
    DealState,
    KeptAnswer,
    count_deals,
)
from catalog.buyers.demand import Demand, quantity_from_json, quantity_to_json
from catalog.buyers.fitting import SupplyStatement
from catalog.errors import NotFound
from catalog.inquiry import Address, Notice
from catalog.store import notices
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.buyer_tables import buyer_deals, buyer_requests, deal_answers, supplies
from catalog.store.steps import insert_into

Tell = Callable[[BuyerDeal], Sequence[Notice]]
_AGREED_DAYS = 180
"""For so many days after its last step an agreed or signed deal keeps its request: both are asked about it."""
_LIVE = (DealState.ASKED, DealState.AGREED)


async def forget_person(connection: AsyncConnection, who: Address, *, at: float) -> None:
    """Take a buyer's words, name and address out; what was not signed is withdrawn, what was stays counted."""
    table = buyer_requests
    mine = (table.c.channel == who.channel) & (table.c.address == who.address)
    numbers = list(await connection.scalars(select(table.c.number).where(mine)))
    await _end(connection, numbers, at=at)


async def rows_of(connection: AsyncConnection, requests: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
    """Whom a buyer asked and what came of it, for whoever made these *requests*."""
    deals, answers = buyer_deals, deal_answers
    query = select(deals).where(deals.c.request.in_(requests)).order_by(deals.c.number)
    found = [dict(row) for row in (await connection.execute(query)).mappings()]
    said = select(answers).where(
        answers.c.deal.in_([row["number"] for row in found]), answers.c.side == str(DealSide.BUYER)
    )
    return {
        "buyer_deals": found,
        "deal_answers": [dict(row) for row in (await connection.execute(said)).mappings()],
    }


async def _end(connection: AsyncConnection, requests: Sequence[int], *, at: float) -> None:
    """End *requests*: nothing of what was said in them is left."""
    table, deals = buyer_requests, buyer_deals
    gone = {"channel": "", "address": "", "content": "", "ended_at": at}
    await connection.execute(update(table).where(table.c.number.in_(requests)).values(gone))
    open_ = deals.c.request.in_(requests) & deals.c.state.in_([str(each) for each in _LIVE])
    await connection.execute(update(deals).where(open_).values(state=str(DealState.WITHDRAWN), moved_at=at))


class BuyerStore:
    """Every method raises StoreError; whether somebody may is asked above. Times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    # Requests -----------------------------------------------------------------------------------------------------

    async def open(self, request: BuyerRequest, *, most: int) -> BuyerRequest | None:
        """Keep a new request; None where its buyer has made so many within a day."""
        values = self._columns(request)

        async def write(connection: AsyncConnection) -> BuyerRequest | None:
            table = buyer_requests
            mine = (table.c.channel == request.who.channel) & (table.c.address == request.who.address)
            lately = select(func.count()).select_from(table).where(mine, table.c.at > request.at - DAY)
            if (await connection.scalar(lately) or 0) >= most:
                return None
            made = await connection.execute(insert(table).values(values).returning(table))
            return self._request(made.mappings().one())

        return await self._access.write_alone(write)

    async def by_number(self, number: int) -> BuyerRequest:
        """One request. Raises NotFound."""
        return self._request(await self._access.read(lambda connection: _request_row(connection, number)))

    async def of_person(self, who: Address, *, limit: int = 10) -> list[BuyerRequest]:
        """Somebody's requests that have not ended, the newest first."""
        table = buyer_requests
        mine = (table.c.channel == who.channel) & (table.c.address == who.address)
        query = select(table).where(mine, table.c.ended_at.is_(None)).order_by(table.c.number.desc()).limit(limit)
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [self._request(row) for row in rows.mappings()]

    async def name(self, request: BuyerRequest) -> None:
        """Keep the name and number that a buyer passes on once both agree."""
        table = buyer_requests
        same = (table.c.number == request.number) & table.c.ended_at.is_(None)
        statement = update(table).where(same).values(content=self._columns(request)["content"])
        await self._access.write(lambda connection: connection.execute(statement))

    async def withdraw(self, number: int, *, at: float, tell: Sequence[Notice] = ()) -> None:
        """End a request: its words are gone, who was asked cannot answer any more."""

        async def write(connection: AsyncConnection) -> None:
            await _end(connection, [number], at=at)
            await notices.add(connection, tell)

        await self._access.write_alone(write)
        self._access.vacuum.ask()

    async def forget_old(self, *, now: float) -> int:
        """End the requests that are over, but those of which an agreement is still asked about; how many."""
        table, deals = buyer_requests, buyer_deals
        kept = (str(DealState.AGREED), str(DealState.SIGNED))
        lately = and_(deals.c.state.in_(kept), deals.c.moved_at > now - _AGREED_DAYS * DAY)
        held = select(deals.c.number).where(deals.c.request == table.c.number, lately).exists()
        over = and_(table.c.address != "", table.c.at < now - REQUEST_DAYS * DAY)

        async def write(connection: AsyncConnection) -> int:
            numbers = list(await connection.scalars(select(table.c.number).where(over, ~held)))
            await _end(connection, numbers, at=now)
            return len(numbers)

        return await self._access.write_alone(write)

    # Deals --------------------------------------------------------------------------------------------------------

    async def ask(
        self, request: BuyerRequest, product: str, producer: str, *, at: float, most: int, tell: Tell
    ) -> BuyerDeal | None:
        """Ask a producer in a buyer's name; None where the buyer asked so many within a day.

        Who was asked for this already is not asked again: then that deal is given.
        """

        async def write(connection: AsyncConnection) -> BuyerDeal | None:
            table, requests = buyer_deals, buyer_requests
            same = select(table).where(table.c.request == request.number, table.c.product_id == product)
            if held := (await connection.execute(same)).mappings().first():
                return _deal(held)
            mine = (requests.c.channel == request.who.channel) & (requests.c.address == request.who.address)
            joined = table.join(requests, requests.c.number == table.c.request)
            lately = select(func.count()).select_from(joined).where(mine, table.c.asked_at > at - DAY)
            if (await connection.scalar(lately) or 0) >= most:
                return None
            values = {
                "request": request.number, "producer_id": producer, "product_id": product,
                "state": str(DealState.ASKED), "asked_at": at, "moved_at": at,
            }  # fmt: skip
            deal = _deal((await connection.execute(insert(table).values(values).returning(table))).mappings().one())
            await notices.add(connection, tell(deal))
            return deal

        return await self._access.write_alone(write)

    async def deal(self, number: int) -> BuyerDeal:
        """One deal. Raises NotFound."""
        return await self._access.read(lambda connection: _one_deal(connection, number))

    async def deals(
        self, *, request: int | None = None, producers: Collection[str] | None = None, limit: int = 100, offset: int = 0
    ) -> list[BuyerDeal]:
        """Deals of a request or of some producers, or all, the newest first."""
        table = buyer_deals
        query = select(table).order_by(table.c.number.desc()).limit(limit).offset(offset)
        if request is not None:
            query = query.where(table.c.request == request)
        if producers is not None:
            query = query.where(table.c.producer_id.in_(producers))
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [_deal(row) for row in rows.mappings()]

    async def signed_between(self, start: float, end: float) -> list[BuyerDeal]:
        """What was signed after *start*, until *end*."""
        table = buyer_deals
        then = (table.c.signed_at > start) & (table.c.signed_at <= end)
        query = select(table).where(table.c.state == str(DealState.SIGNED), then).order_by(table.c.number)
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [_deal(row) for row in rows.mappings()]

    async def move(
        self,
        deal: BuyerDeal,
        to: DealState,
        *,
        at: float,
        tell: Sequence[Notice] = (),
        by: Doer | None = None,
    ) -> BuyerDeal | None:
        """Let *deal* become that, unless somebody moved it meanwhile: then None. An officer stands in the audit."""
        table = buyer_deals
        values: dict[str, Any] = {"state": str(to), "moved_at": at}
        values["signed_at"] = at if to is DealState.SIGNED else None
        if by is not None:
            values["by_officer"] = True
        same = (table.c.number == deal.number) & (table.c.state == str(deal.state))

        async def write(connection: AsyncConnection) -> BuyerDeal | None:
            moved = await connection.execute(update(table).where(same).values(values).returning(table))
            row = moved.mappings().first()
            if row is None:
                return None
            if to is not DealState.SIGNED:
                await connection.execute(delete(deal_answers).where(deal_answers.c.deal == deal.number))
            await notices.add(connection, tell)
            if by is not None:
                told = {"state": str(deal.state)}, {"state": str(to), "producer": deal.producer}
                entry = by.did(Deed.BUYER_ANSWER_NOTED, f"deal {deal.number}", before=told[0], after=told[1])
                await append(connection, entry)
            return _deal(row)

        return await self._access.write_alone(write)

    async def note_answer(self, answer: DealAnswer) -> None:
        """Keep what one side says of a signed deal; what it said of that day before is replaced."""
        key = {"deal": answer.deal, "days": answer.days, "side": str(answer.side)}
        values = {"answer": str(answer.answer), "at": answer.at}

        async def write(connection: AsyncConnection) -> None:
            made = insert_into(deal_answers, connection.dialect).values({**key, **values})
            await connection.execute(made.on_conflict_do_update(index_elements=list(key), set_=values))

        await self._access.write(write)

    async def answers(self, deals: Collection[int]) -> list[DealAnswer]:
        """What was said of these deals."""
        return await self._access.read(lambda connection: _answers(connection, deals))

    async def figures(self, fair: str = "") -> BuyerFigures:
        """What became of all requests, or of those that began at one fair."""

        async def count(connection: AsyncConnection) -> BuyerFigures:
            table, deals = buyer_requests, buyer_deals
            query = select(table.c.number).where(table.c.fair == fair) if fair else select(table.c.number)
            whole = await connection.scalar(select(func.count()).select_from(query.subquery())) or 0
            rows = await connection.execute(select(deals).where(deals.c.request.in_(query)))
            found = [_deal(row) for row in rows.mappings()]
            signed = [each.number for each in found if each.state is DealState.SIGNED]
            return count_deals(whole, found, await _answers(connection, signed))

        return await self._access.read(count)

    async def at_fair(self, fair: str) -> tuple[Sequence[BuyerRequest], Sequence[BuyerDeal]]:
        """The requests that began at a fair and all that was asked for them, the newest first."""
        table, deals = buyer_requests, buyer_deals
        mine = select(table).where(table.c.fair == fair).order_by(table.c.number.desc())
        rows = (await self._access.read(lambda connection: connection.execute(mine))).mappings()
        requests = [self._request(row) for row in rows]
        query = select(deals).where(deals.c.request.in_([each.number for each in requests]))
        found = await self._access.read(lambda connection: connection.execute(query.order_by(deals.c.number.desc())))
        return requests, [_deal(row) for row in found.mappings()]

    async def fairs_of(self, requests: Collection[int]) -> Mapping[int, str]:
        """At which fair each of these requests began, where it did at one."""
        table = buyer_requests
        query = select(table.c.number, table.c.fair).where(table.c.number.in_(requests), table.c.fair != "")
        return {row.number: row.fair for row in await self._access.read(lambda connection: connection.execute(query))}

    # What producers can supply ------------------------------------------------------------------------------------

    async def note_supply(self, said: SupplyStatement, *, by: Doer | None = None) -> None:
        """Keep what a producer can supply of a product, in place of what was said. Officers stand in the audit."""
        content = {
            "capacity": quantity_to_json(said.capacity) if said.capacity else None,
            "months": sorted(said.months),
            "packing": said.packing,
            "delivery": said.delivery,
            "certificates": said.certificates,
        }
        values = {
            "producer_id": said.producer, "content": content, "at": said.at, "source": said.source,
            "as_of": said.as_of, "by_officer": by is not None,
        }  # fmt: skip

        async def write(connection: AsyncConnection) -> None:
            made = insert_into(supplies, connection.dialect).values({"product_id": said.product, **values})
            await connection.execute(made.on_conflict_do_update(index_elements=["product_id"], set_=values))
            if by is not None:
                after = {**content, "source": said.source, "as_of": said.as_of}
                await append(connection, by.did(Deed.SUPPLY_NOTED, f"product {said.product}"[:100], after=after))

        await self._access.write_alone(write)

    async def supplies(
        self, *, products: Collection[str] = (), producers: Collection[str] = ()
    ) -> Mapping[str, SupplyStatement]:
        """What is said of these products, and of all products of these producers, by product."""
        table = supplies
        query = select(table).where(or_(table.c.product_id.in_(products), table.c.producer_id.in_(producers)))
        rows = await self._access.read(lambda connection: connection.execute(query))
        return {row["product_id"]: _supply(row) for row in rows.mappings()}

    async def forget_supply(self, product: str) -> None:
        """Take back what was said of a product."""
        statement = delete(supplies).where(supplies.c.product_id == product)
        await self._access.write(lambda connection: connection.execute(statement))

    def _columns(self, request: BuyerRequest) -> dict[str, Any]:
        content = {"demand": request.demand.to_json(), "name": request.name, "phone": request.phone}
        return {
            "channel": request.who.channel, "address": request.who.address, "language": request.language,
            "content": self._access.seal.close(json.dumps(content, ensure_ascii=False)), "fair": request.fair,
            "at": request.at,
        }  # fmt: skip

    def _request(self, row: Any) -> BuyerRequest:
        content = json.loads(self._access.seal.open(row["content"]) or "{}")
        return BuyerRequest(
            who=Address(row["channel"], row["address"]),
            demand=Demand.from_json(content.get("demand", {})),
            at=row["at"],
            language=row["language"],
            name=content.get("name", ""),
            phone=content.get("phone", ""),
            fair=row["fair"],
            number=row["number"],
            ended_at=row["ended_at"],
        )


async def _request_row(connection: AsyncConnection, number: int) -> Any:
    table = buyer_requests
    row = (await connection.execute(select(table).where(table.c.number == number))).mappings().first()
    if row is None:
        raise NotFound("There is no such request.")
    return row


async def _one_deal(connection: AsyncConnection, number: int) -> BuyerDeal:
    table = buyer_deals
    row = (await connection.execute(select(table).where(table.c.number == number))).mappings().first()
    if row is None:
        raise NotFound("There is no such deal.")
    return _deal(row)


async def _answers(connection: AsyncConnection, deals: Collection[int]) -> list[DealAnswer]:
    table = deal_answers
    query = select(table).where(table.c.deal.in_(deals)).order_by(table.c.deal, table.c.days, table.c.side)
    return [
        DealAnswer(row["deal"], row["days"], DealSide(row["side"]), KeptAnswer(row["answer"]), row["at"])
        for row in (await connection.execute(query)).mappings()
    ]


def _deal(row: Any) -> BuyerDeal:
    return BuyerDeal(
        number=row["number"],
        request=row["request"],
        producer=row["producer_id"],
        product=row["product_id"],
        state=DealState(row["state"]),
        asked_at=row["asked_at"],
        moved_at=row["moved_at"],
        signed_at=row["signed_at"],
        by_officer=bool(row["by_officer"]),
    )


def _supply(row: Any) -> SupplyStatement:
    said = row["content"]
    return SupplyStatement(
        product=row["product_id"],
        producer=row["producer_id"],
        capacity=quantity_from_json(said.get("capacity")),
        months=frozenset(said.get("months", ())),
        packing=said.get("packing", ""),
        delivery=said.get("delivery", ""),
        certificates=said.get("certificates", ""),
        at=row["at"],
        source=row["source"],
        as_of=row["as_of"],
        by_officer=bool(row["by_officer"]),
    )
