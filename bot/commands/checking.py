"""hoi-ocop check: what is on, off, and wrong, and how to mend it."""

import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.channel import Accepted, Answered, SendError, Talk
from bot.commands import machine, terminal
from bot.commands.database_and_language import settings_here
from bot.discovery import channel_module, channel_names
from bot.keys import has_keys, seal_keys
from bot.memory import ChannelMemory
from bot.settings import Settings, block_prefix, read_block
from bot.traces import check_packages
from catalog.barcode import zbar_available
from catalog.errors import BadSetting, CatalogError, StoreError
from catalog.ocr import can_read_words
from catalog.store import open_store
from handlers.board import wording
from handlers.messages import Card, Incoming
from handlers.phrases import SOURCE, speech


class CheckState(StrEnum):
    """The result of one check."""

    ON = "on"
    OFF = "off"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its result, details, and what to do."""

    what: str
    state: CheckState
    told: str = ""
    mend: str = ""


PATIENCE = 120.0
SIGNS = {CheckState.ON: ("✓", "green"), CheckState.OFF: ("–", "dim"), CheckState.WRONG: ("✕", "red")}


def run(*, as_json: bool, online: bool = False) -> int:
    """Run every check, and *online* ask each channel's vendor too; 1 if something is wrong."""
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


async def findings(settings: Settings | None = None, *, online: bool = False) -> AsyncIterator[Finding]:
    """All checks, one after the other; of the settings here unless others are given."""
    try:
        settings = settings or settings_here()
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
    yield await _audit(settings.database_url)
    async for finding in _backlogs(settings.database_url):
        yield finding
    yield _zbar()
    yield _words()
    yield await _reader()
    if settings.traces_endpoint:
        yield _traces()
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
            joined = len(await store.members.officers())
    number = joined + len(settings.officer_addresses)
    if number:
        return Finding("officers", CheckState.ON, f"{number} named")
    mend = "Name one: HOI_OCOP_OFFICERS, or hoi-ocop invite --officer. Until then complaints are kept and reach nobody."
    return Finding("officers", CheckState.OFF, "none is named", mend)


async def _audit(url: str) -> Finding:
    """Whether what was done on the officers' board is still told as it was written."""
    what = "audit"
    try:
        async with open_store(url) as store:
            if not await store.is_current():
                return Finding(what, CheckState.OFF, "not looked at: the database's tables are not up to date")
            state = await store.audit.verify()
    except CatalogError:
        # What is wrong with the database is a finding of its own.
        return Finding(what, CheckState.OFF, "not looked at: the database cannot be read")
    if state.broken is not None:
        mend = "Somebody changed the database beside us. Compare with the last backup and the last exported audit."
        return Finding(what, CheckState.WRONG, wording.break_words(state.broken, speech(SOURCE)), mend)
    if not state.rows:
        return Finding(what, CheckState.OFF, "empty: nobody has used the officers' board")
    return Finding(what, CheckState.ON, f"{state.rows} rows, whole; the chain ends with {state.last_hash}")


async def _keys(settings: Settings) -> Finding:
    """Whether the key at hand is the one that sealed the database; none is made by looking."""
    what = "key"
    try:
        if not has_keys(settings):
            return Finding(what, CheckState.ON, "one is made beside the database when it is first needed")
        keys = seal_keys(settings)
        async with open_store(settings.database_url, keys=keys) as store:
            if await store.is_current():
                await store.check_keys()
                sealed = await store.count_sealed() if len(keys) > 1 else None
                if sealed is not None and sealed.older:
                    told = f"an older key still holds {sealed.older} of {sealed.older + sealed.newest} sealed words"
                    return Finding(what, CheckState.ON, told, "Run: hoi-ocop reseal, then drop the older key.")
    except StoreError:
        # What is wrong with the database is a finding of its own.
        return Finding(what, CheckState.OFF, "not compared with the database, which cannot be read")
    except CatalogError as error:
        return Finding(what, CheckState.WRONG, str(error), "Keep a copy of the key apart from the database's copies.")
    return Finding(what, CheckState.ON, "what people write is sealed with it")


async def _backlogs(url: str) -> AsyncIterator[Finding]:
    """What waits longer than it should, and why."""
    try:
        async with open_store(url) as store:
            found = await store.queues.list_backlogs(now=time.time()) if await store.is_current() else []
    except CatalogError:
        return
    for each in found:
        age = time.time() - each.oldest
        if age < PATIENCE:
            continue
        why = each.why or "hoi-ocop serve is not running, or this channel is off"
        told = f"{each.count} wait, the oldest for {_span(age)}: {why}"
        yield Finding(
            f"{each.queue} for {each.channel}", CheckState.WRONG, told, "They go out by themselves once they can."
        )


def _span(seconds: float) -> str:
    """A length of time as people say it."""
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours // 24} days"


def _traces() -> Finding:
    try:
        check_packages()
    except BadSetting as error:
        return Finding("traces", CheckState.WRONG, str(error), "Until then hoi-ocop serve does not start.")
    return Finding("traces", CheckState.ON, "each step of a message is told to the collector")


def _zbar() -> Finding:
    if zbar_available():
        return Finding("libzbar", CheckState.ON, "the second reader of codes is there")
    return Finding(
        "libzbar",
        CheckState.OFF,
        "codes are read without it, a few fewer",
        "Debian and Ubuntu: apt-get install libzbar0",
    )


def _words() -> Finding:
    what = "words on labels"
    if can_read_words():
        return Finding(what, CheckState.ON, "read in photos that hold no code we know")
    told = "not read, and whoever sends a photo is told so; codes are read and typed names are found"
    return Finding(what, CheckState.OFF, told, 'pip install "hoi-ocop[words]", or make setup')


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
    try:
        async with open_store(settings.database_url) as store:
            memory = ChannelMemory(store, name)
            talk = Talk(_Nobody(), _no_names, memory, public_url=settings.public_url)
            async with module.open_channel(block, talk) as channel:
                told = await channel.probe() if online else ""
    except (SendError, CatalogError) as error:
        return Finding(what, CheckState.WRONG, str(error), "Until it is mended, the other channels go on without it.")
    return Finding(what, CheckState.ON, told)


class _Nobody:
    """An inbox for a channel that is only checked: it takes nothing in."""

    async def put(self, incoming: Incoming) -> Accepted:  # noqa: ARG002 - as the real one
        raise StoreError("a check takes nothing in")

    async def answers(self, *_: object, **__: object) -> Sequence[Answered]:
        return ()


async def _no_names(words: str, *, language: str, limit: int, offset: int = 0) -> Sequence[Card]:  # noqa: ARG001 - as the real one
    return ()


def _draw(finding: Finding) -> None:
    sign, style = SIGNS[finding.state]
    terminal.out.print(f"{sign} ", style=style, end="")
    terminal.out.print(": ".join(filter(None, (finding.what, finding.told))), markup=False)
    if finding.mend:
        terminal.out.print(f"    {finding.mend}", style="dim", markup=False)
