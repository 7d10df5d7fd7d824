"""Which producers are invited to a fair, and what they answer."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.fairs.calendar import Fair
from catalog.fairs.participation import BoothNeed, FairAnswer, FairInvitation
from catalog.inquiry import Notice
from catalog.store import fairs, notices, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.steps import insert_into

Tell = Callable[[Sequence[FairInvitation]], Sequence[Notice]]


class FairInvitationStore:
    """Every method raises StoreError; whether somebody may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def of_fair(self, key: str) -> list[FairInvitation]:
        """The invitations to a fair, in the order in which they were made."""
        table = tables.fair_invitations
        query = select(table).where(table.c.fair == key).order_by(table.c.number)
        rows = await self._access.read(lambda connection: connection.execute(query))
        return [_invitation(row) for row in rows.mappings()]

    async def by_number(self, number: int) -> FairInvitation:
        """One invitation. Raises NotFound."""
        return await self._access.read(lambda connection: _one(connection, number))

    async def invite(self, fair: Fair, producers: Sequence[str], *, by: Doer, tell: Tell) -> list[FairInvitation]:
        """Invite *producers*; who is invited already is not again. What is new, told as *tell* makes of it."""

        async def write(connection: AsyncConnection) -> list[FairInvitation]:
            await fairs.keep_copy(connection, fair)
            table = tables.fair_invitations
            now = time.time()
            rows = [
                {"fair": fair.key, "producer_id": each, "asked_at": now, "answer": "open", "needs": []}
                for each in producers
            ]
            made = insert_into(table, connection.dialect).on_conflict_do_nothing(index_elements=["fair", "producer_id"])
            fresh = [_invitation(row) for row in (await connection.execute(made.returning(table), rows)).mappings()]
            if fresh:
                await notices.add(connection, tell(fresh))
                after = {"producers": len(fresh), "first": fresh[0].producer}
                await append(connection, by.did(Deed.FAIR_INVITED, f"fair {fair.key}", after=after))
            return fresh

        return await self._access.write_alone(write) if producers else []

    async def ask_again(self, fair: Fair, asked: Sequence[FairInvitation], *, by: Doer, tell: Tell) -> None:
        """Tell those who were *asked* once more."""

        async def write(connection: AsyncConnection) -> None:
            await notices.add(connection, tell(asked))
            after = {"producers": len(asked)}
            await append(connection, by.did(Deed.FAIR_ASKED_AGAIN, f"fair {fair.key}", after=after))

        await self._access.write_alone(write)

    async def answer(
        self,
        number: int,
        answer: FairAnswer,
        needs: frozenset[BoothNeed] | None = None,
        *,
        by: Doer | None = None,
        tell: Sequence[Notice] = (),
    ) -> FairInvitation:
        """Keep what a producer answers, or an officer in their place. Raises NotFound."""

        async def write(connection: AsyncConnection) -> FairInvitation:
            before = await _one(connection, number)
            values: dict[str, Any] = {
                "answer": str(answer), "answered_at": time.time(), "by_officer": by is not None,
            }  # fmt: skip
            if needs is not None:
                values["needs"] = sorted(needs)
            table = tables.fair_invitations
            await connection.execute(update(table).where(table.c.number == number).values(values))
            await notices.add(connection, tell)
            if by is not None:
                subject = f"fair {before.fair} producer {before.producer}"[:100]
                told = {"answer": str(before.answer)}, {"answer": str(answer), "needs": values.get("needs", [])}
                await append(connection, by.did(Deed.FAIR_ANSWER_NOTED, subject, before=told[0], after=told[1]))
            return await _one(connection, number)

        return await self._access.write_alone(write)


async def _one(connection: AsyncConnection, number: int) -> FairInvitation:
    table = tables.fair_invitations
    row = (await connection.execute(select(table).where(table.c.number == number))).mappings().first()
    if row is None:
        raise NotFound("There is no such invitation.")
    return _invitation(row)


def _invitation(row: Any) -> FairInvitation:
    return FairInvitation(
        fair=row["fair"],
        producer=row["producer_id"],
        asked_at=row["asked_at"],
        number=row["number"],
        answer=FairAnswer(row["answer"]),
        needs=frozenset(BoothNeed(each) for each in row["needs"]),
        answered_at=row["answered_at"],
        by_officer=bool(row["by_officer"]),
    )
