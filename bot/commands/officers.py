"""hoi-ocop officer: who may use the board, their one-time links, and the audit as a file."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.commands import terminal
from bot.commands.database_and_language import settings_here, speech_here
from bot.keys import seal_keys
from bot.settings import Settings
from catalog.audit import Doer
from catalog.dates import VIET_NAM
from catalog.officers import Grant, Officer
from catalog.places import Places
from catalog.store import AuditFilter, Store, open_store
from handlers.board import audit, wording
from handlers.board.read_grants import BadGrant, find_officer, read_email, read_grant, read_name
from handlers.own_codes import LINK_SECONDS, format_code, new_code, sign_in_link
from handlers.phrases import Speech

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class GrantWords:
    """A role as it is said on the command line."""

    role: str
    commune: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class _Office:
    """What every command here needs."""

    store: Store
    settings: Settings
    say: Speech
    places: Places

    async def find(self, words: str) -> Officer:
        return find_officer(words, await self.store.officers.list_all(), say=self.say)

    def read(self, words: GrantWords) -> Grant:
        today = datetime.now(VIET_NAM).date()
        return read_grant(
            words.role, commune=words.commune, until=words.until, today=today, places=self.places, say=self.say
        )


@asynccontextmanager
async def _office(language: str) -> AsyncIterator[_Office]:
    say = speech_here(language)
    settings = settings_here(say)
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        yield _Office(store, settings, say, Places.load_shipped())


def add(name: str, words: GrantWords, *, email: str, language: str) -> int:
    """Take an officer in, and print the first one-time link."""
    return terminal.run(_add(name, words, email, language))


async def _add(name: str, words: GrantWords, email: str, language: str) -> int:
    async with _office(language) as office:
        tidy = read_name(name, say=office.say)
        contact = read_email(email, say=office.say)
        officer = await office.store.officers.add(tidy, office.read(words), contact=contact, by=Doer())
        terminal.out.print(_describe(officer, office), markup=False)
        return await _print_link(officer, office)


def grant(who: str, words: GrantWords, *, language: str) -> int:
    """Give an officer one more role."""
    return terminal.run(_grant(who, words, language))


async def _grant(who: str, words: GrantWords, language: str) -> int:
    async with _office(language) as office:
        officer = await office.find(who)
        await office.store.officers.give(officer.number, office.read(words), by=Doer())
        terminal.out.print(_describe(await office.find(str(officer.number)), office), markup=False)
    return terminal.OK


def set_email(who: str, email: str, *, language: str) -> int:
    """Keep the address to which an officer may have links sent."""
    return terminal.run(_set_email(who, email, language))


async def _set_email(who: str, email: str, language: str) -> int:
    async with _office(language) as office:
        officer = await office.find(who)
        address = read_email(email, say=office.say)
        await office.store.officers.set_contact(officer.number, address, by=Doer())
        told = address or office.say("no e-mail address")
        terminal.out.print(f"{officer.number:>4}  {officer.name}: {told}", markup=False)
    return terminal.OK


def link(who: str, *, language: str) -> int:
    """Print a new one-time link; those before open nothing any more."""
    return terminal.run(_link(who, language))


async def _link(who: str, language: str) -> int:
    async with _office(language) as office:
        return await _print_link(await office.find(who), office)


async def _print_link(officer: Officer, office: _Office) -> int:
    say, settings = office.say, office.settings
    if officer.ended_at is not None:
        raise BadGrant(say("The access of {name} has ended; add them again.", name=officer.name))
    code = new_code()
    await office.store.officers.make_link(officer.number, code, expires_at=time.time() + LINK_SECONDS, by=Doer())
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    terminal.out.print(say("Opens the board once, within ten minutes, for {name}:", name=officer.name), markup=False)
    terminal.out.print(f"  {sign_in_link(code, base)}", markup=False)
    terminal.out.print(say("Or type this code on {page}: {code}", page=f"{base}/board", code=format_code(code)))
    return terminal.OK


def end(who: str, *, reason: str, language: str) -> int:
    """End somebody's access at once."""
    return terminal.run(_end(who, reason, language))


async def _end(who: str, reason: str, language: str) -> int:
    async with _office(language) as office:
        officer = await office.find(who)
        if not await office.store.officers.end(officer.number, by=Doer(), reason=reason):
            raise BadGrant(office.say("The access of {name} has ended already.", name=officer.name))
        said = office.say("{name} has no access any more: sessions, links and roles have ended.", name=officer.name)
        terminal.out.print(said, markup=False)
    return terminal.OK


def forget_passkeys(who: str, *, language: str) -> int:
    """Remove the passkeys of somebody who has lost theirs."""
    return terminal.run(_forget_passkeys(who, language))


async def _forget_passkeys(who: str, language: str) -> int:
    async with _office(language) as office:
        officer, store = await office.find(who), office.store.passkeys
        passkeys = await store.of_officer(officer.number)
        for each in passkeys:
            await store.remove(each.number, officer=officer.number, by=Doer())
        said = office.say.count("{number} passkey removed.", "{number} passkeys removed.", len(passkeys))
        terminal.out.print(said, markup=False)
    return terminal.OK


def list_officers(*, everybody: bool, as_json: bool, language: str) -> int:
    """Print who has access, or *everybody* who ever had."""
    return terminal.run(_list(everybody=everybody, as_json=as_json, language=language))


async def _list(*, everybody: bool, as_json: bool, language: str) -> int:
    async with _office(language) as office:
        officers = await office.store.officers.list_all()
        shown = [each for each in officers if everybody or each.ended_at is None]
        for each in shown:
            terminal.write(_as_json(each)) if as_json else terminal.out.print(_describe(each, office), markup=False)
        if not shown and not as_json:
            how = 'hoi-ocop officer add "NAME" --role province'
            terminal.note(office.say("No officer has access to the board. Add one: {how}", how=how))
    return terminal.OK


def export_audit(out: Path, *, language: str) -> int:
    """Write the whole audit as CSV."""
    return terminal.run(_export(out, language))


async def _export(out: Path, language: str) -> int:
    async with _office(language) as office:
        if out.exists():
            raise BadGrant(office.say("{file} exists already; name another file.", file=out))
        await office.store.audit.record(audit.export_entry(Doer()))
        rows = -1
        with out.open("x", encoding="utf-8", newline="") as file:
            file.write(_BOM)
            async for line in audit.table(office.store, AuditFilter()):
                file.write(line)
                rows += 1
        state = await office.store.audit.verify()
        told = office.say("{file}: {rows} rows; the chain ends with {hash}.", file=out, rows=rows, hash=state.last_hash)
        terminal.out.print(told, markup=False)
        if state.broken is None:
            return terminal.OK
        terminal.complain(wording.break_words(state.broken, office.say))
    return terminal.BAD


def _describe(officer: Officer, office: _Office) -> str:
    say = office.say
    today = datetime.now(VIET_NAM).date()
    roles = [_role(each, office) for each in officer.grants if each.is_in_force(today)]
    ended = officer.ended_at is not None
    told = say("access ended") if ended else "; ".join(roles) or say("no role counts today")
    return f"{officer.number:>4}  {officer.name}: {told}"


def _role(grant: Grant, office: _Office) -> str:
    role = wording.role_name(grant.role, office.say)
    told = f"{role}, {wording.scope_name(grant, office.places, office.say)}"
    return f"{told}, {office.say('until {day}', day=wording.day(grant.until))}" if grant.until else told


def _as_json(officer: Officer) -> str:
    grants = [
        {
            "role": each.role,
            "commune": each.commune,
            "producer": each.producer,
            "starts": each.starts.isoformat(),
            "until": each.until.isoformat() if each.until else None,
            "ended": each.ended_at is not None,
        }
        for each in officer.grants
    ]
    said = {"number": officer.number, "name": officer.name, "ended": officer.ended_at is not None, "grants": grants}
    return json.dumps(said, ensure_ascii=False)
