"""hoi-ocop ask, wanted and bind: ask the catalogue, see what was asked in vain, give a code its product."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.commands import terminal
from bot.commands.database_and_language import settings_here, speech_here
from bot.keys import seal_keys
from bot.search_index import SearchIndex
from catalog.codes import CitizenId, Gtin, Payment, classify, trace_key
from catalog.errors import BadSetting, BadSheet, CatalogError, NotFound
from catalog.places import Places
from catalog.search import Band, Found
from catalog.store import Store, open_store
from handlers.phrases import Speech

HITS = 10


def ask(text: str | None, *, batch: Path | None, as_json: bool) -> int:
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
        find = await _open_search(store)
        terminal.write(_to_json(await _ask_one(text, find=find, store=store)))
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
        find = await _open_search(store)
        for number, line in enumerate(_lines(batch), start=1):
            if line.strip():
                said = await _ask_one(_question(line, number), find=find, store=store)
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


async def _open_search(store: Store) -> Callable[[str], Found]:
    from bot.app import today

    search_index = SearchIndex(store, Places.load_shipped())
    await search_index.refresh()
    if not len(search_index.index()):
        terminal.note("The catalogue is empty. Import a list, or try: hoi-ocop import --shipped")
    return lambda query: search_index.index().find(query, limit=HITS, today=today())


async def _ask_one(question: str, *, find: Callable[[str], Found], store: Store) -> dict[str, Any]:
    begun = time.perf_counter()
    coded = await _by_code(question, store)
    found = Found(Band.NOTHING) if coded else find(question)
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


def bind(code: str, product: str) -> int:
    """Bind *code* to *product*."""
    return terminal.run(_bind(code, product))


def list_unmet(*, limit: int, as_json: bool, language: str = "") -> int:
    """List what was asked for in vain."""
    return terminal.run(_list_unmet(limit=limit, as_json=as_json, say=speech_here(language)))


async def _bind(code: str, ref: str) -> int:
    settings = settings_here()
    key, meaning = trace_key(code), classify(code, ours=settings.surroundings)
    if isinstance(meaning, Gtin) and not meaning.check_ok:
        raise BadSetting(f"{meaning.printed} has a wrong check digit: it was misread or misprinted.")
    if not key or isinstance(meaning, Payment | CitizenId):
        raise BadSetting("This code cannot stand for a product.")
    async with open_store(settings.database_url, migrate=True) as store:
        product = await store.product(ref)
        if product is None:
            raise NotFound(f"No product has the id {ref}.")
        fresh = await store.bind(key=key, shown=code, product_id=product.id)
    terminal.out.print(f"{'Bound' if fresh else 'Was bound already'}: {key} → {product.name}", markup=False)
    return terminal.OK


async def _list_unmet(*, limit: int, as_json: bool, say: Speech) -> int:
    headings = {"name": say("Names that were not found"), "code": say("Codes that belong to no product yet")}
    settings = settings_here(say)
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        for kind, heading in headings.items():
            wanted = await store.unmet.list_wanted(kind, limit=limit)
            if as_json:
                for each in wanted:
                    terminal.write(json.dumps(asdict(each), ensure_ascii=False))
                continue
            terminal.out.print(heading if wanted else say("{heading}: none", heading=heading), style="bold")
            for each in wanted:
                terminal.out.print(f"{each.times:>5}× {each.shown}", markup=False)
    return terminal.OK
