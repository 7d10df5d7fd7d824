"""hoi-ocop invite and hoi-ocop courier: who answers customers, and the notices that could not be delivered."""

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
from handlers.inquiries.invitations import DAY, SeveralProducers, page_link, producer_meant, telegram_link
from handlers.own_codes import new_code


def invite(producer: str, *, officer: bool, days: int, qr: Path | None, as_json: bool) -> int:
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
        await store.members.invite(invitation, code=code, expires_at=time.time() + days * DAY)
    given = {"telegram": telegram_link(code, settings.telegram_username), "web": page_link(code, settings.public_url)}
    links = {channel: link for channel, link in given.items() if link}
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
        search_index = SearchIndex(store, Places.load_shipped())
        await search_index.refresh()
        return await producer_meant(wanted, store, search_index.index())
    except SeveralProducers as several:
        names = "; ".join(f"{name} ({key})" for key, name in several.found)
        raise NotFound(f"{several} Say which id: {names}") from several
    except NotFound as error:
        raise NotFound(f"{error} hoi-ocop ask shows who makes a product.") from error


def _draw(text: str, file: Path) -> None:
    import segno

    segno.make(text, error="m").save(str(file), scale=10, border=4)


def dead_letters(*, retry: int | None, limit: int, as_json: bool) -> int:
    """List dead letters, or try one again."""
    return terminal.run(_retry(retry) if retry is not None else _list(limit=limit, as_json=as_json))


async def _retry(number: int) -> int:
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        if not await store.outbox.revive(number):
            terminal.complain(f"No dead letter has the number {number}.")
            return terminal.BAD
    terminal.out.print(f"Notice {number} is tried again.")
    return terminal.OK


async def _list(*, limit: int, as_json: bool) -> int:
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        dead = await store.outbox.list_failed(limit=limit)
        counts = await store.outbox.counts()
    if as_json:
        terminal.write(json.dumps({"counts": counts}))
        for each in dead:
            said = {"number": each.number, "kind": each.kind, "subject": each.subject, "channel": each.to.channel}
            terminal.write(json.dumps({**said, "attempts": each.attempts, "why": each.trouble}, ensure_ascii=False))
        return terminal.OK
    terminal.out.print(", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "No notices yet.")
    for each in dead:
        tried = f"{each.to.channel}, {each.attempts} tries"
        line = f"{each.number:>6}  {each.kind:<10} #{each.subject}  {tried}  {each.trouble}"
        terminal.out.print(line, markup=False)
    if dead:
        terminal.note("Try one again with: hoi-ocop courier --retry NUMBER")
    return terminal.OK
