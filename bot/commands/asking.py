"""hoi-ocop ask."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.commands import terminal
from bot.commands.database_and_language import settings_here
from bot.search_index import SearchIndex
from catalog.errors import BadSheet, CatalogError
from catalog.places import Places
from catalog.search import Band, Found
from catalog.store import Store, open_store

HITS = 10


def run(text: str | None, *, batch: Path | None, as_json: bool) -> int:
    """Answer one question, or a file of them."""
    if (text is None) == (batch is None):
        terminal.complain("Say what to ask, or name a file of questions with --batch.")
        return terminal.WRONG_USE
    if batch is not None:
        return terminal.run(_batch(batch, as_json=as_json))
    return terminal.run(_one(text or "", as_json=as_json))


async def _one(text: str, *, as_json: bool) -> int:
    if not as_json:
        return await _spoken(text)
    async with open_store(settings_here().database_url, migrate=True) as store:
        shelf = await _shelf(store)
        terminal.write(_to_json(await _ask_one(text, shelf=shelf, store=store)))
    return terminal.OK


async def _spoken(text: str) -> int:
    from bot.app import open_context
    from handlers.context import Session
    from handlers.conversation import answer
    from handlers.messages import Incoming, Person, Text
    from handlers.plain import as_text

    async with open_context(settings_here(), migrate=True) as (context, _):
        if not len(context.index()):
            terminal.note("The catalogue is empty. Import a list, or try: hoi-ocop import --shipped")
        said = await answer(Incoming(Person("terminal", "me"), Text(text), ref="1"), context=context, session=Session())
    terminal.write(as_text(said.reply))
    return terminal.OK


async def _batch(batch: Path, *, as_json: bool) -> int:
    async with open_store(settings_here().database_url, migrate=True) as store:
        shelf = await _shelf(store)
        for number, line in enumerate(_lines(batch), start=1):
            if line.strip():
                said = await _ask_one(_question(line, number), shelf=shelf, store=store)
                terminal.write(_to_json(said) if as_json else _brief(said))
    return terminal.OK


def _lines(batch: Path) -> list[str]:
    try:
        return batch.read_text(encoding="utf-8-sig", errors="surrogatepass").split("\n")
    except (OSError, UnicodeError) as error:
        raise BadSheet(f"{batch} cannot be read: {error}") from error


def _question(line: str, number: int) -> str:
    try:
        return str(json.loads(line)["q"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadSheet(f'line {number} is not {{"q": "…"}}') from error


async def _shelf(store: Store) -> Callable[[str], Found]:
    from bot.app import today

    shelf = SearchIndex(store, Places.load_shipped())
    await shelf.refresh()
    if not len(shelf.index()):
        terminal.note("The catalogue is empty. Import a list, or try: hoi-ocop import --shipped")
    return lambda query: shelf.index().find(query, limit=HITS, today=today())


async def _ask_one(question: str, *, shelf: Callable[[str], Found], store: Store) -> dict[str, Any]:
    begun = time.perf_counter()
    coded = await _by_code(question, store)
    found = Found(Band.NOTHING) if coded else shelf(question)
    spent = (time.perf_counter() - begun) * 1000
    hits = coded or [
        {"id": hit.id, "name": hit.name, "producer": hit.producer, "score": round(float(hit.score), 4)}
        for hit in found.hits
    ]
    session = bool(coded) or (found.band is not Band.NOTHING and found.small_talk is None)
    return {"q": question, "hits": hits, "found": session, "ms": round(spent, 3)}


async def _by_code(question: str, store: Store) -> list[dict[str, Any]]:
    from handlers.catalogue.resolve import typed_code

    try:
        found = await typed_code(question, store=store)
    except CatalogError:
        return []
    products = found.products if found else ()
    return [
        {"id": each.id, "name": each.name, "producer": each.producer.name, "score": 1.0} for each in products[:HITS]
    ]


def _to_json(said: dict[str, Any]) -> str:
    text = json.dumps(said, ensure_ascii=False)
    # A lone surrogate in a question cannot be written as UTF-8; then everything is escaped.
    return text if text.isprintable() and _encodable(text) else json.dumps(said)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _brief(said: dict[str, Any]) -> str:
    best = said["hits"][0] if said["hits"] else None
    answer = f"{best['id']}\t{best['name']}\t{best['producer']}" if best else "—"
    return f"{said['q']}\t{answer}"
