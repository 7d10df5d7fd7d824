"""hoi-ocop invite."""

import json
import secrets
import time
from pathlib import Path

from bot.commands import terminal
from bot.keys import seal_keys
from bot.settings import Settings, read_settings
from catalog.errors import NotFound
from catalog.inquiry import Invitation, Role
from catalog.store import Store, open_store

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 12
DAY = 24 * 3600.0


def new_code() -> str:
    """A code of 60 random bits in letters and digits that are not mistaken for each other."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def run(producer: str, *, officer: bool, days: int, qr: Path | None, as_json: bool) -> int:
    """Make one code and say how to use it."""
    if bool(producer) == officer:
        terminal.complain("Name a producer, or say --officer.")
        return terminal.WRONG_USE
    if qr is not None and qr.suffix.lower() not in {".png", ".svg"}:
        terminal.complain("The QR code can be a .png or a .svg file.")
        return terminal.WRONG_USE
    return terminal.run(_invite(producer, days=days, qr=qr, as_json=as_json))


async def _invite(wanted: str, *, days: int, qr: Path | None, as_json: bool) -> int:
    settings = read_settings()
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        name, invitation = await _whom(wanted, store)
        code = new_code()
        await store.post.invite(invitation, code=code, expires_at=time.time() + days * DAY)
    links = ways_in(code, settings)
    if qr is not None:
        _draw(next(iter(links.values()), f"/join {code}"), qr)
    if as_json:
        said = {"for": name, "code": code, "days": days, "links": links}
        terminal.write(json.dumps(said, ensure_ascii=False))
        return terminal.OK
    terminal.out.print(f"For {name}, once, within {days} days:", markup=False)
    terminal.out.print(f"  type in any chat:  /join {code}", markup=False)
    for channel, link in links.items():
        terminal.out.print(f"  {channel}:  {link}", markup=False)
    return terminal.OK


async def _whom(wanted: str, store: Store) -> tuple[str, Invitation]:
    if not wanted:
        return "a programme officer", Invitation(Role.OFFICER)
    product = await store.product(wanted)
    if product is not None:
        return product.producer.name, Invitation(Role.PRODUCER, product.producer.id)
    found = await store.producers_named(wanted)
    if len(found) == 1:
        return found[0][1], Invitation(Role.PRODUCER, found[0][0])
    if found:
        names = "; ".join(f"{name} ({key})" for key, name in found[:10])
        raise NotFound(f"Several producers match; say which id: {names}")
    raise NotFound(f"No producer is called {wanted}. hoi-ocop ask shows who makes a product.")


def ways_in(code: str, settings: Settings) -> dict[str, str]:
    """The links that carry *code* into each channel that has links."""
    links = {}
    if settings.telegram_bot:
        links["telegram"] = f"https://t.me/{settings.telegram_bot.lstrip('@')}?start=j_{code}"
    if settings.public_url:
        links["web"] = f"{settings.public_url}/?j={code}"
    return links


def _draw(text: str, file: Path) -> None:
    import segno

    segno.make(text, error="m").save(str(file), scale=10, border=4)
