"""hoi-ocop bind and hoi-ocop wanted."""

import json
from dataclasses import asdict

from bot.commands import terminal
from bot.commands.database_and_language import settings_here
from bot.keys import seal_keys
from catalog.codes import CitizenId, Gtin, Payment, classify, trace_key
from catalog.errors import BadSetting, NotFound
from catalog.store import open_store

KINDS = {"name": "Names that were not found", "code": "Codes that belong to no product yet"}


def run(code: str, product: str) -> int:
    """Bind *code* to *product*."""
    return terminal.run(_bind(code, product))


def list_unmet(*, limit: int, as_json: bool) -> int:
    """List what was asked for in vain."""
    return terminal.run(_list_unmet(limit=limit, as_json=as_json))


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


async def _list_unmet(*, limit: int, as_json: bool) -> int:
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        for kind, heading in KINDS.items():
            wishes = await store.wishes(kind, limit=limit)
            if as_json:
                for wish in wishes:
                    terminal.write(json.dumps(asdict(wish), ensure_ascii=False))
                continue
            terminal.out.print(heading if wishes else f"{heading}: none", style="bold")
            for wish in wishes:
                terminal.out.print(f"{wish.times:>5}× {wish.shown}", markup=False)
    return terminal.OK
