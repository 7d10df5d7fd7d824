"""What needs four eyes: one officer proposes it, another carries it out, and both stand in the audit."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.officers import Act, ActScope, NeedsSecondOfficer, Proposal, ProposalState
from catalog.store import tables
from catalog.store.access import Access, Call
from catalog.store.audit import append


class ProposalStore:
    """Acts that wait for a second officer. Every method raises StoreError; whether somebody may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def propose(self, proposal: Proposal, *, by: Doer) -> int:
        """Keep a proposal until another officer decides; its number."""
        values = {
            "act": str(proposal.act),
            "subject": proposal.subject,
            "commune": proposal.scope.commune,
            "producer_id": proposal.scope.producer,
            "content": dict(proposal.content),
            "reason": proposal.reason,
            "proposed_by": proposal.proposed_by,
            "proposed_at": proposal.proposed_at,
            "state": str(ProposalState.WAITING),
        }
        told = {"act": str(proposal.act), "proposal": dict(proposal.content)}

        async def write(connection: AsyncConnection) -> int:
            made = await connection.execute(
                insert(tables.proposals).values(values).returning(tables.proposals.c.number)
            )
            await append(connection, by.did(Deed.PROPOSED, proposal.subject, after=told, reason=proposal.reason))
            return int(made.scalar_one())

        return await self._access.write_alone(write)

    async def by_number(self, number: int) -> Proposal | None:
        """One proposal, decided or not."""
        return await self._access.read(lambda c: _by_number(c, number))

    async def waiting(self, *, limit: int) -> Sequence[Proposal]:
        """Those that nobody has decided, the oldest first."""
        table = tables.proposals
        query = select(table).where(table.c.state == str(ProposalState.WAITING)).order_by(table.c.number).limit(limit)
        return [_proposal(row) for row in (await self._access.read(lambda c: c.execute(query))).mappings()]

    async def confirm(self, number: int, *, by: Doer, carry_out: Call[None], reason: str = "") -> Proposal:
        """Carry a proposal out, in the transaction that decides it. Raises NeedsSecondOfficer, NotFound."""
        return await self._decide(number, ProposalState.CONFIRMED, by=by, reason=reason, carry_out=carry_out)

    async def refuse(self, number: int, *, by: Doer, reason: str = "") -> Proposal:
        """Refuse a proposal, or take one's own back. Raises NotFound where it was decided before."""
        return await self._decide(number, ProposalState.REFUSED, by=by, reason=reason, carry_out=None)

    async def _decide(
        self, number: int, state: ProposalState, *, by: Doer, reason: str, carry_out: Call[None] | None
    ) -> Proposal:
        table = tables.proposals
        decided = {"state": str(state), "decided_by": by.officer, "decided_at": time.time()}
        waiting = (table.c.number == number) & (table.c.state == str(ProposalState.WAITING))

        async def write(connection: AsyncConnection) -> Proposal:
            done = await connection.execute(update(table).where(waiting).values(decided))
            proposal = await _by_number(connection, number)
            if done.rowcount != 1 or proposal is None:
                raise NotFound("This proposal was decided before.")
            if carry_out is not None:
                if proposal.proposed_by == by.officer:
                    raise NeedsSecondOfficer
                await carry_out(connection)
            deed = Deed.CONFIRMED if state is ProposalState.CONFIRMED else Deed.REFUSED
            told = {"act": str(proposal.act), "proposal": dict(proposal.content), "proposed_by": proposal.proposed_by}
            await append(connection, by.did(deed, proposal.subject, after=told, reason=reason))
            return proposal

        return await self._access.write_alone(write)


async def _by_number(connection: AsyncConnection, number: int) -> Proposal | None:
    table = tables.proposals
    row = (await connection.execute(select(table).where(table.c.number == number))).mappings().one_or_none()
    return _proposal(row) if row else None


def _proposal(row: Any) -> Proposal:
    return Proposal(
        act=Act(row["act"]),
        subject=row["subject"],
        scope=ActScope(row["commune"], row["producer_id"]),
        content=row["content"],
        reason=row["reason"],
        proposed_by=row["proposed_by"],
        proposed_at=row["proposed_at"],
        number=row["number"],
        state=ProposalState(row["state"]),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
    )
