"""Refresh tokens serve once. Nothing that can happen costs more than one visit to the login page."""

import asyncio
import json
import logging
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.channel import Health, NotSent
from bot.channels import zalo_oa
from bot.channels.zalo_oa.pair import KEY, TokenSeal, stored_pair
from bot.channels.zalo_oa.tokens import TokenLease, Unauthorised
from bot.memory import ChannelMemory
from catalog.errors import StoreUnavailable
from tests.stands.faults import Answer, Cut
from tests.unit.zalo.conftest import log_in, oa_settings, opened

ROOT = Path(__file__).parents[3]
TOKEN_PATH = "/v4/oa/access_token"


@pytest.fixture
async def tokens(zalo, memory, clock):
    async with opened(oa_settings(zalo), memory, clock) as tokens:
        yield tokens


def pass_time(zalo, clock, hours: float) -> None:
    clock.ahead += timedelta(hours=hours)
    zalo.pass_time(hours * 3600)


async def test_the_first_pair_comes_from_the_settings_and_is_kept_sealed(tokens, memory):
    access = await tokens.access()
    kept = await memory.get(KEY)
    assert access.startswith("access-")
    assert kept is not None
    assert "access-" not in kept
    assert "refresh-" not in kept


async def test_it_is_renewed_in_time_again_and_again(tokens, zalo, clock):
    seen = set()
    for _ in range(4):
        await tokens.keep_fresh()
        seen.add(await tokens.access())
        pass_time(zalo, clock, 23)
    assert len(seen) == zalo.grants == 4
    await tokens.keep_fresh()
    await tokens.keep_fresh()
    assert zalo.grants == 5


@pytest.mark.parametrize("life", [3600, 600, 90_000, 30 * 24 * 3600])
async def test_it_is_renewed_once_in_its_life_however_long_that_is(tokens, zalo, clock, life):
    """Each renewal spends a refresh token: a token of one hour must not be renewed every minute."""
    zalo.access_life = life
    await tokens.keep_fresh()
    for _ in range(100):
        pass_time(zalo, clock, life / 3600 / 100)
        await tokens.keep_fresh()
        await tokens.access()
    assert zalo.grants == 2


async def test_a_pair_kept_by_an_older_version_is_taken_for_a_usual_one(tokens, zalo, memory, clock):
    await tokens.access()
    settings = oa_settings(zalo)
    seal = TokenSeal(settings.app_secret.get_secret_value(), purpose=f"hoi-ocop zalo_oa tokens {settings.app_id}")
    written = json.loads(seal.open(await memory.get(KEY)))
    del written["life"]
    await memory.put(KEY, seal.close(json.dumps(written)))
    pair = await stored_pair(settings, memory)
    assert not pair.ends_soon(clock() + timedelta(hours=21))
    assert pair.ends_soon(clock() + timedelta(hours=23))


async def test_an_ended_token_is_not_handed_out(tokens, zalo, clock):
    first = await tokens.access()
    pass_time(zalo, clock, 26)
    assert await tokens.access() != first


async def test_many_tasks_renew_once(tokens, zalo):
    found = await asyncio.gather(*(tokens.access() for _ in range(50)))
    again = await asyncio.gather(*(tokens.renew(stale=found[0]) for _ in range(50)))
    assert len(set(found)) == len(set(again)) == 1
    assert zalo.grants == 2


async def test_many_processes_renew_once(zalo, memory, database, clock):
    settings = spelled(oa_settings(zalo))
    found = await asyncio.gather(*(renewing(database, settings, "never") for _ in range(3)))
    assert {code for code, _ in found} == {0}
    assert len({access for _, access in found}) == 1
    assert zalo.grants == 1


async def test_a_new_process_takes_up_the_kept_pair(tokens, zalo, memory, clock):
    access = await tokens.access()
    async with opened(oa_settings(zalo), memory, clock) as later:
        await later.keep_fresh()
        assert await later.access() == access


async def test_killed_before_zalo_was_asked(zalo, memory, database, clock):
    settings = oa_settings(zalo)
    code, _ = await renewing(database, spelled(settings), "leased")
    assert (code, zalo.grants) == (-9, 0)
    clock.ahead += timedelta(seconds=31)
    async with opened(settings, memory, clock) as tokens:
        assert await tokens.access()


async def test_killed_after_the_pair_was_kept(zalo, memory, database, clock):
    settings = oa_settings(zalo)
    code, _ = await renewing(database, spelled(settings), "kept")
    assert code == -9
    async with opened(settings, memory, clock) as tokens:
        assert await tokens.access()
    assert zalo.grants == 1


async def test_killed_between_the_answer_and_keeping_it(zalo, memory, database, clock, talk):
    """The one moment that costs a login; the old access token serves on, and the condition says what to do."""
    settings = oa_settings(zalo)
    async with opened(settings, memory, clock) as before:
        access = await before.access()
    async with opened(settings, memory, clock) as struck:
        code, _ = await renewing(database, spelled(settings), "answered", stale=True)
        assert code == -9
        clock.ahead += timedelta(hours=23)
        with pytest.raises(Unauthorised, match="hoi-ocop zalo login"):
            await struck.keep_fresh()
        assert await struck.access() == access
    async with zalo_oa.open_channel(settings, talk, clock=clock) as channel:
        async with running(channel):
            await until(lambda: channel.condition().health is Health.DOWN)
        assert "hoi-ocop zalo login" in channel.condition().why
        await log_in(settings, memory, clock)
        async with running(channel):
            await until(lambda: channel.condition().health is Health.UP)


async def test_a_cancelled_renewal_still_keeps_the_pair(tokens, zalo, memory, clock):
    gate = asyncio.Event()
    zalo.oauth_gates.append(gate)
    renewal = asyncio.ensure_future(tokens.access())  # noqa: TID251 - the test plays the house
    await until(lambda: zalo.grants == 1)
    renewal.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await renewal
    async with opened(oa_settings(zalo), memory, clock) as later:
        await later.access()
    assert zalo.grants == 1


class Refusing(ChannelMemory):
    """A memory that cannot keep tokens for a while."""

    refusals = 0

    async def exchange(self, key, *, expected, new):
        if key == KEY and self.refusals:
            self.refusals -= 1
            raise StoreUnavailable
        return await super().exchange(key, expected=expected, new=new)


async def test_a_pair_that_cannot_be_kept_is_neither_used_nor_lost(zalo, memory, clock):
    refusing = Refusing(memory._store, "zalo_oa")
    refusing.refusals = 2
    async with opened(oa_settings(zalo), refusing, clock) as tokens:
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                await tokens.access()
        assert await tokens.access()
    assert zalo.grants == 1


async def test_a_dead_oauth_server_costs_nothing(tokens, zalo, clock):
    first = await tokens.access()
    pass_time(zalo, clock, 23)
    for fault in (Answer(503, {}), Answer(429, {}), Answer(200, raw=b"<html>"), Answer(200, []), Cut()):
        zalo.faults.add(fault)
        with pytest.raises(NotSent, match="cannot be reached"):
            await tokens.keep_fresh()
        assert await tokens.access() == first
    await tokens.keep_fresh()
    assert await tokens.access() != first
    assert tokens.trouble == ""


async def test_a_new_token_in_the_settings_rescues(zalo, memory, clock):
    async with opened(oa_settings(zalo), memory, clock) as tokens:
        await tokens.access()
    zalo.revoke_everything()
    clock.ahead += timedelta(hours=30)
    async with opened(oa_settings(zalo), memory, clock) as tokens:
        assert await tokens.access()


async def test_a_used_token_in_the_settings_is_not_tried_again(zalo, memory, clock):
    settings = oa_settings(zalo)
    async with opened(settings, memory, clock) as tokens:
        await tokens.access()
    zalo.revoke_everything()
    clock.ahead += timedelta(hours=30)
    async with opened(settings, memory, clock) as tokens:
        with pytest.raises(Unauthorised):
            await tokens.access()
        with pytest.raises(Unauthorised, match="-14014"):
            await tokens.access()
    assert len([1 for path, _ in zalo.faults.spent if path == TOKEN_PATH]) == 0


async def test_the_pair_before_serves_until_the_new_one_is_proven(tokens, zalo, memory, clock):
    old = await tokens.access()
    await tokens.prove(old)
    zalo.faults.add(
        Answer(200, {"access_token": "garbled", "refresh_token": "garbled", "expires_in": "90000"}, path=TOKEN_PATH)
    )
    garbled = await tokens.renew(stale=old)
    assert garbled == "garbled"
    assert await tokens.renew(stale=garbled) not in {old, garbled}


async def test_another_secret_opens_nothing(zalo, memory, clock):
    async with opened(oa_settings(zalo), memory, clock) as tokens:
        await tokens.access()
    zalo.account.app_secret = "another-app-secret"
    async with opened(oa_settings(zalo), memory, clock) as tokens:
        assert await tokens.access()
    assert zalo.grants == 2


async def test_without_any_token_the_mend_is_named(zalo, memory, clock):
    async with opened(oa_settings(zalo, refresh_token=""), memory, clock) as tokens:
        with pytest.raises(Unauthorised, match="hoi-ocop zalo login"):
            await tokens.access()


async def test_two_weeks_before_the_end_there_is_an_alarm(zalo, talk, clock, caplog):
    async with zalo_oa.open_channel(oa_settings(zalo), talk, clock=clock) as channel:
        async with running(channel):
            await until(lambda: channel.condition().health is Health.UP)
        assert channel.condition().why == ""
        clock.ahead += timedelta(days=77)
        with caplog.at_level(logging.WARNING):
            assert "hoi-ocop zalo login" in channel.condition().why
        assert "the authorisation ends on" in caplog.text


async def test_a_lease_held_too_long_is_reported(tokens, memory, clock):
    lease = TokenLease(memory, key="tokens-lease", length=timedelta(minutes=2), clock=clock)
    async with lease.taken() as held:
        assert held
        waiting = asyncio.ensure_future(tokens.access())  # noqa: TID251 - the test plays the house
        await until(tokens._lock.locked)
        clock.ahead += timedelta(seconds=46)
        with pytest.raises(NotSent, match="too long"):
            await waiting


async def test_a_login_in_the_middle_of_a_renewal_wins(tokens, zalo, memory, clock):
    """Whether Zalo grants or denies: what the login brought is there first, and it is newer."""
    for revoke in (lambda: None, zalo.revoke_everything):
        stale = await tokens.access()
        revoke()
        gate = asyncio.Event()
        zalo.oauth_gates.append(gate)
        renewal = asyncio.ensure_future(tokens.renew(stale=stale))  # noqa: TID251 - the test plays the house
        await until(lambda: not zalo.oauth_gates)
        await log_in(oa_settings(zalo), memory, clock)
        gate.set()
        async with opened(oa_settings(zalo), memory, clock) as other:
            assert await renewal == await other.access()


async def test_proof_is_noted_once_and_only_of_the_pair_in_use(tokens, memory):
    access = await tokens.access()
    unproven = await memory.get(KEY)
    await tokens.prove("another")
    assert await memory.get(KEY) == unproven
    await tokens.prove(access)
    proven = await memory.get(KEY)
    assert proven != unproven
    await tokens.prove(access)
    assert await memory.get(KEY) == proven


async def test_a_life_that_cannot_be_read_is_an_hour(zalo, memory, clock):
    odd = {"access_token": "a", "refresh_token": "b", "expires_in": "soon"}
    zalo.faults.add(Answer(200, odd, path=TOKEN_PATH))
    async with opened(oa_settings(zalo), memory, clock) as tokens:
        assert await tokens.access() == "a"
        clock.ahead += timedelta(minutes=61)
        with pytest.raises(Unauthorised):
            await tokens.access()


# Helping hands -------------------------------------------------------------------------------------------------


def spelled(settings) -> str:
    """*settings* with their secrets, for another process."""
    secrets = ("oa_secret", "app_secret", "refresh_token")
    bare = {name: getattr(settings, name).get_secret_value() for name in secrets}
    return json.dumps(settings.model_dump(mode="json") | bare)


async def renewing(database: str, settings: str, moment: str, *, stale: bool = False) -> tuple[int, str]:
    """Let another process renew; how it ended and the token it got."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.unit.zalo.renewing",
        database,
        settings,
        moment,
        *(["stale"] if stale else []),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode().strip()


@asynccontextmanager
async def running(channel):
    """Let the channel run, as the house does."""
    work = asyncio.ensure_future(channel.run())  # noqa: TID251 - the test plays the house
    try:
        yield
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def until(true) -> None:
    """Wait until *true()*; the test's own time limit ends a vain wait."""
    while not true():  # noqa: ASYNC110 - nobody sets an event for what a test looks at
        await asyncio.sleep(0.01)
