"""Old commune and district → commune since 1 July 2025, pure over a table.

Resolution 1658/NQ-UBTVQH15 made 99 communes of the 313 of Bắc Ninh and Bắc Giang and left no districts; none of the
313 was split between two. A label keeps its old address, so both ages are understood. What is not in the table is
not converted: nothing here guesses. Another province is another pair of tables with the same columns.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Self

from catalog.model import Producer
from catalog.text import fold, plain_letters, tone_last

REFORM = date(2025, 7, 1)
SHIPPED = Path(__file__).parent / "data"
_LONGEST_NAME = 4

_COMMUNE, _DISTRICT, _PROVINCE = "commune", "district", "province"
_KINDS = {
    _COMMUNE: ("xã", "xa", "x", "phường", "phuong", "p", "thị trấn", "thi tran", "tt", "đặc khu", "dac khu"),
    _DISTRICT: ("huyện", "huyen", "h", "thị xã", "thi xa", "tx", "thành phố", "thanh pho", "tp", "quận", "quan", "q"),
    _PROVINCE: ("tỉnh", "tinh", "t"),
}
_LEVEL = {spelling: level for level, spellings in _KINDS.items() for spelling in spellings}
_BELOW_COMMUNE = frozenset({"thon", "xom", "lang", "ap", "ban", "khu", "khoi", "to", "pho", "duong", "ngo", "so"})
_FORMERLY = re.compile(r"\bcũ\b", re.IGNORECASE)
_Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Unit:
    """A commune, ward or township; *district* is empty for those since 1 July 2025, *code* for those before.

    The code is the statistics office's, "" where the table has none.
    """

    name: str
    kind: str
    province: str
    district: str = ""
    latitude: float | None = None
    longitude: float | None = None
    code: str = ""

    @property
    def middle(self) -> tuple[float, float] | None:
        """The middle of its area, where the table knows it."""
        return (self.latitude, self.longitude) if self.latitude is not None and self.longitude is not None else None

    def __str__(self) -> str:
        """Say it as it is written: ``Phường Từ Sơn``."""
        return f"{self.kind.capitalize()} {self.name}"


@dataclass(frozen=True, slots=True)
class District:
    """A district of before July 2025, its name with its kind: ``Huyện Gia Bình``."""

    name: str
    province: str


@dataclass(frozen=True, slots=True)
class Converted:
    """An address as printed, and its commune since 1 July 2025.

    *new* is None unless one answer is certain; the *candidates* are then what it may have meant, possibly nothing.
    """

    old: str
    new: Unit | None
    certain: bool
    candidates: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    folded: str
    accented: str
    written: str
    fresh: bool  # at the start, or after a comma or the like


@dataclass(frozen=True, slots=True)
class _Name:
    """A known name found at the end of some words, with its kind word if there was one."""

    key: str
    accented: str
    kind: str
    firm: bool
    before: tuple[_Word, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One name under which a commune since 2025 can be printed."""

    accented: str
    label: str
    districts: frozenset[str]
    provinces: frozenset[str]
    new: Unit


@dataclass(frozen=True, slots=True)
class _Reading:
    firm: bool
    units: tuple[Unit, ...]
    left: int = 0  # words before the commune; the fewer, the more of the text is understood


# A repr of all of it is a quarter of a megabyte, and asyncio makes one of whatever a task returns when it ends.
@dataclass(slots=True, repr=False)
class Places:
    """The communes of one province, before and since 1 July 2025."""

    _by_name: dict[str, list[_Entry]] = field(default_factory=dict)
    _districts: dict[str, list[Unit]] = field(default_factory=dict)
    _provinces: dict[str, str] = field(default_factory=dict)
    _units: dict[tuple[str, str, str], Unit] = field(default_factory=dict)
    _by_new_name: dict[str, set[Unit]] = field(default_factory=dict)
    _parted: dict[Unit, dict[District, None]] = field(default_factory=dict)

    @classmethod
    @cache
    def load_shipped(cls) -> Self:
        """Read the tables of the merged Bắc Ninh that come with the product, once; they are only read after that."""
        return cls.read(SHIPPED / "communes.csv", aliases=SHIPPED / "commune_aliases.csv")

    @classmethod
    def read(cls, communes: Path, *, aliases: Path | None = None) -> Self:
        """Read a province's table and, when there is one, its list of still older names; columns in docs/data.md."""
        older: dict[tuple[str, str], list[_Row]] = {}
        for alias in _rows(aliases) if aliases else []:
            older.setdefault((alias["old_province"], alias["old_district"]), []).append(alias)
        places = cls()
        for row in _rows(communes):
            places._add(row, older.get((row["old_province"], row["old_district"]), []))
        return places

    def since_july_2025(self, address: str, *, commune: str = "", on: date | None = None) -> Converted:
        """Find the commune of *address*, narrowed by *commune* (the commune alone, as printed) when that is known.

        *on* is the day the address was written: before 1 July 2025 only old names are meant, from then on a name
        that is both old and new means the new one; unknown, both must agree.
        """
        narrow, wide = self._read(commune, on=on), self._read(address, on=on)
        firm = narrow.firm or wide.firm
        both = tuple(unit for unit in narrow.units if unit in wide.units)
        if not both and narrow.firm and wide.firm:
            both = _unique([*narrow.units, *wide.units])
        units = both or narrow.units or wide.units
        printed = " ".join((address.strip() or commune).split())
        certain = firm and len(units) == 1
        return Converted(printed, units[0] if certain else None, certain=certain, candidates=units)

    def of_producer(self, producer: Producer) -> Converted:
        """Find the commune of a producer, read as of the day its address was noted."""
        noted = producer.facts.get("commune") or producer.facts.get("address")
        on = noted.as_of.earliest if noted and noted.as_of else None
        printed = producer.address or producer.commune
        if not printed:
            return Converted("", None, certain=False)
        return self.since_july_2025(printed, commune=producer.commune, on=on)

    def find(self, words: str) -> tuple[Unit, ...]:
        """Search the communes since 2025 by new or old name or district, any spelling; the likeliest first."""
        exact = self._read(words, on=None).units
        key = " ".join(word.folded for word in _without_kind(_words(words)))
        if len(key) < 3:
            return exact
        longer = (entry.new for name, entries in self._by_name.items() if f" {key}" in f" {name}" for entry in entries)
        return _unique([*exact, *longer])

    def with_code(self, code: str) -> Unit | None:
        """The commune since 2025 that has this code of the statistics office."""
        return next((unit for unit in self._units.values() if code and unit.code == code), None)

    def called(self, name: str) -> Unit | None:
        """The commune since 2025 of exactly this name, with or without its kind, else what an old name became."""
        return self.named(name) or self.since_july_2025("", commune=name).new

    def named(self, name: str) -> Unit | None:
        """The commune since 2025 of exactly this name, with or without its kind; None for no one's or several's."""
        units = self._by_new_name.get(fold(name), ())
        return next(iter(units)) if len(units) == 1 else None

    def communes(self) -> list[Unit]:
        """Every commune since 2025, by name."""
        return sorted(self._units.values(), key=lambda unit: _key(unit.name))

    def districts(self) -> list[District]:
        """Every district of before July 2025, in the order of the table."""
        return list(dict.fromkeys(district for found in self._parted.values() for district in found))

    def districts_of(self, unit: Unit) -> tuple[District, ...]:
        """The districts of before July 2025 in which a commune of since then lies; two of the 99 lie in two."""
        return tuple(self._parted.get(unit, ()))

    def district_of(self, producer: Producer) -> District | None:
        """The district of before July 2025 in which a producer lies; None unless one is certain."""
        found = self.of_producer(producer)
        units = (found.new,) if found.new else found.candidates
        possible = {district for unit in units for district in self.districts_of(unit)}
        if len(possible) > 1:
            printed = f" {' '.join(word.folded for word in _words(found.old))} "
            possible = {
                each for each in possible if f" {' '.join(word.folded for word in _words(each.name))} " in printed
            }
        return possible.pop() if len(possible) == 1 else None

    def _add(self, row: _Row, older: list[_Row]) -> None:
        new = self._new_unit(row)
        self._parted.setdefault(new, {})[District(row["old_district"], row["old_province"])] = None
        districts = [row["old_district"], *(alias["alias_district"] for alias in older if not alias["alias"])]
        names = [(row["old_unit"], row["old_kind"])]
        names += [(alias["alias"], alias["alias_kind"]) for alias in older if alias["old_unit"] == row["old_unit"]]
        keys = frozenset(_district_key(district) for district in districts)
        provinces = frozenset(_key(row[column]) for column in ("old_province", "new_province"))
        for province in provinces:
            self._provinces |= {province: province, "".join(word[0] for word in province.split()): province}
        for key in keys:
            self._districts.setdefault(key, []).append(new)
        for name, kind in names:
            label = f"{kind.capitalize()} {name}, {row['old_district'][:1].lower()}{row['old_district'][1:]}"
            self._name(name, _Entry(_accented_key(name), label, keys, provinces, new))

    def _new_unit(self, row: _Row) -> Unit:
        named = (row["new_province"], row["new_kind"], row["new_unit"])
        if named not in self._units:
            latitude, longitude = (float(row[axis]) if row[axis] else None for axis in ("latitude", "longitude"))
            unit = Unit(named[2], named[1], named[0], "", latitude, longitude, row.get("new_code") or "")
            self._units[named] = unit
            for name in (unit.name, str(unit)):
                self._by_new_name.setdefault(fold(name), set()).add(unit)
            self._name(
                unit.name, _Entry(_accented_key(unit.name), "", frozenset(), frozenset({_key(unit.province)}), unit)
            )
        return self._units[named]

    def _name(self, name: str, entry: _Entry) -> None:
        self._by_name.setdefault(_key(name), []).append(entry)

    def _read(self, text: str, *, on: date | None) -> _Reading:
        """The best that *text* can mean: with a district first, then without, then a district alone."""
        words = _words(text)
        readings = list(self._readings(words, on=on))
        for firm in (True, False):
            found = [reading for reading in readings if reading.firm is firm and reading.units]
            if found:
                least = min(reading.left for reading in found)
                return _Reading(firm, _unique(unit for each in found if each.left == least for unit in each.units))
        return _Reading(firm=False, units=self._of_district(words))

    def _readings(self, words: tuple[_Word, ...], *, on: date | None) -> Iterator[_Reading]:
        marked = any(word.accented != word.folded for word in words)
        for rest, district, province in self._frames(words):
            for name in _names_at_end(rest, self._by_name, _COMMUNE):
                if district or name.kind or name.key not in self._districts:
                    entries = self._entries(name, district=district, province=province, on=on)
                    yield self._reading(name, entries, district=district, marked=marked)

    def _reading(self, name: _Name, entries: list[_Entry], *, district: str, marked: bool) -> _Reading:
        """What *name* can mean: the *entries* that are spelled so where the text has marks, else all of them."""
        spelled = [entry for entry in entries if entry.accented == name.accented] if marked else entries
        # "Bắc Giang" may be the city or the province: only another district vouches for a misspelt commune.
        vouched = bool(district) and district not in self._provinces
        sure = name.firm and (vouched or bool(spelled))
        return _Reading(sure, _unique(entry.new for entry in spelled or entries), len(name.before))

    def _frames(self, words: tuple[_Word, ...]) -> Iterator[tuple[tuple[_Word, ...], str, str]]:
        """Ways to take a province and a district off the end: what is left, district or "", province or ""."""
        provinces = [(words, "")]
        provinces += [
            (name.before, self._provinces[name.key]) for name in _names_at_end(words, self._provinces, _PROVINCE)
        ]
        for rest, province in provinces:
            yield rest, "", province
            for name in _names_at_end(rest, self._districts, _DISTRICT):
                yield name.before, name.key, province

    def _entries(self, name: _Name, *, district: str, province: str, on: date | None) -> list[_Entry]:
        entries = [
            entry
            for entry in self._by_name[name.key]
            if (not district or district in entry.districts) and (not province or province in entry.provinces)
        ]
        if on is None:
            return entries
        new = [entry for entry in entries if not entry.districts]
        if on >= REFORM and new:
            return new
        return [entry for entry in entries if entry.districts]

    def _of_district(self, words: tuple[_Word, ...]) -> tuple[Unit, ...]:
        """Every commune of the old district that *words* end with, the one that took its name first."""
        framed = sorted(self._frames(words), key=lambda frame: len(frame[0]))
        for _, district, _ in framed:
            if district and district not in self._provinces:
                return _unique(sorted(self._districts[district], key=lambda unit: _key(unit.name) != district))
        return ()


def _rows(path: Path) -> list[_Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _words(text: str) -> tuple[_Word, ...]:
    composed = _FORMERLY.sub(" ", plain_letters(text))
    words: list[_Word] = []
    end = 0
    for match in re.finditer(r"[^\W_]+", composed):
        gap = composed[end : match.start()]
        words.append(_word(match.group(), fresh=not words or bool(gap.strip())))
        end = match.end()
    while words and (words[-1].written.isdigit() or [word.folded for word in words[-2:]] == ["viet", "nam"]):
        del words[-1 if words[-1].written.isdigit() else -2 :]
    return tuple(words)


@lru_cache(maxsize=4096)
def _word(written: str, *, fresh: bool) -> _Word:
    lowered = written.casefold()
    return _Word(_i_for_y(fold(lowered)), _i_for_y(tone_last(lowered)), lowered, fresh)


def _i_for_y(word: str) -> str:
    """Spell Mỹ, Lý, Kỳ, Quý as Mĩ, Lí, Kì, Quí, and leave Tây, Thuỷ, Duyên as they are."""
    return re.sub(r"(?:(?<=[bcdđghklmnpqrstvx])|(?<=qu))[yýỳỷỹỵ]$", lambda end: _I_FOR_Y[end.group()], word)


_I_FOR_Y = dict(zip("yýỳỷỹỵ", "iíìỉĩị", strict=True))


@lru_cache(maxsize=2048)
def _key(name: str) -> str:
    return " ".join(word.folded for word in _words(name))


@lru_cache(maxsize=2048)
def _accented_key(name: str) -> str:
    return " ".join(word.accented for word in _words(name))


@lru_cache(maxsize=2048)
def _district_key(name: str) -> str:
    return " ".join(word.folded for word in _without_kind(_words(name)))


def _without_kind(words: tuple[_Word, ...]) -> tuple[_Word, ...]:
    for size in (2, 1):
        if len(words) > size and " ".join(word.written for word in words[:size]) in _LEVEL:
            return words[size:]
    return words


def _names_at_end(words: tuple[_Word, ...], names: Iterable[str], level: str) -> Iterator[_Name]:
    """Each of *names* that ends *words*, longest first, unless its kind word says another level."""
    for size in range(min(_LONGEST_NAME, len(words)), 0, -1):
        phrase, before = words[-size:], words[:-size]
        key = " ".join(word.folded for word in phrase)
        if key not in names or any(word.fresh for word in phrase[1:]):
            continue
        accented, fresh = " ".join(word.accented for word in phrase), phrase[0].fresh
        for kind in _kinds_at_end(before):
            if _LEVEL[kind] == level if kind else fresh or not _ends_below_commune(before):
                rest = before[: len(before) - len(kind.split())]
                yield _Name(key, accented, kind, bool(kind) or fresh, rest)


def _ends_below_commune(words: tuple[_Word, ...]) -> bool:
    """True for words that end in "thôn", "phố" and the like: what follows is no commune's name."""
    return bool(words) and words[-1].folded in _BELOW_COMMUNE


def _kinds_at_end(words: tuple[_Word, ...]) -> tuple[str, ...]:
    """The kind word that ends *words*, or ""; both when it may also end a name, as the xa of Ninh Xa, unmarked."""
    for size in (2, 1):
        kind = " ".join(word.written for word in words[-size:])
        if kind in _LEVEL:
            return (kind, "") if kind.isascii() and size == 1 else (kind,)
    return ("",)


def _unique(units: Iterable[Unit]) -> tuple[Unit, ...]:
    return tuple(dict.fromkeys(units))
