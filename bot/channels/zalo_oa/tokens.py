"""The account's tokens: each refresh token serves once, so its successor is kept before anything is done with it.

What may happen, and what holds then:

* Two tasks or processes want a new pair: one asks, under a lease; the others find the new pair in the memory.
* We are killed before Zalo is asked: nothing is lost, the next to come asks.
* We are killed after Zalo answered and before we kept it: the kept refresh token is spent. The old access token
  serves until it ends, the condition names the mend (``hoi-ocop zalo login``), and nothing else breaks.
* We are killed after we kept it: the next to come finds the new pair.
* The database refuses the new pair: it stays here and is offered again before anything else is asked.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.channel import Memory, NotSent
from bot.channels.zalo_oa import oauth
from bot.channels.zalo_oa.pair import KEY, Pair, fingerprint, load_pair, pair_of, seal_of, serialize_pair
from bot.channels.zalo_oa.settings import Settings

ALARM = timedelta(days=14)
MEND = "run `hoi-ocop zalo login`"

_LEASE = timedelta(seconds=30)
_WAIT = 0.2
_TRIES = 3
_PATIENCE = timedelta(seconds=45)

log = logging.getLogger(__name__)


class Unauthorised(NotSent):
    """Zalo takes none of our tokens any more; somebody must authorise us again."""


class TokenLease:
    """The right to do something alone, kept under *key*, for *length* at most."""

    def __init__(self, memory: Memory, *, key: str, length: timedelta, clock: Callable[[], datetime]) -> None:
        self._memory = memory
        self._key = key
        self._length = length
        self._clock = clock

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[bool]:
        """Hold the lease inside the block; the value says whether we do."""
        before = await self._memory.get(self._key)
        mine = json.dumps({"holder": secrets.token_hex(8), "until": (self._clock() + self._length).timestamp()})
        free = before is None or json.loads(before)["until"] <= self._clock().timestamp()
        held = free and await self._memory.exchange(self._key, expected=before, new=mine)
        try:
            yield held
        finally:
            if held:
                nobody = json.dumps({"holder": "", "until": 0})
                await self._memory.exchange(self._key, expected=mine, new=nobody)


class Tokens:
    """Gives a valid access token, renewing it in time and only once for everybody."""

    def __init__(
        self, settings: Settings, memory: Memory, *, session: aiohttp.ClientSession, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._memory = memory
        self._session = session
        self._clock = clock
        self._seal = seal_of(settings)
        self._lease = TokenLease(memory, key="tokens-lease", length=_LEASE, clock=clock)
        self._lock = asyncio.Lock()
        self._pair: Pair | None = None
        self._refused: set[str] = set()
        self._unkept: Pair | None = None
        self.trouble = ""

    async def access(self) -> str:
        """An access token that has not ended. Raises Unauthorised, NotSent and StoreError."""
        pair = self._pair
        if pair is None or pair.expires <= self._clock():
            pair = await self._renew(stale="")
        return pair.access

    async def renew(self, *, stale: str) -> str:
        """An access token other than *stale*, which Zalo refused. Raises like access()."""
        return (await self._renew(stale=stale)).access

    async def keep_fresh(self) -> None:
        """Renew the pair if it ends soon. Raises like access(); what we have serves on meanwhile."""
        pair = (await self._load())[1]
        if pair is not None and pair != self._pair:
            self._use(pair)
        if pair is None or pair.ends_soon(self._clock()):
            await self._renew(stale=pair.access if pair else "")

    async def prove(self, access: str) -> None:
        """Note that Zalo took *access*: the pair before it is not needed any more."""
        pair = self._pair
        if pair is None or pair.access != access or pair.proven:
            return
        raw, kept = await self._load()
        if kept is not None and kept.access == access:
            await self._swap(raw, replace(kept, proven=True, previous=""))

    @property
    def renewable_until(self) -> datetime | None:
        """When the refresh token ends; None before there is one."""
        return self._pair.renewable_until if self._pair else None

    def warning(self) -> str:
        """What the operator must know about the authorisation; "" if nothing."""
        ends = self.renewable_until
        if self.trouble:
            return self.trouble
        if ends is not None and ends - self._clock() < ALARM:
            return f"the authorisation ends on {ends.date()}: {MEND}"
        return ""

    async def _renew(self, *, stale: str) -> Pair:
        deadline = self._clock() + _PATIENCE
        async with self._lock:
            while True:
                pair = (await self._load())[1]
                if pair is not None and pair.access != stale and pair.expires > self._clock():
                    return self._use(pair)
                async with self._lease.taken() as held:
                    if held:
                        return await _unbroken(self._rotate(stale))
                if self._clock() >= deadline:
                    raise NotSent("another process has been renewing the tokens for too long", seconds=5)
                await asyncio.sleep(_WAIT)

    async def _rotate(self, stale: str) -> Pair:
        """Get a new pair; we hold the lease."""
        raw, pair = await self._load()
        if pair is not None and pair.access != stale and pair.expires > self._clock():
            return self._use(pair)
        if self._unkept is not None:
            return await self._keep(raw, self._unkept)
        code = 0
        for refresh, seed in self._candidates(pair):
            try:
                granted = await self._ask(refresh)
            except oauth.Denied as denied:
                code = denied.code
                self._refused.add(refresh)
                continue
            seeds = (*(pair.seeds if pair else ()), *((seed,) if seed else ()))
            return await self._keep(raw, pair_of(granted, previous=pair.refresh if pair else "", seeds=seeds))
        return await self._handle_denial(raw, code)

    async def _ask(self, refresh: str) -> oauth.Granted:
        wish = {"grant_type": "refresh_token", "refresh_token": refresh}
        try:
            return await oauth.ask(self._session, self._settings, wish=wish, now=self._clock())
        except oauth.OAuthUnreachable as error:
            problem = str(error)
        raise NotSent(f"Zalo's OAuth server cannot be reached ({problem})", seconds=5)

    def _candidates(self, pair: Pair | None) -> Iterator[tuple[str, str]]:
        """Refresh tokens worth trying, each with its fingerprint if it comes from the settings."""
        found = []
        if pair is not None:
            found.append((pair.refresh, ""))
            if not pair.proven:
                found.append((pair.previous, ""))
        first = self._settings.refresh_token.get_secret_value()
        print_ = fingerprint(first)
        if pair is None or print_ not in pair.seeds:
            found.append((first, print_))
        return (one for one in found if one[0] and one[0] not in self._refused)

    async def _handle_denial(self, raw: str | None, code: int) -> Pair:
        """Zalo took no refresh token. Somebody may have brought a new pair in the meantime."""
        again, pair = await self._load()
        if pair is not None and again != raw:
            return self._use(pair)
        if code or not self.trouble:
            answer = f" (error {code})" if code else ""
            self.trouble = f"Zalo does not renew our tokens{answer}: {MEND}"
        raise Unauthorised(self.trouble, seconds=300)

    async def _keep(self, raw: str | None, pair: Pair) -> Pair:
        """Write first, then use."""
        self._unkept = pair
        kept = await self._swap(raw, pair)
        self._unkept = None
        log.info("zalo_oa: tokens renewed; they serve until %s", kept.expires)
        return kept

    async def _swap(self, raw: str | None, pair: Pair) -> Pair:
        """Put *pair* in the place of *raw*; if another pair has come there, that one is newer and stays."""
        for _ in range(_TRIES):
            if await self._memory.exchange(KEY, expected=raw, new=self._seal.close(serialize_pair(pair))):
                return self._use(pair)
            raw, theirs = await self._load()
            if theirs is not None:
                return self._use(theirs)
        raise NotSent("the tokens are being changed by too many at once")

    def _use(self, pair: Pair) -> Pair:
        self._pair = pair
        self.trouble = ""
        return pair

    async def _load(self) -> tuple[str | None, Pair | None]:
        return await load_pair(self._memory, self._seal)


async def _unbroken(work: Coroutine[Any, Any, Pair]) -> Pair:
    """Finish *work* though we be cancelled: a new pair that is dropped between Zalo and the memory is lost for good.

    The task ends before this does, so it needs nobody else to look after it; it lasts no longer than one request.
    """
    task = asyncio.get_running_loop().create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
