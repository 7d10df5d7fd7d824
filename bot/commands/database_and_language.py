"""Which catalogue a command is about: one's own; the demo's, while there is no other."""

from pathlib import Path

from bot.commands import terminal
from bot.settings import Settings, read_settings
from catalog.store import sqlite_file

DEMO = Path("demo")
DATABASE = "hoi-ocop.db"


def settings_here() -> Settings:
    """The settings; where they name no database and none has been made, that of ``make demo`` if it was tried here."""
    settings = read_settings()
    own, tried = sqlite_file(settings.database_url), DEMO / DATABASE
    if "database_url" in settings.model_fields_set or own is None or own.exists() or not tried.exists():
        return settings
    terminal.note(f"The demo's catalogue ({tried}); hoi-ocop migrate makes one of your own.")
    return settings.model_copy(update={"database_url": demo_url(DEMO)})


def demo_url(folder: Path) -> str:
    """The database of the demo in *folder*."""
    return f"sqlite:///{(folder / DATABASE).resolve()}"
