"""Every sentence we say, in the person's language.

Messages are written in English in the code and translated by the gettext catalogues in ``locale/``. A new language is
one more folder there, or in a folder of the operator's own (``HOI_OCOP_LOCALE_FOLDER``). Vietnamese is the first
language: whoever chooses none is answered in it.
"""

import re
from datetime import date, datetime, time
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import localedata
from babel.dates import format_interval, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from catalog.dates import PartialDate

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "hoi-ocop"
FIRST = "vi"
SOURCE = "en"
"""The language in which the messages are written in the code."""

_MOST_COUNTED = 200
_NEAREST = 2.0
_AS_IN_VIET_NAM = frozenset({FIRST, SOURCE})
_DONG = re.compile(r"\d{1,3}(?:\.\d{3})+(?=(?:–[\d.]+)? đ\b)")


class Speech:
    """One language's sentences. Values are put in by name; they are never read as patterns."""

    def __init__(self, language: str, translations: NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def __call__(self, message: str, /, **values: object) -> str:
        """Say *message*, an English pattern with {names}."""
        spoken = self._translations.gettext(message)
        return spoken.format(**values) if values else spoken

    def translate(self, label: str) -> str:
        """Say a *label* that stands elsewhere as data: what a field of the catalogue is called."""
        return self(label)

    def count(self, one: str, many: str, /, number: int, **values: object) -> str:
        """Say *one* or *many* as the language counts (its plural rule); the pattern knows {number}."""
        return self._translations.ngettext(one, many, number).format(number=number, **values)

    def day(self, day: PartialDate) -> str:
        """*day* as the language writes dates, as exactly as it is known; in ours, as Viet Nam writes them."""
        return _format_day(day, self.language)

    def moment(self, at: datetime) -> str:
        """The minute *at*: in ours the clock comes first, elsewhere the day."""
        day = self.day(PartialDate.of(at.date()))
        return f"{at:%H:%M} {day}" if self.language in _AS_IN_VIET_NAM else f"{day} {self.clock(at.time())}"

    def clock(self, at: time) -> str:
        """An hour of the day: ``8:00`` as Viet Nam writes it, and as other languages do."""
        if self.language in _AS_IN_VIET_NAM or not localedata.exists(self.language):
            return f"{at.hour}:{at.minute:02}"
        return format_skeleton("Hm", datetime.combine(date.min, at), locale=self.language)

    def days(self, starts: date, ends: date) -> str:
        """From one day to another: ``10–16/05/2027``, ``26/10–04/11/2027``, and as other languages write it."""
        first, last = self.day(PartialDate.of(starts)), self.day(PartialDate.of(ends))
        if starts == ends:
            return last
        if self.language not in _AS_IN_VIET_NAM and localedata.exists(self.language):
            return format_interval(starts, ends, "yMMMd", locale=self.language)
        if (starts.year, starts.month) == (ends.year, ends.month):
            return f"{starts:%d}–{last}"
        return f"{starts:%d/%m}–{last}" if starts.year == ends.year else f"{first}–{last}"

    def prices(self, spelled: str) -> str:
        """Prices *spelled* as Viet Nam writes them ("120.000 đ/kg") with numbers as the language writes them."""
        if self.language in _AS_IN_VIET_NAM or not localedata.exists(self.language):
            return spelled
        return _DONG.sub(lambda found: format_decimal(int(found[0].replace(".", "")), locale=self.language), spelled)

    def away(self, kilometres: float, place: str = "") -> str:
        """How far it is from *place*, "" for one's own. Places are known to a kilometre or two: more would be false."""
        say, number = self, round(kilometres)
        if kilometres < _NEAREST:
            return say("under 2 km from {place}", place=place) if place else say("under 2 km away")
        if place:
            return say("about {number} km from {place}", number=number, place=place)
        return say("about {number} km away", number=number)

    def pattern(self, message: str, /) -> str:
        """The translation of *message* with its {names} still in it, for templates and scripts that fill them in."""
        return self._translations.gettext(message)

    def patterns(self, one: str, many: str, /) -> tuple[str, ...]:
        """The pattern for each number from 0 to 199; those of larger numbers repeat with each hundred."""
        return tuple(self._translations.ngettext(one, many, number) for number in range(_MOST_COUNTED))


_SKELETONS = {3: "yMMMMd", 2: "yMMMM", 1: "y"}


@lru_cache(maxsize=4096)
def _format_day(day: PartialDate, language: str) -> str:
    known = len(str(day).split("-"))
    if language in _AS_IN_VIET_NAM or not localedata.exists(language):
        return day.vietnamese_text()
    return format_skeleton(_SKELETONS[known], day.earliest, locale=language)


_folders: list[Path] = [LOCALE]


def use_folder(folder: Path | None) -> None:
    """Speak the languages in *folder* too (None: only ours); what both translate is said as *folder* has it."""
    wanted = [LOCALE, folder] if folder else [LOCALE]
    if wanted != _folders:
        _folders[:] = wanted
        languages.cache_clear()
        speech.cache_clear()


@lru_cache(maxsize=16)
def speech(language: str) -> Speech:
    """The sentences of *language* ("vi", "en", "en-GB" …), of the first language if we do not speak it."""
    spoken = closest_language(language)
    translations = NullTranslations()
    for file in _files(spoken):
        read = _read_catalogue(file)
        read.add_fallback(translations)
        translations = read
    return Speech(spoken, translations)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages we speak, the first one first."""
    found = {path.parent.parent.name for folder in _folders for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return (FIRST, *sorted(found - {FIRST}))


def closest_language(tag: str) -> str:
    """The language we speak for a language tag ("en-GB" → "en"), the first one if we do not know it."""
    short = tag.replace("_", "-").partition("-")[0].lower()
    return short if short in languages() else FIRST


def catalogue_file(folder: Path, language: str) -> Path:
    """Where *folder* keeps the translations of *language*."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _files(language: str) -> list[Path]:
    return [file for folder in _folders if (file := catalogue_file(folder, language)).exists()]


def _read_catalogue(file: Path) -> GNUTranslations:
    """The translations in *file*, with the plural rule of its header."""
    compiled = BytesIO()
    with file.open("rb") as opened:
        read = read_po(opened)
    # Babel hands the rule on only for languages it knows; which one is named does not matter, the rule is the file's.
    read.locale = SOURCE
    write_mo(compiled, read)
    compiled.seek(0)
    return GNUTranslations(compiled)
