"""The keys that seal what people write: from the settings, or made once and kept beside an SQLite database."""

import os
from pathlib import Path

from bot.settings import Settings
from catalog.errors import BadSetting
from catalog.sealing import is_key, new_key
from catalog.store import is_sealed, sqlite_file


def seal_keys(settings: Settings, *, accept: bool = False) -> list[str]:
    """The keys, newest first. Raises BadSetting where none is set and none can be made.

    Where the database was sealed with a key that is gone, another is made only when told to *accept* it.
    """
    keys = settings.seal_keys.get_secret_value().split()
    if keys:
        return keys
    file = sqlite_file(settings.database_url)
    if file is None:
        raise BadSetting("HOI_OCOP_SEAL_KEYS must be set with this database; hoi-ocop key makes one")
    kept = file.with_name(f"{file.name}.key")
    if not accept and not kept.exists() and is_sealed(file):
        raise BadSetting(
            f"The key file {kept} is gone, and what people wrote in {file} was sealed with it. Put it back from your "
            "copy, or set HOI_OCOP_SEAL_KEYS to that key. If it is lost for good: hoi-ocop key --accept makes another; "
            "what the old one sealed cannot be read any more then."
        )
    return [_load_or_make_key(kept)]


def has_keys(settings: Settings) -> bool:
    """False where no key is set or kept yet and none is missed, so that one would be made."""
    file = sqlite_file(settings.database_url)
    if settings.seal_keys.get_secret_value().split() or file is None:
        return True
    return file.with_name(f"{file.name}.key").exists() or is_sealed(file)


def _load_or_make_key(file: Path) -> str:
    """The key in *file*; it is made if there is none, readable by its owner only, and never overwritten."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
    except OSError as error:
        raise BadSetting(f"{file} cannot be written; set HOI_OCOP_SEAL_KEYS") from error
    key = file.read_text(errors="replace").strip()
    if not is_key(key):
        raise BadSetting(
            f"The key file {file} is damaged: it holds no key. Put it back from your copy, or set HOI_OCOP_SEAL_KEYS "
            "to that key. If it is lost for good, move the file away and run: hoi-ocop key --accept."
        )
    return key


def _make(file: Path) -> None:
    """Write a whole key beside *file*, then give it that name, unless another process was first."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as fresh:
        fresh.write(new_key() + "\n")
        fresh.flush()
        os.fsync(fresh.fileno())
    try:
        os.link(draft, file)
        _make_durable(file.parent)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _make_durable(folder: Path) -> None:
    """Sync *folder*, so that a power cut cannot take away a key that something is sealed with."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
