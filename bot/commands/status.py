"""hoi-ocop status: how everything is, on one page, with what to do about each thing that is not well."""

import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
from babel.dates import format_timedelta
from babel.numbers import format_decimal
from yarl import URL

from bot.channel_supervisor import OFF
from bot.commands import terminal
from bot.commands.checking import PATIENCE, SIGNS, CheckState, findings
from bot.commands.database_and_language import settings_here
from bot.settings import Settings
from catalog.dates import VIET_NAM
from catalog.delivery import Queue
from catalog.errors import StoreUnavailable
from catalog.store import Backlog, ProcessKind, Server, Unanswered, open_store, who_serves
from handlers.phrases import FIRST, SOURCE, Speech, speech, use_folder

_DAY = 24 * 3600.0
BACKUP_EVERY = 2 * _DAY
_UNDELIVERED_FOR = 7 * _DAY
_UNANSWERED_FOR = 3 * _DAY
_GIB = 1024**3
_ROOM = 1 * _GIB
_ASK_SECONDS = 3.0
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a server may be bound to
_UP, _STARTING = "up", "starting"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page is written from: *servers* serve or work.

    *channels* and *trouble* are as the server tells them, None if it cannot be asked.

    *room* is how many bytes the disk of the database has left, None where that is another machine's.
    """

    now: float
    servers: Sequence[Server] = ()
    channels: Mapping[str, str] | None = None
    trouble: str | None = None
    products: int = 0
    changed_at: float = 0.0
    backlogs: Sequence[Backlog] = ()
    unanswered: Unanswered = field(default_factory=Unanswered)
    undelivered: int = 0
    room: int | None = None
    backup_at: float = 0.0
    wrong: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One line of the page: what it is about, how that is, in words, and what to do."""

    what: str
    state: CheckState
    told: str
    mend: str = ""


def run(*, as_json: bool) -> int:
    """Print the page; 1 if something on it is wrong."""
    return terminal.run(_status(as_json=as_json))


async def _status(*, as_json: bool) -> int:
    settings = settings_here()
    use_folder(settings.locale_folder)
    facts = await gather_facts(settings)
    pages = [list(describe(facts, speech(language))) for language in (FIRST, SOURCE)]
    lines = list(zip(*pages, strict=True))
    if as_json:
        _write_json(lines)
    else:
        _draw(facts, lines)
    return terminal.BAD if any(first.state is CheckState.WRONG for first, _ in lines) else terminal.OK


# What is known ------------------------------------------------------------------------------------------------------


async def gather_facts(settings: Settings) -> Facts:
    """Look at everything; nothing is changed. Raises StoreError and BadSetting."""
    url, now = settings.database_url, time.time()
    async with open_store(url) as store:
        if not await store.is_current():
            raise StoreUnavailable("The database is of an older version. Bring it up to date: hoi-ocop migrate.")
        servers = await who_serves(url)
        channels, trouble = await _ask_server(settings) if _serving_now(servers) else (None, None)
        return Facts(
            now,
            servers=servers,
            channels=channels,
            trouble=trouble,
            products=await store.count(),
            changed_at=await store.last_change(),
            backlogs=await store.queues.list_backlogs(now=now),
            unanswered=await store.queues.count_unanswered(),
            undelivered=await store.queues.count_undelivered(since=now - _UNDELIVERED_FOR),
            room=store.room(),
            backup_at=await store.last_backup(),
            wrong=[name async for name in _wrong(settings, is_told_of_channels=channels is not None)],
        )


def _serving_now(servers: Sequence[Server]) -> list[Server]:
    return [each for each in servers if each.kind.serves]


async def _wrong(settings: Settings, *, is_told_of_channels: bool) -> AsyncIterator[str]:
    """What hoi-ocop check finds wrong, but for what has a line of its own."""
    own = (*(f"{queue} for " for queue in Queue), *(("channel ",) if is_told_of_channels else ()))
    async for finding in findings(settings):
        if finding.state is CheckState.WRONG and not finding.what.startswith(own):
            yield finding.what


async def _ask_server(settings: Settings) -> tuple[Mapping[str, str] | None, str | None]:
    """How the server on this machine says its channels and its database are; None where it cannot be asked."""
    address = URL.build(
        scheme="http", host=_ANY_ADDRESS.get(settings.host, settings.host), port=settings.port, path="/readyz"
    )
    token = settings.details_token.get_secret_value()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=_ASK_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client, client.get(address, headers=headers) as response:
            told = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
        return None, None
    if not isinstance(told, dict) or not isinstance(told.get("channels"), dict):
        return None, None
    return told["channels"], "" if told.get("ready") else str(told.get("database", ""))


# In words -----------------------------------------------------------------------------------------------------------


def describe(facts: Facts, say: Speech) -> Iterator[StatusLine]:
    """The page in the language of *say*."""
    yield from _serving(facts, say)
    if facts.trouble:
        yield StatusLine(
            "database",
            CheckState.WRONG,
            say("The server cannot use its database: {why}", why=facts.trouble),
            say("Look at the disk's room and at the log: journalctl -u hoi-ocop"),
        )
    yield _catalogue(facts, say)
    yield from _queues(facts, say)
    yield _inquiries(facts, say)
    yield _undelivered(facts, say)
    yield from _channels(facts, say)
    if facts.room is not None:
        yield _disk(facts.room, say)
    yield _backup(facts, say)
    yield _check(facts, say)


def _serving(facts: Facts, say: Speech) -> Iterator[StatusLine]:
    """Who takes in what people say, and who else answers it."""
    serving = _serving_now(facts.servers)
    others = [each for each in facts.servers if each not in serving]
    yield _taking_in(serving, others, say)
    working = [each for each in others if each.kind.works]
    if working:
        who = _names(working, say)
        told = say.count(
            "{number} process only works on what others take in: {who}.",
            "{number} processes only work on what others take in: {who}.",
            len(working),
            who=who,
        )
        yield StatusLine("working", CheckState.ON, told)
    elif serving and not any(each.kind.works for each in serving):
        told = say("Nobody works on what is taken in: nobody is answered.")
        mend = say("Start a worker: hoi-ocop work, or set HOI_OCOP_JOBS_AT_ONCE to more than 0 for hoi-ocop serve")
        yield StatusLine("working", CheckState.WRONG, told, mend)


def _taking_in(serving: Sequence[Server], others: Sequence[Server], say: Speech) -> StatusLine:
    if serving:
        who = _names(serving, say)
        one = len(serving) == 1
        told = (
            say("It serves: {who}.", who=who)
            if one
            else say.count("{number} process serves: {who}.", "{number} processes serve: {who}.", len(serving), who=who)
        )
        return StatusLine("serving", CheckState.ON, told)
    mend = say("Start it: systemctl start hoi-ocop, or hoi-ocop serve")
    if any(each.kind is ProcessKind.ALONE for each in others):
        told = say(
            "The database is being moved, restored or copied, and nobody serves it: {who}.", who=_names(others, say)
        )
        return StatusLine("serving", CheckState.WRONG, told, mend)
    told = say("Nothing serves this database: nobody is answered.")
    return StatusLine("serving", CheckState.WRONG, told, mend)


def _names(servers: Sequence[Server], say: Speech) -> str:
    return "; ".join(_name(each, say) for each in servers)


def _name(server: Server, say: Speech) -> str:
    since = f"{server.since.astimezone(VIET_NAM):%H:%M %d/%m/%Y}"
    if server.process:
        return say("process {process} on {host}, since {since}", process=server.process, host=server.host, since=since)
    if server.host:
        return say("a process on {host}, since {since}", host=server.host, since=since)
    return say("a process on the database's own machine, since {since}", since=since)


def _catalogue(facts: Facts, say: Speech) -> StatusLine:
    if not facts.products:
        told = say("The catalogue is empty.")
        return StatusLine("catalogue", CheckState.OFF, told, say("Import a list: hoi-ocop import FILE"))
    if not facts.changed_at:
        return StatusLine(
            "catalogue", CheckState.ON, say("Products in the catalogue: {number}.", number=facts.products)
        )
    ago = _span(facts.now - facts.changed_at, say)
    told = say("Products in the catalogue: {number}; last changed {ago} ago.", number=facts.products, ago=ago)
    return StatusLine("catalogue", CheckState.ON, told)


def _queues(facts: Facts, say: Speech) -> Iterator[StatusLine]:
    if not facts.backlogs:
        yield StatusLine("queues", CheckState.ON, say("Nothing waits: no message, no answer, no notice."))
    for each in facts.backlogs:
        age = facts.now - each.oldest
        yield StatusLine(
            f"{each.queue} for {each.channel}",
            CheckState.WRONG if age >= PATIENCE else CheckState.ON,
            ": ".join(filter(None, (_waiting(each, _span(age, say), say), each.why))),
            _hurry(each, say) if age >= PATIENCE else "",
        )


def _waiting(backlog: Backlog, age: str, say: Speech) -> str:
    told = {"channel": backlog.channel, "number": backlog.count, "age": age}
    match backlog.queue:
        case Queue.MESSAGES:
            return say("Messages of {channel} that wait for their answer: {number}, the oldest for {age}", **told)
        case Queue.ANSWERS:
            return say("Answers for {channel} that are not sent yet: {number}, the oldest for {age}", **told)
        case Queue.NOTICES:
            return say("Notices for {channel} that are not sent yet: {number}, the oldest for {age}", **told)


def _hurry(backlog: Backlog, say: Speech) -> str:
    if backlog.queue is Queue.MESSAGES:
        return say("They are answered once a server runs. If one does, look at the log: journalctl -u hoi-ocop")
    return say("They go out by themselves once the channel works; ask its vendor: hoi-ocop check --online")


def _inquiries(facts: Facts, say: Speech) -> StatusLine:
    count, oldest = facts.unanswered.count, facts.unanswered.oldest
    if not count:
        return StatusLine("inquiries", CheckState.ON, say("No question to a producer waits for an answer."))
    age = facts.now - oldest
    told = say(
        "Questions that their producers have not answered: {number}, the oldest for {age}.",
        number=count,
        age=_span(age, say),
    )
    late = age >= _UNANSWERED_FOR
    mend = say("An officer sees them in the chat by /duyet, and can answer or call the producer.") if late else ""
    return StatusLine("inquiries", CheckState.OFF if late else CheckState.ON, told, mend)


def _undelivered(facts: Facts, say: Speech) -> StatusLine:
    if not facts.undelivered:
        return StatusLine("notices", CheckState.ON, say("No notice of the last 7 days failed."))
    told = say("Notices of the last 7 days that could not be delivered: {number}.", number=facts.undelivered)
    return StatusLine(
        "notices", CheckState.WRONG, told, say("See why: hoi-ocop courier; again: hoi-ocop courier --retry NUMBER")
    )


def _channels(facts: Facts, say: Speech) -> Iterator[StatusLine]:
    if facts.channels is None:
        if _serving_now(facts.servers):
            told = say("How the channels are cannot be asked from here: no server answers on this machine.")
            yield StatusLine("channels", CheckState.OFF, told, say("Look at /readyz where it serves."))
        return
    for name, condition in sorted(facts.channels.items()):
        state, _, why = condition.partition(": ")
        if state == OFF:
            continue
        if state in {_UP, _STARTING}:
            works = say("{channel} works.", channel=name)
            yield StatusLine(f"channel {name}", CheckState.ON, f"{works} ({why})" if why else works)
            continue
        told = say("{channel} does not work: {why}", channel=name, why=why or condition)
        yield StatusLine(f"channel {name}", CheckState.WRONG, told, say("See what to do: hoi-ocop check --online"))


def _disk(room: int, say: Speech) -> StatusLine:
    left = format_decimal(room / _GIB, format="0.0", locale=say.language)
    told = say("The database's disk has {room} GB left.", room=left)
    if room >= _ROOM:
        return StatusLine("disk", CheckState.ON, told)
    return StatusLine("disk", CheckState.WRONG, told, say("Make room: move old backups to another machine, see df -h"))


def _backup(facts: Facts, say: Speech) -> StatusLine:
    mend = say("Make one now: hoi-ocop backup FILE; and every night, see docs/operating.md")
    if not facts.backup_at:
        return StatusLine("backup", CheckState.WRONG, say("No backup was ever made."), mend)
    age = facts.now - facts.backup_at
    told = say("The last backup was made {ago} ago.", ago=_span(age, say))
    return (
        StatusLine("backup", CheckState.WRONG, told, mend)
        if age > BACKUP_EVERY
        else StatusLine("backup", CheckState.ON, told)
    )


def _check(facts: Facts, say: Speech) -> StatusLine:
    if not facts.wrong:
        return StatusLine("check", CheckState.ON, say("The check finds nothing else wrong."))
    told = say("The check finds wrong: {names}.", names=", ".join(facts.wrong))
    return StatusLine("check", CheckState.WRONG, told, say("See what to do: hoi-ocop check"))


def _span(seconds: float, say: Speech) -> str:
    """A length of time as people say it; it may be less than none where a clock was set back."""
    return format_timedelta(timedelta(seconds=max(1.0, seconds)), threshold=1.5, locale=say.language)


# On the page --------------------------------------------------------------------------------------------------------


def _write_json(lines: Sequence[tuple[StatusLine, StatusLine]]) -> None:
    for first, second in lines:
        words = {FIRST: {"told": first.told, "mend": first.mend}, SOURCE: {"told": second.told, "mend": second.mend}}
        terminal.write(json.dumps({"what": first.what, "state": first.state, **words}, ensure_ascii=False))


def _draw(facts: Facts, lines: Sequence[tuple[StatusLine, StatusLine]]) -> None:
    terminal.out.print(f"Hỏi OCOP, {datetime.fromtimestamp(facts.now, VIET_NAM):%H:%M %d/%m/%Y}\n", markup=False)
    for first, second in lines:
        sign, style = SIGNS[first.state]
        terminal.out.print(f"{sign} ", style=style, end="")
        terminal.out.print(first.told, markup=False)
        terminal.out.print(f"  {second.told}", style="dim", markup=False)
        if first.mend:
            terminal.out.print(f"  → {first.mend}", style="bold", markup=False)
            terminal.out.print(f"  → {second.mend}", style="dim", markup=False)
