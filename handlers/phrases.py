"""Every sentence we say, in the person's language.

Messages are written in English in the code and spoken from the gettext catalogues in ``locale/``. A new language is
one more folder there. Vietnamese is the first language: whoever chooses none is spoken to in it.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "hoi-ocop"
FIRST = "vi"


class Speech:
    """One language's sentences. Values are put in by name; they are never read as patterns."""

    def __init__(self, language: str, messages: Mapping[str, tuple[str, ...]]) -> None:
        self.language = language
        self._messages = messages

    def __call__(self, message: str, /, **values: object) -> str:
        """Say *message*, an English pattern with {names}."""
        spoken = self._messages.get(message, (message,))[0] or message
        return spoken.format(**values) if values else spoken

    def count(self, one: str, many: str, /, number: int, **values: object) -> str:
        """Say *one* or *many* as the language counts; the pattern knows {number}."""
        forms = self._messages.get(one, (one, many))
        form = 0 if number == 1 or len(forms) == 1 else 1
        return (forms[form] or many).format(number=number, **values)


@lru_cache(maxsize=16)
def speech(language: str) -> Speech:
    """The sentences of *language* ("vi", "en", "en-GB" …), of the first language if we do not speak it."""
    spoken = language.replace("_", "-").partition("-")[0].lower()
    if spoken not in languages():
        spoken = FIRST
    with (LOCALE / spoken / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalogue = read_po(file, locale=spoken)
    return Speech(spoken, {_key(entry.id): _forms(entry.string) for entry in catalogue if entry.id})


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages we speak, the first one first."""
    found = {path.parent.parent.name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return (FIRST, *sorted(found - {FIRST}))


def _key(message: str | list[str] | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _forms(spoken: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (spoken or "",) if isinstance(spoken, str | None) else tuple(spoken)
