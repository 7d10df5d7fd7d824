"""hoi-ocop talk: whole conversations read from a file, each answered as in a chat."""

import json
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.commands import terminal
from bot.commands.database_and_language import demo_url, settings_here
from catalog.errors import BadSheet, CatalogError

if TYPE_CHECKING:
    from handlers.context import Context, Session

LONGEST_LINE = 20_000
_EXAMPLE = '{"who": "an", "text": "nem bùi"}'


@dataclass(frozen=True, slots=True)
class _TalkLine:
    """What somebody said."""

    who: str
    text: str


def talk(file: Path | None, *, own: bool, as_json: bool) -> int:
    """Answer the conversations in *file*, else on standard input."""
    return terminal.run(_talk(file, own=own, as_json=as_json))


async def _talk(file: Path | None, *, own: bool, as_json: bool) -> int:
    """Each line in its person's conversation; a line that cannot be read is told, and the others are answered."""
    from handlers.context import Session

    bad = 0
    sessions: dict[str, Session] = {}
    async with _open(own=own) as context:
        for number, line in enumerate(_lines(file), start=1):
            if not line.strip():
                continue
            try:
                said = _read(line, number)
            except BadSheet as error:
                terminal.complain(str(error))
                bad += 1
                continue
            session = sessions.get(said.who, Session())
            answered, sessions[said.who] = await _answer(said, number, keeps=not own, context=context, session=session)
            terminal.write(_as_json(answered) if as_json else f"{said.who}: {said.text}\n{answered['reply']}\n")
    return terminal.BAD if bad else terminal.OK


def _lines(file: Path | None) -> Iterator[str]:
    if file is None:
        yield from (line.decode("utf-8-sig", errors="surrogateescape") for line in sys.stdin.buffer)
        return
    try:
        yield from file.read_text(encoding="utf-8-sig", errors="surrogateescape").split("\n")
    except OSError as error:
        raise BadSheet(f"{file} cannot be read: {error}") from error


def _read(line: str, number: int) -> _TalkLine:
    """The line as it is meant. Raises BadSheet with its number and what is wrong."""
    if len(line) > LONGEST_LINE:
        raise BadSheet(f"line {number} is longer than {LONGEST_LINE} characters")
    try:
        said = json.loads(line)
    except ValueError as error:
        raise BadSheet(f"line {number} is no JSON; it should look like {_EXAMPLE}") from error
    if not isinstance(said, dict):
        raise BadSheet(f"line {number} is no object; it should look like {_EXAMPLE}")
    for name in ("who", "text"):
        if not isinstance(said.get(name), str):
            raise BadSheet(f'line {number} has no "{name}" that is a text; it should look like {_EXAMPLE}')
    if not said["who"]:
        raise BadSheet(f'line {number}: "who" is empty; give each person a name')
    return _TalkLine(said["who"], said["text"])


@asynccontextmanager
async def _open(*, own: bool) -> AsyncIterator["Context"]:
    """One's own catalogue, or the shipped one in a database that is thrown away."""
    from bot.app import open_context

    with tempfile.TemporaryDirectory() as folder:
        settings = (
            settings_here() if own else settings_here().model_copy(update={"database_url": demo_url(Path(folder))})
        )
        if not own:
            await _fill(settings.database_url)
        async with open_context(settings, migrate=own) as (context, _):
            yield context


async def _fill(url: str) -> None:
    from catalog.list_io import open_sheet
    from catalog.model import ProductRow
    from catalog.store import open_store

    shipped = Path(__file__).parents[2] / "catalog" / "data" / "products.csv"
    async with open_store(url, migrate=True) as store:
        await store.import_rows([row for row in open_sheet(shipped) if isinstance(row, ProductRow)], who="shipped")


async def _answer(
    said: _TalkLine, number: int, *, keeps: bool, context: "Context", session: "Session"
) -> tuple[dict[str, object], "Session"]:
    """The answer, and the conversation after it; what was looked up is noted where the database *keeps* it."""
    from bot.composing import look_up_of
    from catalog.inquiry import Address
    from handlers import apologies
    from handlers.conversation import answer
    from handlers.messages import Incoming, Person, Text
    from handlers.plain import as_text
    from handlers.thread import MessageAct

    incoming = Incoming(Person("terminal", said.who), Text(said.text), ref=str(number))
    try:
        answered = await answer(incoming, context=context, session=session)
    except CatalogError as error:
        reply = apologies.advice(error, session)
        return {"act": MessageAct.NOTHING, "field": "", "products": [], "reply": as_text(reply)}, session
    turn = answered.turn
    shown = next((each for each in answered.reply.cards if each.product), None) if keeps else None
    if shown is not None:
        person = Address("terminal", said.who)
        look_up = look_up_of(incoming, shown)
        await context.store.people.note_view(person, shown.product, at=context.now(), look_up=look_up)
    products = await context.products(turn.products) if turn else []
    told: dict[str, object] = {
        "act": turn.act if turn else MessageAct.CHAT,
        "field": turn.field if turn and turn.act is MessageAct.FIELD else "",
        "products": [each.id for each in products],
        "reply": as_text(answered.reply),
    }
    return told, answered.session


def _as_json(answered: dict[str, object]) -> str:
    text = json.dumps(answered, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(answered)
    return text
