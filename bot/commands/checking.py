"""hoi-ocop check: what is on, off, and wrong, with the mend."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.commands import terminal
from bot.discovery import channel_module, channel_names
from bot.settings import block_prefix, read_block, read_settings
from catalog.errors import BadSetting, CatalogError
from catalog.reader import zbar_available
from catalog.store import open_store


class State(StrEnum):
    """How one thing is."""

    ON = "on"
    OFF = "off"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and what to do about it."""

    what: str
    state: State
    told: str = ""
    mend: str = ""


_SIGNS = {State.ON: ("✓", "green"), State.OFF: ("–", "dim"), State.WRONG: ("✕", "red")}


def run(*, as_json: bool) -> int:
    """Look at everything; 1 if something is wrong."""
    return terminal.run(_check(as_json=as_json))


async def _check(*, as_json: bool) -> int:
    status = terminal.OK
    async for finding in findings():
        if finding.state is State.WRONG:
            status = terminal.BAD
        if as_json:
            terminal.write(json.dumps(asdict(finding), ensure_ascii=False))
        else:
            _draw(finding)
    return status


async def findings() -> AsyncIterator[Finding]:
    """Everything there is to look at, one after the other."""
    try:
        settings = read_settings()
    except BadSetting as error:
        yield Finding(
            "settings", State.WRONG, str(error), "Mend these in .env or in the environment; see .env.example."
        )
        return
    told = settings.public_url or f"no public address; links point to http://{settings.host}:{settings.port}"
    yield Finding(
        "settings", State.ON, told, "" if settings.public_url else "Set HOI_OCOP_PUBLIC_URL before printing labels."
    )
    yield await _database(settings.database_url)
    yield _zbar()
    for name in channel_names():
        yield _channel(name)


async def _database(url: str) -> Finding:
    try:
        async with open_store(url) as store:
            if not await store.is_current():
                return Finding("database", State.WRONG, "its tables are not up to date", "Run: hoi-ocop migrate")
            number = await store.count()
    except CatalogError as error:
        return Finding("database", State.WRONG, str(error), "Look at HOI_OCOP_DATABASE_URL.")
    empty = "" if number else "Run: hoi-ocop import --shipped, or import your own list."
    return Finding("database", State.ON, f"{number} products", empty)


def _zbar() -> Finding:
    if zbar_available():
        return Finding("libzbar", State.ON, "the second reader of codes is there")
    return Finding(
        "libzbar", State.OFF, "codes are read without it, a few fewer", "Debian and Ubuntu: apt-get install libzbar0"
    )


def _channel(name: str) -> Finding:
    what = f"channel {name}"
    try:
        block = read_block(name, channel_module(name).Settings)
    except BadSetting as error:
        return Finding(what, State.WRONG, str(error), "Complete its block, or remove it to switch the channel off.")
    if block is None:
        return Finding(what, State.OFF, "", f"Set {block_prefix(name)}… to switch it on; see .env.example.")
    return Finding(what, State.ON)


def _draw(finding: Finding) -> None:
    sign, style = _SIGNS[finding.state]
    terminal.out.print(f"{sign} ", style=style, end="")
    terminal.out.print(": ".join(filter(None, (finding.what, finding.told))), markup=False)
    if finding.mend:
        terminal.out.print(f"    {finding.mend}", style="dim", markup=False)
