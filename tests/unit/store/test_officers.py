"""Officers, their links and sessions on both engines: what ends, ends at once, and all of it stands in the audit."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.officers import BoardSession, Grant, Officer, OfficerRole
from catalog.sealing import new_key
from catalog.store import Refusal, Store, backup, open_store, tables, transfer

KEYS = (new_key(),)
TODAY = date(2026, 11, 27)
NOW, HOUR, IDLE = 1_795_000_000.0, 3600.0, 1800.0
HOUSE = Doer()
COMMUNE = Grant(OfficerRole.COMMUNE, TODAY, commune="09475")


@pytest.fixture
async def shut(store_url: str) -> AsyncIterator[Store]:
    """A store with keys."""
    async with open_store(store_url, migrate=True, keys=KEYS) as opened:
        yield opened


@pytest.fixture
def other_url(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other kind."""
    if store_url.startswith("postgresql"):
        yield f"sqlite:///{tmp_path / 'other.db'}"
        return
    with request.getfixturevalue("databases").lend() as url:
        yield url


async def lan(store: Store) -> Officer:
    return await store.officers.add("Nguyễn Thị Lan", COMMUNE, contact="lan@bacninh.vn", by=HOUSE)


async def link(store: Store, officer: int, code: str = "AAAABBBBCCCC") -> str:
    await store.officers.make_link(officer, code, expires_at=NOW + 600, by=HOUSE)
    return code


async def enter(store: Store, code: str, token: str = "t" * 30, *, now: float = NOW) -> BoardSession | Refusal:
    return await store.board_sessions.sign_in(code, token, device="Firefox", now=now, lasts=12 * HOUR, today=TODAY)


async def is_in(store: Store, token: str = "t" * 30, *, now: float = NOW) -> bool:
    return await store.board_sessions.find(token, now=now, idle=IDLE) is not None


async def deeds(store: Store) -> list[str]:
    return [row.entry.deed async for row in store.audit.every_row()]


async def test_an_officer_is_kept_sealed_and_found_with_what_is_granted(shut: Store) -> None:
    added = await lan(shut)
    more = await shut.officers.give(added.number, Grant(OfficerRole.VIEWER, TODAY), by=HOUSE)
    (found,) = await shut.officers.list_all()
    assert found == await shut.officers.by_number(added.number)
    assert (found.name, found.contact, len(found.grants)) == ("Nguyễn Thị Lan", "lan@bacninh.vn", 2)
    assert await shut.officers.by_number(99) is None
    assert await shut.officers.names() == {added.number: "Nguyễn Thị Lan"}
    async with shut._engine.connect() as connection:
        for table in (tables.officers, tables.audit):
            assert "Lan" not in repr((await connection.execute(select(table))).all())
            assert "bacninh" not in repr((await connection.execute(select(table))).all())
    assert await shut.officers.end_grant(more.number, by=HOUSE)
    assert not await shut.officers.end_grant(more.number, by=HOUSE)
    (found,) = await shut.officers.list_all()
    assert [each.role for each in found.grants_in_force(TODAY)] == [OfficerRole.COMMUNE]
    assert await deeds(shut) == [Deed.OFFICER_ADDED, Deed.GRANT_GIVEN, Deed.GRANT_ENDED]


async def test_a_link_opens_once_and_for_its_minutes_only(shut: Store) -> None:
    officer = await lan(shut)
    code = await link(shut, officer.number)
    assert await shut.board_sessions.is_waiting(code, now=NOW)
    session = await enter(shut, code)
    assert isinstance(session, BoardSession)
    assert (session.officer, session.device) == (officer.number, "Firefox")
    assert not await shut.board_sessions.is_waiting(code, now=NOW)
    assert await enter(shut, code, "another") is Refusal.USED
    assert await enter(shut, "ZZZZZZZZZZZZ", "another") is Refusal.UNKNOWN
    late = await link(shut, officer.number, "DDDDEEEEFFFF")
    assert await enter(shut, late, "another", now=NOW + 601) is Refusal.EXPIRED
    assert not await is_in(shut, "another")
    await link(shut, officer.number, "GGGGHHHHJJJJ")
    assert await enter(shut, late, "another") is Refusal.EXPIRED, "a new link is the only one"
    (signed,) = [row async for row in shut.audit.every_row() if row.entry.deed == Deed.SIGNED_IN]
    assert (signed.entry.officer, signed.entry.level) == (officer.number, "commune")


async def test_of_many_that_use_one_link_at_once_one_gets_in(shut: Store, store_url: str) -> None:
    code = await link(shut, (await lan(shut)).number)
    async with open_store(store_url, keys=KEYS) as other:
        tried = await asyncio.gather(
            *(enter(store, code, f"token {store is shut} {each}") for store in (shut, other) for each in range(4))
        )
    assert sum(isinstance(each, BoardSession) for each in tried) == 1
    assert tried.count(Refusal.USED) == 7
    assert (await shut.audit.verify()).broken is None


async def test_no_token_and_no_code_can_be_read_in_the_database(shut: Store) -> None:
    code = await link(shut, (await lan(shut)).number)
    await enter(shut, code, "the token")
    async with shut._engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            rows = repr((await connection.execute(select(table))).all())
            assert code not in rows
            assert "the token" not in rows
            assert "Firefox" not in rows


async def test_a_session_ends_when_idle_at_its_end_and_when_it_is_ended(shut: Store) -> None:
    officer = await lan(shut)
    session = await enter(shut, await link(shut, officer.number))
    assert isinstance(session, BoardSession)
    assert not await is_in(shut, "stolen")
    assert await is_in(shut, now=NOW + IDLE - 1)
    assert await is_in(shut, now=NOW + 2 * IDLE - 10), "it was seen meanwhile"
    assert not await is_in(shut, now=NOW + 4 * IDLE)
    for half_hours in range(2, 24):
        await is_in(shut, now=NOW + half_hours * (IDLE - 1))
    assert not await is_in(shut, now=NOW + 12 * HOUR), "twelve hours are its end, however it is used"
    assert [each.number for each in await shut.board_sessions.list_living(officer.number, now=NOW, idle=IDLE)] == [
        session.number
    ]
    mine = {"officer": officer.number, "deed": Deed.SIGNED_OUT, "by": Doer(officer.number, "commune")}
    assert not await shut.board_sessions.end(session.number, **{**mine, "officer": 99})
    assert await is_in(shut)
    assert await shut.board_sessions.end(session.number, **mine)
    assert not await shut.board_sessions.end(session.number, **mine)
    assert not await is_in(shut)
    assert (await deeds(shut))[-1] == Deed.SIGNED_OUT


async def test_who_leaves_is_out_at_once(shut: Store) -> None:
    officer = await lan(shut)
    await enter(shut, await link(shut, officer.number))
    waiting = await link(shut, officer.number, "DDDDEEEEFFFF")
    assert await shut.officers.end(officer.number, by=HOUSE, reason="nghỉ hưu")
    assert not await shut.officers.end(officer.number, by=HOUSE)
    assert not await is_in(shut)
    assert isinstance(await enter(shut, waiting, "new"), Refusal)
    (ended,) = await shut.officers.list_all()
    assert ended.grants_in_force(TODAY) == ()
    with pytest.raises(NotFound):
        await link(shut, officer.number, "GGGGHHHHJJJJ")
    (row,) = await shut.audit.newest(limit=1)
    assert (row.entry.deed, row.entry.reason) == (Deed.OFFICER_ENDED, "nghỉ hưu")


async def test_what_ended_long_ago_is_forgotten(shut: Store) -> None:
    await enter(shut, await link(shut, (await lan(shut)).number))
    await shut.board_sessions.forget_old(now=NOW + 89 * 24 * HOUR)
    assert (await shut.count_rows())["board_sessions"] == 1
    await shut.board_sessions.forget_old(now=NOW + 92 * 24 * HOUR)
    counts = await shut.count_rows()
    assert (counts["board_sessions"], counts["sign_in_links"], counts["officers"]) == (0, 0, 1)


async def test_a_copy_in_the_other_engine_has_it_all_and_refuses_to_change_it_too(
    shut: Store, store_url: str, other_url: str
) -> None:
    await enter(shut, await link(shut, (await lan(shut)).number))
    await transfer.move(store_url, other_url, progress=lambda _table, _done: None)
    async with open_store(other_url, migrate=True, keys=KEYS) as other:
        assert await is_in(other)
        assert [each.name for each in await other.officers.list_all()] == ["Nguyễn Thị Lan"]
        state = await other.audit.verify()
        assert (state.rows, state.broken) == (3, None)
        again = await other.officers.add("Bình", COMMUNE, by=HOUSE)
        assert again.number == 2
        assert (await other.audit.verify()).rows == 4


async def test_a_restored_backup_knows_the_officers_and_lets_nobody_in(
    shut: Store, store_url: str, other_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    waiting = await link(shut, (await lan(shut)).number)
    await enter(shut, await link(shut, 1, "DDDDEEEEFFFF"))
    await backup.back_up(store_url, tmp_path / "a.backup")
    target = f"sqlite:///{tmp_path / 'restored.db'}" if store_url.startswith("sqlite") else None
    with request.getfixturevalue("databases").lend() as lent:
        await backup.restore(tmp_path / "a.backup", target or lent, keys=KEYS)
        async with open_store(target or lent, keys=KEYS) as restored:
            assert [each.name for each in await restored.officers.list_all()] == ["Nguyễn Thị Lan"]
            assert not await is_in(restored)
            assert isinstance(await enter(restored, waiting, "new"), Refusal)
            assert (await restored.audit.verify()).broken is None
            await restored.officers.add("Bình", COMMUNE, by=HOUSE)


async def test_sealed_anew_the_chain_stays_whole(store_url: str) -> None:
    new = new_key()
    async with open_store(store_url, migrate=True, keys=KEYS) as store:
        await lan(store)
    async with open_store(store_url, keys=(new, *KEYS)) as store:
        await store.reseal(progress=lambda _table, _done: None)
    async with open_store(store_url, keys=(new,)) as store:
        assert [each.contact for each in await store.officers.list_all()] == ["lan@bacninh.vn"]
        assert (await store.audit.verify()).broken is None
