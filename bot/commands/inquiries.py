"""hoi-ocop invite."""

import json
import time
from pathlib import Path

from bot.commands import terminal
from bot.commands.database_and_language import settings_here
from bot.keys import seal_keys
from bot.search_index import SearchIndex
from catalog.errors import NotFound
from catalog.inquiry import Invitation, Role
from catalog.places import Places
from catalog.store import Store, open_store
from handlers.inquiries.inviting import DAY, SeveralProducers, producer_meant, ways_in
from handlers.own_codes import new_code


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
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        name, invitation = await _whom(wanted, store)
        code = new_code()
        await store.post.invite(invitation, code=code, expires_at=time.time() + days * DAY)
    links = ways_in(code, telegram_bot=settings.telegram_username, public_url=settings.public_url)
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
    try:
        shelf = SearchIndex(store, Places.load_shipped())
        await shelf.refresh()
        return await producer_meant(wanted, store, shelf.index())
    except SeveralProducers as several:
        names = "; ".join(f"{name} ({key})" for key, name in several.found)
        raise NotFound(f"{several} Say which id: {names}") from several
    except NotFound as error:
        raise NotFound(f"{error} hoi-ocop ask shows who makes a product.") from error


def _draw(text: str, file: Path) -> None:
    import segno

    segno.make(text, error="m").save(str(file), scale=10, border=4)
