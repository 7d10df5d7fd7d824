"""Reading what somebody says of an officer: whom they mean, which commune, and which role until when."""

from collections.abc import Sequence
from datetime import date

from catalog.cells import contacts
from catalog.cells.problems import CellRefused
from catalog.dates import PartialDate
from catalog.errors import CatalogError
from catalog.officers import Grant, Officer, OfficerRole
from catalog.places import Places, Unit
from catalog.text import fold
from handlers.phrases import Speech

_MOST_NAMED = 6
_LONGEST_NAME = 100


class BadGrant(CatalogError):
    """What was said of an officer cannot be meant; its words say why, in the person's language."""


def read_grant(role: str, *, commune: str, until: str, today: date, places: Places, say: Speech) -> Grant:
    """The grant of a *role*, from today on. Raises BadGrant."""
    known = next((each for each in OfficerRole if each == role.strip().lower()), None)
    if known is None or known is OfficerRole.PRODUCER:
        roles = ", ".join(each for each in OfficerRole if each is not OfficerRole.PRODUCER)
        raise BadGrant(say("There is no role {role}; there are: {roles}.", role=role, roles=roles))
    unit = find_commune(commune, places=places, say=say) if commune else None
    grant = Grant(known, today, _read_day(until, say), unit.code if unit else "")
    match grant.problem():
        case "commune" if known is OfficerRole.COMMUNE:
            raise BadGrant(say("Which commune? An officer of a commune has one."))
        case "commune":
            raise BadGrant(say("The province reaches every commune; a commune is said for other roles only."))
        case "until" if grant.until is None:
            raise BadGrant(say("Until when? This role has a last day."))
        case "until":
            raise BadGrant(say("The end {day} has passed already.", day=until))
    return grant


def find_commune(words: str, *, places: Places, say: Speech) -> Unit:
    """The commune since July 2025 that *words* name, by its code, its name or one of before. Raises BadGrant."""
    named = [unit for unit in places.communes() if words.strip() == unit.code or _is_name(words, unit)]
    found = places.since_july_2025("", commune=words)
    unit = named[0] if len(named) == 1 else found.new
    if unit is not None and unit.code:
        return unit
    if found.candidates:
        several = "; ".join(f"{each} ({each.code})" for each in found.candidates[:_MOST_NAMED])
        raise BadGrant(
            say("{words} may be several communes: {several}. Say one of them.", words=words, several=several)
        )
    raise BadGrant(say("There is no commune {words} in the table.", words=words))


def find_officer(words: str, officers: Sequence[Officer], *, say: Speech) -> Officer:
    """The officer whom *words* mean, by number or whole name; of several of a name who has access. Raises BadGrant."""
    if words.strip().isdecimal():
        found = [each for each in officers if each.number == int(words)]
    else:
        found = [each for each in officers if fold(each.name) == fold(words)]
        found = [each for each in found if each.ended_at is None] or found
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(str(each.number) for each in found)
        raise BadGrant(
            say("Several officers are called {words}: say a number ({numbers}).", words=words, numbers=numbers)
        )
    raise BadGrant(say("There is no officer {words}; hoi-ocop officer list names them.", words=words))


def read_name(text: str, *, say: Speech) -> str:
    """An officer's name with single blanks. Raises BadGrant."""
    name = " ".join(text.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadGrant(say("A name has 1 to {most} letters.", most=_LONGEST_NAME))
    return name


def read_email(text: str, *, say: Speech) -> str:
    """An e-mail address in lower case; "" for none. Raises BadGrant."""
    try:
        return contacts.email(text)
    except CellRefused as error:
        raise BadGrant(say("{text} is no e-mail address.", text=text[:60])) from error


def _is_name(words: str, unit: Unit) -> bool:
    return " ".join(fold(words).split()) in {fold(unit.name), fold(str(unit))}


def _read_day(text: str, say: Speech) -> date | None:
    if not text:
        return None
    try:
        day = PartialDate.parse(text)
    except ValueError:
        day = None
    if day is None or not day.exact:
        raise BadGrant(say("{text} is no day; write it like 31/12/2027.", text=text))
    return day.earliest
