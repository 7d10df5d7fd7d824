"""From the rows of the catalogue to what the search is built of; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import pairwise

from catalog import passport
from catalog.cells.prices import cheapest
from catalog.cells.seasons import months_in
from catalog.certificate_term import term
from catalog.field import Sought
from catalog.fields import field_sought
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.model import Certificate, CertificateEvent, Source
from catalog.passport import ENDING_DAYS, Standing
from catalog.places import Places, Unit
from catalog.search import Entry, Validity


@dataclass(frozen=True, slots=True)
class Listed:
    """A product in the few fields that it is searched by."""

    id: str
    name: str
    aliases: tuple[str, ...]
    group: str
    producer: str
    address: str
    commune: str
    stars: int | None
    certificates: tuple[Certificate, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    maker_names: tuple[str, ...] = ()
    """What its producer is called besides."""


_PRICE, _MONTHS = (sought.name if sought else "" for sought in map(field_sought, (Sought.PRICE, Sought.MONTHS)))
_NO_BRACKETS = str.maketrans("()", "  ")
_VALIDITY = {
    Standing.VALID: Validity.IN_FORCE,
    Standing.ENDING: Validity.ENDING,
    Standing.UNCERTAIN: Validity.UNSURE,
    Standing.PRESUMED_LAPSED: Validity.OVER,
    Standing.LAPSED: Validity.OVER,
    Standing.ANNULLED: Validity.ANNULLED,
    Standing.WITHDRAWN: Validity.WITHDRAWN,
    Standing.UNDATED: Validity.UNSURE,
    Standing.UNRATED: Validity.UNSURE,
    Standing.NONE: Validity.UNSURE,
}


def validity(certificates: Sequence[Certificate], today: date) -> Validity:
    """How the certificate that counts stands *today*; what is not surely in force or over is neither."""
    return _VALIDITY[passport.of(certificates, today).standing]


def standings(certificates: Sequence[Certificate]) -> tuple[tuple[date, Validity], ...]:
    """How the certificate that counts stands, and from which day on; it is unsure before the first."""
    telling = (
        Certificate(
            stars=each.stars,
            decided=each.decided,
            expires=each.expires,
            source=Source("", each.source.as_of),
            events=tuple(
                CertificateEvent(event.kind, decided=event.begins, scope=event.scope) for event in each.events
            ),
        )
        for each in certificates
    )
    return _standings(tuple(telling))


@lru_cache(maxsize=1 << 16)
def _standings(certificates: tuple[Certificate, ...]) -> tuple[tuple[date, Validity], ...]:
    days = {date.min}
    for ends in (term(each, date.min).ends for each in certificates):
        if ends is not None:
            days |= {_shift(ends.earliest, -ENDING_DAYS), _shift(ends.earliest, 1), _shift(ends.latest, 1)}
    days |= {event.begins.earliest for each in certificates for event in each.events if event.begins}
    told = [(day, validity(certificates, day)) for day in sorted(days)]
    return tuple(now for before, now in pairwise([(date.min, Validity.UNSURE), *told]) if before[1] is not now[1])


def _shift(day: date, days: int) -> date:
    """So many days later, as far as there are days."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def entries(listed: Iterable[Listed], places: Places) -> Iterator[Entry]:
    """Each product with its places old and new, and where its producer is."""

    @lru_cache(maxsize=4096)
    def unit(address: str, commune: str) -> Unit | None:
        return places.since_july_2025(address or commune, commune=commune).new

    for each in listed:
        new = unit(each.address, each.commune) if each.address or each.commune else None
        # Each unit of an address is a place by itself, so that people find by commune, old district or province.
        names = [*_units(each.commune), *_units(each.address), *((str(new), new.province) if new else ())]
        yield Entry(
            id=each.id,
            name=each.name,
            aliases=each.aliases,
            producer="" if each.producer == UNKNOWN_PRODUCER else _all_names(each.producer, each.maker_names),
            places=tuple(dict.fromkeys(name for name in names if name)),
            group=each.group,
            star=each.stars,
            latitude=new.latitude if new else None,
            longitude=new.longitude if new else None,
            standings=standings(each.certificates),
            price=cheapest(each.details.get(_PRICE, "")),
            months=months_in(each.details.get(_MONTHS, "")),
        )


def _all_names(name: str, others: Sequence[str]) -> str:
    """The producer's name with the other ones in brackets, as a reader of filters takes them apart."""
    bare = (each.translate(_NO_BRACKETS) for each in others)
    return f"{name} ({'; '.join(bare)})" if others else name


def _units(address: str) -> Iterator[str]:
    return (part.strip() for part in address.split(","))
