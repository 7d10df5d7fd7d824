"""Villages to visit, a route through what is near, and it as GPX and iCalendar. The table: ``data/villages.csv``.

Of a village its commune is known and no more: it is an area, and no point is made up for it.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from catalog.distances import distance_km
from catalog.outlines import shipped_borders
from catalog.places import Places, Unit
from catalog.search.query import tokens_of

SHIPPED = Path(__file__).parent / "data" / "villages.csv"
LANGUAGES = ("vi", "en", "ko", "zh")
HALF_DAY_KM = 30.0
"""How far away a half day out may lead, as the crow flies."""


@dataclass(frozen=True, slots=True)
class Village:
    """A village, the commune that it lies in today, what is there by language, and who says so."""

    id: str
    name: str
    aliases: tuple[str, ...]
    commune: str
    told: Mapping[str, str]
    source: str
    url: str

    def says(self, words: str, language: str) -> bool:
        """True where all that *words* tell is said of it in Vietnamese or in *language*, or is its name."""
        text = " ".join((self.name, *self.aliases, self.told["vi"], self.words(language)))
        told = {(each.word, each.marked) for each in tokens_of(text)}
        asked = [each for each in tokens_of(words) if each.filling == 1]
        return bool(asked) and all(
            (each.word, each.marked) in told
            or (each.word == each.marked and any(each.word == word for word, _ in told))
            for each in asked
        )

    def words(self, language: str) -> str:
        """What is there, in *language* or in English."""
        return self.told.get(language) or self.told["en"]


@dataclass(frozen=True, slots=True)
class Stop:
    """A place to visit: its *name*, the commune whose area it lies in, and how far that is."""

    id: str
    name: str
    unit: Unit
    km: float


@cache
def shipped_villages(path: Path = SHIPPED) -> tuple[Village, ...]:
    """The table in *path*."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Village(
            row["id"],
            row["name"],
            tuple(filter(None, row["aliases"].split(";"))),
            row["commune"],
            {language: row[language] for language in LANGUAGES},
            row["source"],
            row["url"],
        )
        for row in rows
    )


def unit_of(village: Village, places: Places) -> Unit | None:
    """The commune of *village* as it is since July 2025."""
    return next((unit for unit in places.communes() if str(unit).casefold() == village.commune.casefold()), None)


def kilometres(here: tuple[float, float], unit: Unit) -> float | None:
    """How far the middle of *unit* is from *here*, as the crow flies; None where it is not known."""
    return distance_km(here, unit.middle) if unit.middle else None


def order_stops(here: tuple[float, float], stops: Sequence[Stop], *, most: int) -> list[Stop]:
    """The nearest *most* of *stops*, each time on to the one that is nearest from where one is."""
    left = sorted((each for each in stops if each.km <= HALF_DAY_KM), key=lambda stop: stop.km)[:most]
    route: list[Stop] = []
    at = here
    while left:
        onwards = min(left, key=lambda stop: kilometres(at, stop.unit) or 0.0)
        left.remove(onwards)
        route.append(onwards)
        at = (onwards.unit.latitude or at[0], onwards.unit.longitude or at[1])
    return route


def write_gpx(stops: Sequence[tuple[str, str]]) -> bytes:
    """The stops (a name and a commune's code) as GPX: each the border of its commune, for no point is known."""
    root = Element("gpx", version="1.1", creator="Hoi OCOP", xmlns="http://www.topografix.com/GPX/1/1")
    for name, code in stops:
        track = SubElement(root, "trk")
        SubElement(track, "name").text = name
        SubElement(track, "type").text = "area"
        for ring in shipped_borders().get(code, ()):
            segment = SubElement(track, "trkseg")
            for east, north in (*ring, ring[0]):
                SubElement(segment, "trkpt", lat=f"{north:.4f}", lon=f"{east:.4f}")
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def write_event(stops: Sequence[tuple[str, str]], *, title: str, day: date, now: float) -> bytes:
    """The route as one event of the whole *day*, its stops (a name and a commune) in the description."""
    # 3 MiB that only whoever fetches a calendar needs.
    import icalendar  # noqa: PLC0415

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Hoi OCOP//Route//VI")
    calendar.add("version", "2.0")
    event = icalendar.Event()
    event.add("uid", f"route-{day:%Y%m%d}-{'-'.join(code for _, code in stops)}@hoi-ocop")
    event.add("dtstamp", datetime.fromtimestamp(now, UTC))
    event.add("summary", title)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("description", "\n".join(f"{number}. {name}" for number, (name, _) in enumerate(stops, 1)))
    calendar.add_component(event)
    return bytes(calendar.to_ical())
