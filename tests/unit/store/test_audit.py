"""The audit on both engines: kept with what it tells or not at all, in one chain, and never changed."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditEntry, Break, Deed, Doer
from catalog.errors import NotFound
from catalog.officers import Act, ActScope, Grant, NeedsSecondOfficer, OfficerRole, Proposal, ProposalState
from catalog.sealing import new_key
from catalog.store import AuditFilter, Store, open_store, tables
from tests.unit.store.test_officers import TODAY

KEYS = (new_key(),)
LAN, BINH = Doer(1, "province"), Doer(2, "province")


@pytest.fixture
async def shut(store_url: str) -> AsyncIterator[Store]:
    """A store with keys."""
    async with open_store(store_url, migrate=True, keys=KEYS) as opened:
        yield opened


def told(subject: str, *, by: Doer = LAN) -> AuditEntry:
    return by.did(Deed.GRANT_GIVEN, subject, after={"xã": "Đại Bái"}, reason="đợt 2")


async def remember(connection: AsyncConnection) -> str:
    await connection.execute(insert(tables.memory).values(owner="test", key="a", value="b"))
    return "done"


async def test_it_is_kept_with_what_it_tells_or_not_at_all(shut: Store) -> None:
    assert await shut.audit.record_with(told("officer 1"), remember) == "done"
    assert await shut.memory.recall("test", "a") == "b"

    async def fail(connection: AsyncConnection) -> None:
        await connection.execute(update(tables.memory).where(tables.memory.c.owner == "test").values(value="c"))
        raise NotFound

    with pytest.raises(NotFound):
        await shut.audit.record_with(told("officer 2"), fail)
    assert await shut.memory.recall("test", "a") == "b"
    assert [row.entry.subject async for row in shut.audit.every_row()] == ["officer 1"]


async def test_of_many_processes_that_append_at_once_none_forks_the_chain(shut: Store, store_url: str) -> None:
    async with open_store(store_url, keys=KEYS) as other:
        await asyncio.gather(
            *(store.audit.record(told(f"officer {number}")) for store in (shut, other) for number in range(15))
        )
    state = await shut.audit.verify()
    assert (state.rows, state.broken) == (30, None)
    (last,) = await shut.audit.newest(limit=1)
    assert state.last_hash == last.hash


@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
async def test_the_database_refuses_to_change_what_was_audited(shut: Store, change: str) -> None:
    await shut.audit.record(told("officer 1"))
    if change == "truncate" and shut._engine.dialect.name == "sqlite":
        change = "delete"
    wanted = {
        "update": update(tables.audit).values(reason="khác"),
        "delete": delete(tables.audit),
        "truncate": text("TRUNCATE audit"),
    }
    with pytest.raises(DBAPIError, match="never changed"):
        async with shut._engine.begin() as connection:
            await connection.execute(wanted[change])
    assert (await shut.audit.verify()).rows == 1


async def test_who_takes_the_guard_off_and_changes_a_row_is_found_out(shut: Store) -> None:
    for number in range(4):
        await shut.audit.record(told(f"officer {number}"))
    if shut._engine.dialect.name == "sqlite":
        guards = [f"DROP TRIGGER audit_keeps_{deed}" for deed in ("update", "delete")]
    else:
        guards = ["ALTER TABLE audit DISABLE TRIGGER ALL"]
    async with shut._engine.begin() as connection:
        for guard in guards:
            await connection.execute(text(guard))
        await connection.execute(update(tables.audit).where(tables.audit.c.number == 2).values(subject="officer 9"))
    state = await shut.audit.verify()
    assert (state.rows, state.broken) == (1, Break(2, "changed"))
    async with shut._engine.begin() as connection:
        await connection.execute(delete(tables.audit).where(tables.audit.c.number == 2))
    assert (await shut.audit.verify()).broken == Break(2, "missing")


async def test_rows_are_found_by_who_what_and_when(shut: Store) -> None:
    rows = [await shut.audit.record(told(f"officer {number}", by=LAN if number % 2 else BINH)) for number in range(6)]
    await shut.audit.record(LAN.did(Deed.LINK_MADE, "officer 1"))

    async def found(**wanted: object) -> list[str]:
        return [row.entry.subject for row in await shut.audit.newest(AuditFilter(**wanted), limit=9)]  # type: ignore[arg-type]  # as given

    assert await found(officer=2) == ["officer 4", "officer 2", "officer 0"]
    assert await found(deed=Deed.LINK_MADE) == ["officer 1"]
    assert await found(subject="officer 1") == ["officer 1", "officer 1"]
    assert await found(subject="%") == []
    assert await found(since=rows[4].at, deed=Deed.GRANT_GIVEN) == ["officer 5", "officer 4"]
    assert await found(until=rows[1].at) == ["officer 0"]
    assert [row.number for row in await shut.audit.newest(limit=2, before=4)] == [3, 2]


async def proposed(store: Store) -> int:
    for name in ("Lan", "Bình"):
        await store.officers.add(name, Grant(OfficerRole.PROVINCE, TODAY), by=Doer())
    content = {"decision": "12/QĐ-UBND"}
    proposal = Proposal(
        Act.WITHDRAW_CERTIFICATE, "product nem-1", ActScope("09475", "m"), content, "phạt", 1, time.time()
    )
    return await store.proposals.propose(proposal, by=LAN)


async def test_a_proposal_is_carried_out_by_another_officer_only_and_once(shut: Store) -> None:
    number = await proposed(shut)
    (waiting,) = await shut.proposals.waiting(limit=9)
    assert (waiting.number, waiting.content, waiting.scope.producer) == (number, {"decision": "12/QĐ-UBND"}, "m")

    async def carry_out(connection: AsyncConnection) -> None:
        await remember(connection)

    with pytest.raises(NeedsSecondOfficer):
        await shut.proposals.confirm(number, by=LAN, carry_out=carry_out)
    assert await shut.memory.recall("test", "a") is None
    assert (await shut.proposals.waiting(limit=9)) == [waiting]
    decided = await shut.proposals.confirm(number, by=BINH, carry_out=carry_out, reason="đúng")
    assert (decided.state, decided.decided_by) == (ProposalState.CONFIRMED, 2)
    assert await shut.memory.recall("test", "a") == "b"
    with pytest.raises(NotFound):
        await shut.proposals.confirm(number, by=BINH, carry_out=carry_out)
    with pytest.raises(NotFound):
        await shut.proposals.refuse(number, by=BINH)
    assert await shut.proposals.waiting(limit=9) == []
    entries = [row.entry async for row in shut.audit.every_row()][-2:]
    assert [(each.officer, each.deed, each.subject) for each in entries] == [
        (1, Deed.PROPOSED, "product nem-1"),
        (2, Deed.CONFIRMED, "product nem-1"),
    ]
    assert '"proposed_by": 1' in entries[1].after


async def test_a_proposal_that_cannot_be_carried_out_still_waits(shut: Store) -> None:
    number = await proposed(shut)

    async def fail(connection: AsyncConnection) -> None:
        await remember(connection)
        raise NotFound

    with pytest.raises(NotFound):
        await shut.proposals.confirm(number, by=BINH, carry_out=fail)
    assert await shut.memory.recall("test", "a") is None
    assert [each.number for each in await shut.proposals.waiting(limit=9)] == [number]
    assert (await shut.proposals.refuse(number, by=LAN)).state is ProposalState.TAKEN_BACK, "one takes one's own back"
