"""The keys that seal what people write: from the settings, or made once and kept beside an SQLite database."""

import os
from pathlib import Path

from bot.settings import Settings
from catalog.errors import BadSetting
from catalog.sealing import new_key
from catalog.store import sqlite_file


def seal_keys(settings: Settings) -> list[str]:
    """The keys, newest first. Raises BadSetting where none is set and none can be made."""
    keys = settings.seal_keys.get_secret_value().split()
    if keys:
        return keys
    file = sqlite_file(settings.database_url)
    if file is None:
        raise BadSetting("HOI_OCOP_SEAL_KEYS must be set with this database; hoi-ocop key makes one")
    return [_kept(file.with_name(f"{file.name}.key"))]


def _kept(file: Path) -> str:
    """The key in *file*; it is made if there is none, readable by its owner only, and never overwritten."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
    except OSError as error:
        raise BadSetting(f"{file} cannot be written; set HOI_OCOP_SEAL_KEYS") from error
    return file.read_text().strip()


def _make(file: Path) -> None:
    """Write a whole key beside *file*, then give it that name, unless another process was first."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as fresh:
        fresh.write(new_key() + "\n")
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
