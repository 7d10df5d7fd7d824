"""Which database a command uses (the configured one, else the demo's), and which language it speaks."""

import locale
from contextlib import suppress
from pathlib import Path

from bot.commands import terminal
from bot.settings import Settings, read_settings
from catalog.store import sqlite_file
from handlers.phrases import FIRST, SOURCE, Speech, closest_language, speech, use_folder

DEMO = Path("demo")
DATABASE = "hoi-ocop.db"


def settings_here(say: Speech | None = None) -> Settings:
    """The settings; where they name no database and none has been made, that of ``make demo`` if it was tried here.

    The person is told of that, in English unless the command speaks another language.
    """
    settings = read_settings()
    own, tried = sqlite_file(settings.database_url), DEMO / DATABASE
    if "database_url" in settings.model_fields_set or own is None or own.exists() or not tried.exists():
        return settings
    say = say or speech(SOURCE)
    terminal.note(say("The demo's catalogue ({file}); hoi-ocop migrate makes one of your own.", file=tried))
    return settings.model_copy(update={"database_url": demo_url(DEMO)})


def demo_url(folder: Path) -> str:
    """The database of the demo in *folder*."""
    return f"sqlite:///{(folder / DATABASE).resolve()}"


def speech_here(language: str = "") -> Speech:
    """The sentences of *language*, else of the language of the system; Vietnamese where we do not speak it."""
    if folder := read_settings().locale_folder:
        use_folder(folder)
    return speech(closest_language(language or _system_language()))


def _system_language() -> str:
    with suppress(locale.Error):
        return locale.setlocale(locale.LC_MESSAGES, "")
    return FIRST
