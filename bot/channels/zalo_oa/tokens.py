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
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import aiohttp

from bot.channel import Memory, NotSent
from bot.channels.zalo_oa import oauth
from bot.channels.zalo_oa.lease import Lease
from bot.channels.zalo_oa.pair import TokenSeal
from bot.channels.zalo_oa.settings import Settings

KEY = "tokens"
EARLY = 0.12
"""How much of its life an access token still has when it is replaced: three hours of the usual 25."""
ALARM = timedelta(days=14)
MEND = "run `hoi-ocop zalo login`"

_LEASE = timedelta(seconds=30)
_WAIT = 0.2
_TRIES = 3
_PATIENCE = timedelta(seconds=45)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pair:
    """The tokens in use. *previous* is the refresh token before, until this pair has been *proven* by a call.

    *seeds* are the fingerprints of refresh tokens from the settings that have been used up. *life* is how long the
    access token lasts in all.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires: datetime
    renewable_until: datetime
    proven: bool = False
    previous: str = field(default="", repr=False)
    seeds: tuple[str, ...] = ()
    life: timedelta = oauth.USUAL_LIFE

    def ends_soon(self, now: datetime) -> bool:
        """True when the access token should be replaced."""
        return self.expires - now <= self.life * EARLY


class Unauthorised(NotSent):
    """Zalo takes none of our tokens any more; somebody must authorise us again."""


class Tokens:
    """Gives a valid access token, renewing it in time and only once for everybody."""

    def __init__(
        self, settings: Settings, memory: Memory, *, session: aiohttp.ClientSession, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._memory = memory
        self._session = session
        self._clock = clock
        self._seal = _seal(settings)
        self._lease = Lease(memory, key="tokens-lease", length=_LEASE, clock=clock)
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
            return await self._keep(raw, _pair(granted, previous=pair.refresh if pair else "", seeds=seeds))
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
            if await self._memory.exchange(KEY, expected=raw, new=self._seal.close(_serialize_pair(pair))):
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
        return await _load_pair(self._memory, self._seal)


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


def fingerprint(token: str) -> str:
    """Tells one long random token from another without telling it."""
    return sha256(f"hoi-ocop:{token}".encode()).hexdigest()[:16]


async def stored_pair(settings: Settings, memory: Memory) -> Pair | None:
    """The pair that is kept, if there is one and our secret opens it; nobody is asked. Raises StoreError."""
    return (await _load_pair(memory, _seal(settings)))[1]


async def _load_pair(memory: Memory, seal: TokenSeal) -> tuple[str | None, Pair | None]:
    raw = await memory.get(KEY)
    return raw, _read(seal.open(raw)) if raw else None


async def bring(settings: Settings, memory: Memory, *, granted: oauth.Granted) -> None:
    """Put a pair from a new authorisation in the place of whatever there is."""
    seeds = (fingerprint(settings.refresh_token.get_secret_value()),)
    await memory.put(KEY, _seal(settings).close(_serialize_pair(_pair(granted, previous="", seeds=seeds))))


def _pair(granted: oauth.Granted, *, previous: str, seeds: tuple[str, ...]) -> Pair:
    return Pair(
        granted.access,
        granted.refresh,
        expires=granted.expires,
        renewable_until=granted.renewable_until,
        previous=previous,
        seeds=tuple(dict.fromkeys(seeds)),
        life=granted.life,
    )


def _seal(settings: Settings) -> TokenSeal:
    return TokenSeal(settings.app_secret.get_secret_value(), purpose=f"hoi-ocop zalo_oa tokens {settings.app_id}")


def _serialize_pair(pair: Pair) -> str:
    return json.dumps(
        {
            "access": pair.access,
            "refresh": pair.refresh,
            "expires": pair.expires.timestamp(),
            "renewable_until": pair.renewable_until.timestamp(),
            "proven": pair.proven,
            "previous": pair.previous,
            "seeds": list(pair.seeds),
            "life": pair.life.total_seconds(),
        }
    )


def _read(written: str | None) -> Pair | None:
    if written is None:
        return None
    read = json.loads(written)
    return Pair(
        read["access"],
        read["refresh"],
        expires=datetime.fromtimestamp(read["expires"], tz=UTC),
        renewable_until=datetime.fromtimestamp(read["renewable_until"], tz=UTC),
        proven=read["proven"],
        previous=read["previous"],
        seeds=tuple(read["seeds"]),
        life=timedelta(seconds=read.get("life", oauth.USUAL_LIFE.total_seconds())),
    )
