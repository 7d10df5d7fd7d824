"""Who answers for which producer, who is an officer, and how one becomes either."""

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditEntry
from catalog.inquiry import Address, Invitation, Member, Role
from catalog.sealing import fingerprint
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.audit import append


class Refusal(StrEnum):
    """Why a one-time code lets nobody in."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


async def join(connection: AsyncConnection, member: Member, *, at: float) -> bool:
    """Take *member* in; False if they were in already. The first of a producer is reached first."""
    insert_ = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rank = len(await of_producer(connection, member.producer_id)) if member.role is Role.PRODUCER else 0
    values = {**_key(member), "name": member.name, "language": member.language, "rank": rank, "joined_at": at}
    joined = await connection.execute(insert_(tables.members).values(values).on_conflict_do_nothing())
    return joined.rowcount == 1


async def leave(connection: AsyncConnection, who: Address, *, role: Role, producer_id: str = "") -> bool:
    """Let someone go; False if they were not in."""
    table = tables.members
    left = await connection.execute(
        delete(table).where(
            table.c.channel == who.channel,
            table.c.address == who.address,
            table.c.role == str(role),
            table.c.producer_id == producer_id,
        )
    )
    return left.rowcount == 1


async def change(connection: AsyncConnection, member: Member) -> None:
    """Keep what a member chose: name, rank, language, quiet hours, pause, canned answers."""
    table = tables.members
    key = _key(member)
    await connection.execute(
        update(table)
        .where(*[table.c[name] == value for name, value in key.items()])
        .values(
            name=member.name,
            rank=member.rank,
            language=member.language,
            quiet_from=member.quiet_from,
            quiet_to=member.quiet_to,
            paused_until=member.paused_until,
            canned=list(member.canned),
        )
    )


async def of_producer(connection: AsyncConnection, producer_id: str) -> list[Member]:
    """Everyone who answers for a producer, the first to reach first."""
    table = tables.members
    return await _members(connection, (table.c.producer_id == producer_id) & (table.c.role == str(Role.PRODUCER)))


async def officers(connection: AsyncConnection) -> list[Member]:
    """Every officer."""
    return await _members(connection, tables.members.c.role == str(Role.OFFICER))


async def answering(connection: AsyncConnection) -> list[Member]:
    """Everyone who answers for a producer."""
    return await _members(connection, tables.members.c.role == str(Role.PRODUCER))


async def roles_of(connection: AsyncConnection, who: Address) -> list[Member]:
    """What someone is: a member of producers, an officer, or nothing."""
    table = tables.members
    return await _members(connection, (table.c.channel == who.channel) & (table.c.address == who.address))


async def invite(connection: AsyncConnection, invitation: Invitation, *, code: str, expires_at: float) -> None:
    """Keep a one-time code by its fingerprint."""
    values = {"code": code, "role": str(invitation.role), "producer_id": invitation.producer_id}
    await connection.execute(insert(tables.invitations).values(**values, expires_at=expires_at))


async def is_invited(connection: AsyncConnection, code: str) -> bool:
    """True when there is a code with this fingerprint."""
    table = tables.invitations
    return await connection.scalar(select(table.c.code).where(table.c.code == code)) is not None


async def enter(
    connection: AsyncConnection, code: str, *, who: Address, name: str, language: str, now: float
) -> Member | Refusal:
    """Use up the code with this fingerprint and take *who* in, or say why not."""
    table = tables.invitations
    taken = await connection.execute(
        update(table)
        .where(table.c.code == code, table.c.used_at.is_(None), table.c.expires_at > now)
        .values(used_at=now)
    )
    row = (await connection.execute(select(table).where(table.c.code == code))).mappings().one_or_none()
    if row is None:
        return Refusal.UNKNOWN
    member = Member(who, Role(row["role"]), row["producer_id"], name=name, language=language)
    if taken.rowcount == 1:
        await join(connection, member, at=now)
        return member
    # Whoever used it may open the link again, or be answered again after a crash: they are in.
    same = (member.role, member.producer_id)
    if row["used_at"] is not None and any(
        (each.role, each.producer_id) == same for each in await roles_of(connection, who)
    ):
        return member
    return Refusal.EXPIRED if row["used_at"] is None else Refusal.USED


async def block(connection: AsyncConnection, producer_id: str, who: Address, *, at: float) -> None:
    """Let someone ask this producer nothing more."""
    insert_ = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    values = {"producer_id": producer_id, "channel": who.channel, "address": who.address, "at": at}
    await connection.execute(insert_(tables.blocks).values(values).on_conflict_do_nothing())


async def is_blocked(connection: AsyncConnection, producer_id: str, who: Address) -> bool:
    """True when this producer takes nothing from this person."""
    table = tables.blocks
    query = select(table.c.at).where(
        table.c.producer_id == producer_id, table.c.channel == who.channel, table.c.address == who.address
    )
    return await connection.scalar(query) is not None


def _key(member: Member) -> dict[str, Any]:
    return {
        "channel": member.who.channel,
        "address": member.who.address,
        "role": str(member.role),
        "producer_id": member.producer_id,
    }


async def _members(connection: AsyncConnection, condition: Any) -> list[Member]:
    table = tables.members
    query = select(table).where(condition).order_by(table.c.rank, table.c.joined_at)
    return [_member(row) for row in (await connection.execute(query)).mappings()]


def _member(row: Any) -> Member:
    return Member(
        who=Address(row["channel"], row["address"]),
        role=Role(row["role"]),
        producer_id=row["producer_id"],
        name=row["name"],
        rank=row["rank"],
        language=row["language"],
        quiet_from=row["quiet_from"],
        quiet_to=row["quiet_to"],
        paused_until=row["paused_until"],
        canned=tuple(row["canned"]),
    )


class MemberStore:
    """Members, officers, invitations and blocks. Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def join(self, member: Member, *, at: float) -> bool:
        """Take a member in."""
        sealed = replace(member, name=self._access.seal.close(member.name))
        return await self._access.write(lambda c: join(c, sealed, at=at))

    async def leave(self, who: Address, *, role: Role, producer_id: str = "") -> bool:
        """Let a member go."""
        return await self._access.write(lambda c: leave(c, who, role=role, producer_id=producer_id))

    async def change(self, member: Member) -> None:
        """Keep what a member chose."""
        seal = self._access.seal
        canned = tuple(seal.close(each) for each in member.canned)
        sealed = replace(member, name=seal.close(member.name), canned=canned)
        await self._access.write(lambda c: change(c, sealed))

    async def of_producer(self, producer_id: str) -> list[Member]:
        """Who answers for a producer, the first to reach first."""
        return [self._open(each) for each in await self._access.read(lambda c: of_producer(c, producer_id))]

    async def officers(self) -> list[Member]:
        """Every officer who joined in a chat."""
        return [self._open(each) for each in await self._access.read(officers)]

    async def answering(self) -> list[Member]:
        """Everyone who answers for a producer."""
        return [self._open(each) for each in await self._access.read(answering)]

    async def roles_of(self, who: Address) -> list[Member]:
        """What someone is beyond a consumer."""
        return [self._open(each) for each in await self._access.read(lambda c: roles_of(c, who))]

    async def invite(
        self, invitation: Invitation, *, code: str, expires_at: float, entry: AuditEntry | None = None
    ) -> None:
        """Keep a one-time code; *entry* tells the audit of it."""
        kept = fingerprint(code)

        async def write(connection: AsyncConnection) -> None:
            await invite(connection, invitation, code=kept, expires_at=expires_at)
            if entry is not None:
                await append(connection, entry)

        await (self._access.write_alone(write) if entry else self._access.write(write))

    async def invite_all(self, invited: Sequence[tuple[Invitation, str, AuditEntry]], *, expires_at: float) -> None:
        """Keep many one-time codes with the rows of the audit that tell of them, all or none."""

        async def write(connection: AsyncConnection) -> None:
            for invitation, code, _ in invited:
                await invite(connection, invitation, code=fingerprint(code), expires_at=expires_at)
            for _, _, entry in invited:
                await append(connection, entry)

        await self._access.write_alone(write)

    async def is_invited(self, code: str) -> bool:
        """True when *code* is a one-time code of ours, used or not."""
        kept = fingerprint(code)
        return await self._access.read(lambda c: is_invited(c, kept))

    async def enter(self, code: str, *, who: Address, name: str, language: str, now: float) -> Member | Refusal:
        """Use a one-time code up and become what it invites to, or why not."""
        kept, sealed = fingerprint(code), self._access.seal.close(name)
        return await self._access.write(lambda c: enter(c, kept, who=who, name=sealed, language=language, now=now))

    async def block(self, producer_id: str, who: Address, *, at: float) -> None:
        """Let someone ask this producer nothing more."""
        await self._access.write(lambda c: block(c, producer_id, who, at=at))

    async def is_blocked(self, producer_id: str, who: Address) -> bool:
        """True when this producer takes nothing from this person."""
        return await self._access.read(lambda c: is_blocked(c, producer_id, who))

    def _open(self, member: Member) -> Member:
        seal = self._access.seal
        return replace(member, name=seal.open(member.name), canned=tuple(seal.open(each) for each in member.canned))
