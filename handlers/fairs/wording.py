"""How a fair is called and told: its kind, days, hours and place, the same in a chat and on every page."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import assert_never
from urllib.parse import quote

from catalog.dates import VIET_NAM, PartialDate
from catalog.fairs.calendar import Booth, Fair, FairKind
from catalog.fairs.participation import BoothNeed, FairAnswer
from catalog.places import Places
from handlers.phrases import FIRST, SOURCE, Speech

PATH = "/fairs"
CALENDAR = "/lich.ics"


def kind_name(kind: FairKind, say: Speech) -> str:
    """What takes place."""
    match kind:
        case FairKind.FAIR:
            return say("Fair")
        case FairKind.CONFERENCE:
            return say("Supply and demand conference")
        case FairKind.FESTIVAL:
            return say("Festival")
        case FairKind.LIVE_SALE:
            return say("Live sale")
        case _ as never:
            assert_never(never)


def day(at: date) -> str:
    """A day as people write it here."""
    return PartialDate.of(at).vietnamese_text()


def hour(at: time) -> str:
    """An hour as people write it here: ``8:00``."""
    return f"{at.hour}:{at.minute:02}"


def hours(fair: Fair, say: Speech) -> str:
    """The hours of each of its days, "" where nobody says."""
    if fair.opens is None:
        return ""
    opens = say.clock(fair.opens)
    return f"{opens}–{say.clock(fair.closes)}" if fair.closes else say("from {hour}", hour=opens)


def when(fair: Fair, say: Speech) -> str:
    """Its days and hours."""
    return ", ".join(part for part in (say.days(fair.starts, fair.ends), hours(fair, say)) if part)


def place(fair: Fair, places: Places) -> str:
    """Its venue and commune."""
    unit = places.with_code(fair.commune)
    return f"{fair.venue}, {unit}" if unit and unit.name not in fair.venue else fair.venue


def point(fair: Fair, places: Places) -> tuple[float, float] | None:
    """Where it is: its own point, else the middle of its commune; None where neither is known."""
    unit = places.with_code(fair.commune)
    return fair.point or (unit.middle if unit else None)


def state(fair: Fair, today: date, say: Speech) -> str:
    """Whether it is called off, over, on or to come, in a few words; "" where its days say it all."""
    if fair.is_cancelled:
        return say("called off")
    if fair.is_over(today):
        return say("over")
    if fair.runs_on(today):
        return say("on today")
    away = (fair.starts - today).days
    return say("tomorrow") if away == 1 else say("in {number} days", number=away) if away <= 30 else ""


def page_url(public_url: str, fair: Fair, *, language: str = FIRST) -> str:
    """The fair's page on our server."""
    spoken = "" if language == FIRST else f"?lang={language}"
    return f"{public_url}{PATH}/{quote(fair.key, safe='')}{spoken}"


def calendar_url(public_url: str, fair: Fair | None = None) -> str:
    """The file for calendars, of one fair or of all."""
    return f"{public_url}{PATH}/{quote(fair.key, safe='')}.ics" if fair else f"{public_url}{CALENDAR}"


def directions_url(at: tuple[float, float]) -> str:
    """What opens the way to a point in the maps of a phone."""
    return f"https://www.google.com/maps/dir/?api=1&destination={at[0]:.5f},{at[1]:.5f}"


def moment_in_words(at: float, say: Speech | None = None) -> str:
    """A moment in Việt Nam: ``17:00 09/05/2027``, and as another language writes it."""
    here = datetime.fromtimestamp(at, VIET_NAM)
    if say is not None and say.language not in {FIRST, SOURCE}:
        return say.moment(here)
    return f"{hour(here.time())} {day(here.date())}"


def holder_name(booth: Booth, producers: Mapping[str, str], say: Speech) -> str:
    """Who stands at *booth*, by the names of *producers*; "" where nobody does."""
    if not booth.producer:
        return booth.holder
    return producers.get(booth.producer) or say("a producer that is not in the catalogue any more")


def need_names(say: Speech) -> Mapping[BoothNeed, str]:
    """What a booth can need."""
    return {BoothNeed.POWER: say("Power"), BoothNeed.TABLE: say("A table"), BoothNeed.COLD: say("Cold storage")}


def answer_names(say: Speech) -> Mapping[FairAnswer, str]:
    """What a producer can have answered."""
    return {
        FairAnswer.OPEN: say("no answer yet"),
        FairAnswer.YES: say("takes part"),
        FairAnswer.NO: say("does not take part"),
        FairAnswer.LATER: say("answers later"),
    }
