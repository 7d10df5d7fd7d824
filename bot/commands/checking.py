"""hoi-ocop check: what is on, off, and wrong, with the mend."""

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.channel import Accepted, Answered, Memory, SendError, Talk
from bot.commands import machine, terminal
from bot.commands.database_and_language import settings_here
from bot.discovery import channel_module, channel_names
from bot.keys import has_keys, seal_keys
from bot.memory import ChannelMemory
from bot.settings import Settings, block_prefix, read_block
from catalog.barcode import zbar_available
from catalog.errors import BadSetting, CatalogError, StoreError
from catalog.store import open_store
from handlers.messages import Card, Incoming


class CheckState(StrEnum):
    """How one thing is."""

    ON = "on"
    OFF = "off"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what to do about it."""

    what: str
    state: CheckState
    told: str = ""
    mend: str = ""


_PATIENCE = 120.0
_SIGNS = {CheckState.ON: ("✓", "green"), CheckState.OFF: ("–", "dim"), CheckState.WRONG: ("✕", "red")}


class Probe(Protocol):
    """What a channel's module may offer as ``probe``."""

    async def __call__(self, settings: Any, memory: Memory) -> str:
        """Ask the vendor, cheaply, and say in words what answered. Raises SendError or catalog.errors.StoreError."""


def run(*, as_json: bool, online: bool = False) -> int:
    """Look at everything, and *online* ask each channel's vendor too; 1 if something is wrong."""
    return terminal.run(_check(as_json=as_json, online=online))


async def _check(*, as_json: bool, online: bool) -> int:
    status = terminal.OK
    async for finding in findings(online=online):
        if finding.state is CheckState.WRONG:
            status = terminal.BAD
        if as_json:
            terminal.write(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            _draw(finding)
    return status


async def findings(*, online: bool = False) -> AsyncIterator[Finding]:
    """Everything there is to look at, one after the other."""
    try:
        settings = settings_here()
    except BadSetting as error:
        yield Finding(
            "settings", CheckState.WRONG, str(error), "Mend these in .env or in the environment; see .env.example."
        )
        return
    told = settings.public_url or f"no public address; links point to http://{settings.host}:{settings.port}"
    yield Finding(
        "settings",
        CheckState.ON,
        told,
        "" if settings.public_url else "Set HOI_OCOP_PUBLIC_URL before printing labels.",
    )
    if settings.public_url.startswith("https://") and not settings.trusted_proxies:
        yield Finding(
            "proxy",
            CheckState.OFF,
            "all who come through what speaks https for us count as one visitor",
            "Set HOI_OCOP_TRUSTED_PROXIES to its address, and have it set X-Forwarded-For.",
        )
    yield await _database(settings.database_url)
    yield await _keys(settings)
    yield await _officers(settings)
    async for finding in _backlogs(settings.database_url):
        yield finding
    yield _zbar()
    yield await _reader()
    if machine.is_root():
        yield Finding("user", CheckState.OFF, machine.ROOT, "Run it with systemd's User= or docker run --user.")
    for name in channel_names():
        yield await _channel(name, settings, online=online)


async def _database(url: str) -> Finding:
    try:
        async with open_store(url) as store:
            if not await store.is_current():
                return Finding("database", CheckState.WRONG, "its tables are not up to date", "Run: hoi-ocop migrate")
            number = await store.count()
    except CatalogError as error:
        return Finding("database", CheckState.WRONG, str(error), "Look at HOI_OCOP_DATABASE_URL.")
    empty = "" if number else "Run: hoi-ocop import --shipped, or import your own list."
    return Finding("database", CheckState.ON, f"{number} products", empty)


async def _officers(settings: Settings) -> Finding:
    """Whether complaints, and questions that no producer answers, reach anybody."""
    joined = 0
    # Without a key or a database nobody has joined; that these are missing is a finding of its own.
    with suppress(CatalogError):
        keys = seal_keys(settings) if has_keys(settings) else ()
        async with open_store(settings.database_url, keys=keys) as store:
            joined = len(await store.post.officers())
    number = joined + len(settings.officer_addresses)
    if number:
        return Finding("officers", CheckState.ON, f"{number} named")
    mend = "Name one: HOI_OCOP_OFFICERS, or hoi-ocop invite --officer. Until then complaints are kept and reach nobody."
    return Finding("officers", CheckState.OFF, "none is named", mend)


async def _keys(settings: Settings) -> Finding:
    """Whether the key at hand is the one that sealed the database; none is made by looking."""
    what = "key"
    try:
        if not has_keys(settings):
            return Finding(what, CheckState.ON, "one is made beside the database when it is first needed")
        async with open_store(settings.database_url, keys=seal_keys(settings)) as store:
            if await store.is_current():
                await store.check_keys()
    except CatalogError as error:
        return Finding(what, CheckState.WRONG, str(error), "Keep a copy of the key apart from the database's copies.")
    return Finding(what, CheckState.ON, "what people write is sealed with it")


async def _backlogs(url: str) -> AsyncIterator[Finding]:
    """What waits longer than it should, and why."""
    try:
        async with open_store(url) as store:
            found = await store.waiting.backlogs() if await store.is_current() else []
    except CatalogError:
        return
    for each in found:
        age = time.time() - each.oldest
        if age < _PATIENCE:
            continue
        why = each.why or "hoi-ocop serve is not running, or this channel is off"
        told = f"{each.count} wait, the oldest for {_span(age)}: {why}"
        yield Finding(f"answers for {each.channel}", CheckState.WRONG, told, "They go out by themselves once they can.")


def _span(seconds: float) -> str:
    """A length of time as people say it."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} days"


def _zbar() -> Finding:
    if zbar_available():
        return Finding("libzbar", CheckState.ON, "the second reader of codes is there")
    return Finding(
        "libzbar",
        CheckState.OFF,
        "codes are read without it, a few fewer",
        "Debian and Ubuntu: apt-get install libzbar0",
    )


async def _reader() -> Finding:
    held = await machine.confinement()
    if held is None:
        told = f"no photo can be read: the process for it does not start. {machine.too_little_memory()}".rstrip()
        return Finding(
            "reader of photos", CheckState.WRONG, told, "Raise the memory limit (ulimit -v, the container's)."
        )
    little = machine.too_little_memory()
    if little:
        return Finding(
            "reader of photos", CheckState.OFF, little, "Raise the memory limit (ulimit -v, the container's)."
        )
    missing = sorted({"landlock", "seccomp"} - held)
    if missing:
        told = f"photos are read without {' and '.join(missing)}, which this kernel lacks"
        return Finding(
            "reader of photos", CheckState.OFF, told, "Linux 5.13 or newer has both; containers may forbid them."
        )
    return Finding("reader of photos", CheckState.ON, "no network, no other program, no file but its libraries")


async def _channel(name: str, settings: Settings, *, online: bool) -> Finding:
    """Whether the channel *name* is on and can be opened, which asks nobody; *online*, whether its vendor takes us."""
    what, module = f"channel {name}", channel_module(name)
    try:
        block = read_block(name, module.Settings)
    except BadSetting as error:
        return Finding(
            what, CheckState.WRONG, str(error), "Complete its block, or remove it to switch the channel off."
        )
    if block is None:
        return Finding(what, CheckState.OFF, "", f"Set {block_prefix(name)}… to switch it on; see .env.example.")
    probe: Probe | None = getattr(module, "probe", None)
    try:
        async with open_store(settings.database_url) as store:
            memory = ChannelMemory(store, name)
            talk = Talk(_Nobody(), _no_names, memory, public_url=settings.public_url)
            async with module.open_channel(block, talk):
                told = await probe(block, memory) if online and probe is not None else ""
    except (SendError, CatalogError) as error:
        return Finding(what, CheckState.WRONG, str(error), "Until it is mended, the other channels go on without it.")
    return Finding(what, CheckState.ON, told)


class _Nobody:
    """Stands where the inbox does: a channel that is only looked at takes nothing in."""

    async def put(self, incoming: Incoming) -> Accepted:  # noqa: ARG002 - as the real one
        raise StoreError("a check takes nothing in")

    async def answers(self, *_: object, **__: object) -> Sequence[Answered]:
        return ()


async def _no_names(words: str, *, language: str, limit: int, offset: int = 0) -> Sequence[Card]:  # noqa: ARG001 - as the real one
    return ()


def _draw(finding: Finding) -> None:
    sign, style = _SIGNS[finding.state]
    terminal.out.print(f"{sign} ", style=style, end="")
    terminal.out.print(": ".join(filter(None, (finding.what, finding.told))), markup=False)
    if finding.mend:
        terminal.out.print(f"    {finding.mend}", style="dim", markup=False)
