"""From the rows of the catalogue to what the search is built of; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial

from catalog import passport
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.model import Certificate
from catalog.passport import Standing
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


_VALIDITY = {
    Standing.VALID: Validity.IN_FORCE,
    Standing.ENDING: Validity.ENDING,
    Standing.UNCERTAIN: Validity.UNSURE,
    Standing.PRESUMED_LAPSED: Validity.OVER,
    Standing.LAPSED: Validity.OVER,
    Standing.UNDATED: Validity.UNSURE,
    Standing.UNRATED: Validity.UNSURE,
    Standing.NONE: Validity.UNSURE,
}


def validity(certificates: Sequence[Certificate], today: date) -> Validity:
    """How the certificate that counts stands *today*; what is not surely in force or over is neither."""
    return _VALIDITY[passport.of(certificates, today).standing]


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
            producer="" if each.producer == UNKNOWN_PRODUCER else each.producer,
            places=tuple(dict.fromkeys(name for name in names if name)),
            group=each.group,
            star=each.stars,
            latitude=new.latitude if new else None,
            longitude=new.longitude if new else None,
            validity=partial(validity, each.certificates) if each.certificates else None,
        )


def _units(address: str) -> Iterator[str]:
    return (part.strip() for part in address.split(","))
