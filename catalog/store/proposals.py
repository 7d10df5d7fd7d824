"""What needs four eyes: one officer proposes it, another carries it out, and both stand in the audit."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.officers import PROPOSAL_SECONDS, Act, ActScope, NeedsSecondOfficer, Proposal, ProposalState, Reach
from catalog.store import tables
from catalog.store.access import Access, Call
from catalog.store.audit import append
from catalog.store.inspections import within_reach


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

    async def waiting(self, *, limit: int, now: float | None = None) -> Sequence[Proposal]:
        """Those that nobody has decided and that have not expired, the oldest first."""
        return await self._list(_open(now), tables.proposals.c.number, limit)

    async def newest(self, act: Act, reach: Reach, *, limit: int, offset: int = 0) -> Sequence[Proposal]:
        """Proposals of one *act* within *reach*, decided or not, the newest first."""
        table = tables.proposals.c
        wanted = and_(table.act == str(act), within_reach(reach, table.commune, table.producer_id))
        return await self._list(wanted, table.number.desc(), limit, offset)

    async def _list(self, wanted: ColumnElement[bool], order: Any, limit: int, offset: int = 0) -> Sequence[Proposal]:
        query = select(tables.proposals).where(wanted).order_by(order).limit(limit).offset(offset)
        return [_proposal(row) for row in (await self._access.read(lambda c: c.execute(query))).mappings()]

    async def confirm(
        self, number: int, *, by: Doer, carry_out: Call[None], reason: str = "", now: float | None = None
    ) -> Proposal:
        """Carry a proposal out, in the transaction that decides it. Raises NeedsSecondOfficer, NotFound.

        A second officer is somebody else, with another e-mail address, whom the first one never let in: neither taken
        in as an officer, nor given a role or a way in.
        """

        async def check(connection: AsyncConnection, proposal: Proposal) -> None:
            if not await _is_second(connection, proposal.proposed_by, by.officer, access=self._access):
                raise NeedsSecondOfficer
            await carry_out(connection)

        return await self._decide(number, ProposalState.CONFIRMED, by=by, reason=reason, then=check, now=now)

    async def refuse(self, number: int, *, by: Doer, reason: str = "", now: float | None = None) -> Proposal:
        """Refuse a proposal, or take one's own back. Raises NotFound where it was decided before."""
        return await self._decide(number, ProposalState.REFUSED, by=by, reason=reason, then=None, now=now)

    async def may_confirm(self, proposal: Proposal, officer: int) -> bool:
        """Whether this officer is another one than who proposed it, and was not let in by them."""
        return await self._access.read(lambda c: _is_second(c, proposal.proposed_by, officer, access=self._access))

    async def expire_old(self, *, now: float) -> int:
        """Let proposals that nobody decided in time expire, each with its row in the audit; how many."""
        table = tables.proposals
        old = (table.c.state == str(ProposalState.WAITING)) & (table.c.proposed_at <= now - PROPOSAL_SECONDS)

        async def write(connection: AsyncConnection) -> int:
            rows = (await connection.execute(select(table).where(old).order_by(table.c.number))).mappings().all()
            for proposal in map(_proposal, rows):
                expired = {"state": str(ProposalState.EXPIRED), "decided_at": now}
                await connection.execute(update(table).where(table.c.number == proposal.number).values(expired))
                told = {"act": str(proposal.act), "proposed_by": proposal.proposed_by}
                await append(connection, Doer().did(Deed.PROPOSAL_EXPIRED, proposal.subject, after=told))
            return len(rows)

        found = await self._access.read(lambda c: c.scalar(select(table.c.number).where(old).limit(1)))
        return await self._access.write_alone(write) if found else 0

    async def _decide(
        self,
        number: int,
        state: ProposalState,
        *,
        by: Doer,
        reason: str,
        then: Callable[[AsyncConnection, Proposal], Awaitable[None]] | None,
        now: float | None,
    ) -> Proposal:
        table, at = tables.proposals, time.time() if now is None else now

        async def write(connection: AsyncConnection) -> Proposal:
            proposal = await _by_number(connection, number)
            if proposal is None:
                raise NotFound("There is no such proposal.")
            own = state is ProposalState.REFUSED and proposal.proposed_by == by.officer
            became = ProposalState.TAKEN_BACK if own else state
            decided = {"state": str(became), "decided_by": by.officer, "decided_at": at, "answer": reason}
            done = await connection.execute(update(table).where(table.c.number == number, _open(at)).values(decided))
            if done.rowcount != 1:
                raise NotFound("This proposal was decided before.")
            if then is not None:
                await then(connection, proposal)
            told = {"act": str(proposal.act), "proposal": dict(proposal.content), "proposed_by": proposal.proposed_by}
            await append(connection, by.did(_DEEDS[became], proposal.subject, after=told, reason=reason))
            return replace(proposal, state=became, decided_by=by.officer, decided_at=at, answer=reason)

        return await self._access.write_alone(write)


_DEEDS = {
    ProposalState.CONFIRMED: Deed.CONFIRMED,
    ProposalState.REFUSED: Deed.REFUSED,
    ProposalState.TAKEN_BACK: Deed.PROPOSAL_TAKEN_BACK,
}
_LETTING_IN = tuple(map(str, (Deed.OFFICER_ADDED, Deed.GRANT_GIVEN, Deed.LINK_MADE)))


def _open(now: float | None) -> ColumnElement[bool]:
    table, at = tables.proposals, time.time() if now is None else now
    return (table.c.state == str(ProposalState.WAITING)) & (table.c.proposed_at > at - PROPOSAL_SECONDS)


async def _is_second(connection: AsyncConnection, first: int, second: int, *, access: Access) -> bool:
    if first == second:
        return False
    officers, audit = tables.officers, tables.audit
    rows = await connection.execute(select(officers.c.contact).where(officers.c.number.in_((first, second))))
    contacts = [access.open(row.contact).strip().casefold() for row in rows]
    if len(contacts) == 2 and contacts[0] and contacts[0] == contacts[1]:
        return False
    let_in = (audit.c.officer == first) & (audit.c.subject == f"officer {second}") & audit.c.deed.in_(_LETTING_IN)
    return await connection.scalar(select(audit.c.number).where(let_in).limit(1)) is None


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
        answer=row["answer"],
    )
