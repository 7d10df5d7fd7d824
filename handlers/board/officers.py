"""Who keeps officers on the board: the province invites communes, viewers, inspectors and organisers.

Province officers are let in by the operator only: whoever could make a second one alone, or a link of one, would need
nobody else where four eyes are asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog.errors import NotFound
from catalog.officers import Grant, NotAllowed, Officer, OfficerRole
from handlers.board import wording
from handlers.board.desk import Desk
from handlers.board.read_grants import BadGrant, read_email, read_grant, read_name
from handlers.own_codes import LINK_SECONDS, format_code, new_code, sign_in_link

INVITED = tuple(role for role in OfficerRole if role not in {OfficerRole.PROVINCE, OfficerRole.PRODUCER})


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role in words; *number* is that of its grant."""

    number: int
    role: str
    scope: str
    until: str


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer with the roles that have not ended; *invited* where the province may give roles and links."""

    number: int
    name: str
    roles: Sequence[GrantLine]
    invited: bool
    own: bool
    ended: bool
    contact: str = ""


@dataclass(frozen=True, slots=True)
class WayIn:
    """A one-time link, "" where our address is not known, and its code."""

    link: str
    code: str


async def list_officers(desk: Desk) -> Sequence[OfficerLine]:
    """Who has access, by number. Raises StoreError."""
    return [_line(each, desk) for each in await desk.context.store.officers.list_all() if each.ended_at is None]


async def find(desk: Desk, number: int) -> OfficerLine:
    """One officer, also one whose access has ended. Raises NotFound, StoreError."""
    return _line(await _officer(desk, number), desk)


def choices(desk: Desk) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The roles that can be given here, and the communes by code."""
    roles = {str(role): wording.role_name(role, desk.say) for role in INVITED}
    return roles, {unit.code: str(unit) for unit in desk.context.places.communes() if unit.code}


async def add(desk: Desk, form: Mapping[str, str]) -> int:
    """Take an officer in; their number. Raises BadGrant, StoreError."""
    name = read_name(form.get("name", ""), say=desk.say)
    contact = read_email(form.get("email", ""), say=desk.say)
    await _require_free(desk, contact)
    added = await desk.context.store.officers.add(name, _grant_in(form, desk), contact=contact, by=desk.doer)
    return added.number


async def set_email(desk: Desk, number: int, email: str) -> None:
    """Keep the address to which an officer may have links sent. Raises BadGrant, NotAllowed, NotFound, StoreError."""
    officer = await _invited(desk, number)
    contact = read_email(email, say=desk.say)
    if contact != officer.contact:
        await _require_free(desk, contact)
        await desk.context.store.officers.set_contact(number, contact, by=desk.doer)


async def _require_free(desk: Desk, contact: str) -> None:
    """Refuse an address by which another officer signs in. Raises BadGrant, StoreError."""
    if contact and await desk.context.store.officers.by_contact(contact) is not None:
        raise BadGrant(desk.say("Another officer has this e-mail address."))


async def give(desk: Desk, number: int, form: Mapping[str, str]) -> None:
    """Give one more role. Raises BadGrant, NotAllowed, NotFound, StoreError."""
    await _invited(desk, number)
    await desk.context.store.officers.give(number, _grant_in(form, desk), by=desk.doer)


async def end_grant(desk: Desk, number: int, grant: int) -> None:
    """End one role. Raises NotAllowed, NotFound, StoreError."""
    officer = await _invited(desk, number)
    if grant not in {each.number for each in officer.grants}:
        raise NotFound
    if not await desk.context.store.officers.end_grant(grant, by=desk.doer):
        raise NotFound


async def end(desk: Desk, number: int, reason: str) -> None:
    """End somebody's access at once, never one's own. Raises BadGrant, NotAllowed, NotFound, StoreError."""
    if number == desk.officer.number:
        raise NotAllowed
    if not reason.strip():
        raise BadGrant(desk.say("Why? The reason stands in the audit."))
    if not await desk.context.store.officers.end(number, by=desk.doer, reason=" ".join(reason.split())[:500]):
        raise NotFound


async def make_link(desk: Desk, number: int) -> WayIn:
    """A new way in for an officer who was invited here. Raises NotAllowed, NotFound, StoreError."""
    await _invited(desk, number)
    code, expires = new_code(), desk.context.now() + LINK_SECONDS
    await desk.context.store.officers.make_link(number, code, expires_at=expires, by=desk.doer)
    base = desk.context.public_url
    return WayIn(sign_in_link(code, base) if base else "", format_code(code))


async def _officer(desk: Desk, number: int) -> Officer:
    officer = await desk.context.store.officers.by_number(number)
    if officer is None:
        raise NotFound
    return officer


async def _invited(desk: Desk, number: int) -> Officer:
    officer = await _officer(desk, number)
    if not _is_invited(officer):
        raise NotAllowed
    return officer


def _is_invited(officer: Officer) -> bool:
    return officer.ended_at is None and all(each.role is not OfficerRole.PROVINCE for each in officer.grants)


def _grant_in(form: Mapping[str, str], desk: Desk) -> Grant:
    role, say = form.get("role", ""), desk.say
    if role not in {str(each) for each in INVITED}:
        raise BadGrant(say("Choose a role. Province officers are let in by the operator of the server."))
    today, places = desk.context.today(), desk.context.places
    return read_grant(
        role, commune=form.get("commune", ""), until=form.get("until", ""), today=today, places=places, say=say
    )


def _line(officer: Officer, desk: Desk) -> OfficerLine:
    today = desk.context.today()
    roles = [
        GrantLine(
            each.number,
            wording.role_name(each.role, desk.say),
            wording.scope_name(each, desk.context.places, desk.say),
            wording.day(each.until) if each.until else "",
        )
        for each in officer.grants_in_force(today)
    ]
    own, ended = officer.number == desk.officer.number, officer.ended_at is not None
    invited = _is_invited(officer)
    contact = officer.contact if invited else ""
    return OfficerLine(officer.number, officer.name, roles, invited, own, ended, contact)
