"""hoi-ocop backup, restore, erasures, move and reseal: what keeps a database safe through the years."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.commands import terminal
from bot.commands.database_and_language import settings_here, speech_here
from bot.keys import has_keys, seal_keys
from bot.settings import Settings, read_settings
from catalog.dates import VIET_NAM
from catalog.errors import BadBackup, BadSetting
from catalog.store import (
    Erasure,
    back_up,
    is_sealed,
    move,
    open_store,
    read_erasures,
    restore,
    sqlite_file,
    write_erasures,
)
from handlers.phrases import Speech

Progress = Callable[[str, int], None]
_KEYS_SETTING = "HOI_OCOP_SEAL_KEYS"
_SQLITE_BEGINS = b"SQLite format 3\0"


def make_backup(file: Path) -> int:
    """Copy the database into *file*, also while it is served."""
    return terminal.run(_make_backup(file, speech_here()))


def restore_backup(file: Path, *, erased: str) -> int:
    """Put the backup in *file* into the empty database that is set, and erase again whom the list *erased* names."""
    return terminal.run(_restore_backup(file, erased, speech_here()))


def list_erasures(out: Path | None) -> int:
    """Write who erased everything, as words that only the keys make, to *out* or here."""
    return terminal.run(_list_erasures(out))


def move_database(to: str) -> int:
    """Copy the database to the one at *to*."""
    return terminal.run(_move_database(to, speech_here()))


def reseal_database() -> int:
    """Seal under the first key what older ones hold."""
    return terminal.run(_reseal_database(speech_here()))


async def _make_backup(file: Path, say: Speech) -> int:
    settings = settings_here()
    counted = await back_up(settings.database_url, file)
    terminal.out.print(_describe(file, counted.rows, say), markup=False)
    terminal.note(say("The key that seals what people wrote is not in it: keep a copy of {key} apart from the backups.",
                      key=_where_key(settings)))  # fmt: skip
    return terminal.OK


async def _restore_backup(file: Path, erased: str, say: Speech) -> int:
    settings = read_settings()
    if not file.is_file():
        raise BadSetting(f"There is no file {file}.")
    if not has_keys(settings) and is_sealed(file):
        raise BadSetting(f"First put the key back that seals what people wrote in this backup: {_where_key(settings)}.")
    # Where nothing was sealed yet, the server makes a key when it starts: a restore that fails leaves none behind.
    keys = seal_keys(settings) if has_keys(settings) else []
    names = await _read_erased(erased, keys) if erased else []
    counted = await restore(file, settings.database_url, keys=keys, erased=names)
    terminal.out.print(_describe(file, counted.rows, say), markup=False)
    if erased:
        terminal.out.print(say("Erased again, as they had asked: {number} people.", number=counted.erased))
    else:
        _tell_who_is_back(file, say)
    return terminal.OK


def _tell_who_is_back(file: Path, say: Speech) -> None:
    """Say that whoever erased everything since the backup in *file* is in it, and how they are erased again."""
    listed = _list_beside(file)
    terminal.note(say("Whoever erased everything after this backup was made is in it again."))
    made = "hoi-ocop erasures --out LIST"
    terminal.note(say("If the database from before is still there, list them where it is set: {command}", command=made))
    terminal.note(say("Then empty this database, and restore it once more: {command}", command=_again(file, "LIST")))
    if listed is not None:
        path, made_at = listed
        # Whoever erased everything after it was made is not on it.
        terminal.note(
            say(
                "If it is gone, the newest list is of {moment}: {command}",
                moment=f"{datetime.fromtimestamp(made_at, VIET_NAM):%Y-%m-%d %H:%M}",
                command=_again(file, str(path)),
            )
        )


def _again(file: Path, listed: str) -> str:
    return shlex.join(("hoi-ocop", "restore", str(file), "--erased", listed))


def _list_beside(file: Path) -> tuple[Path, float] | None:
    """The newest list of erasures in the folder of the backup *file*, and when it was made (UTC seconds)."""
    found = [(each, each.stat().st_mtime) for each in file.parent.glob("*.jsonl") if _is_list(each)]
    return max(found, key=lambda each: each[1], default=None)


def _is_list(file: Path) -> bool:
    try:
        return bool(read_erasures(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, BadBackup):
        return False


async def _read_erased(source: str, keys: Sequence[str]) -> list[Erasure]:
    """The erasures that *source* knows: a list, another backup of SQLite, or the URL of a database."""
    url = source
    if "://" not in source:
        file = Path(source)
        if not file.is_file():
            raise BadSetting(f"There is no file {file}.")
        data = file.read_bytes()
        if not data.startswith(_SQLITE_BEGINS):
            return read_erasures(data.decode(errors="replace"))
        url = f"sqlite:///{file.resolve()}"
    async with open_store(url, keys=keys) as store:
        return await store.erasures.list_all()


async def _list_erasures(out: Path | None) -> int:
    if out is not None and out.is_dir():
        raise BadSetting(f"{out} is a folder; name a file.")
    async with open_store(settings_here().database_url) as store:
        text = write_erasures(await store.erasures.list_all())
    if out is None:
        for line in text.splitlines():
            terminal.write(line)
        return terminal.OK
    draft = out.with_name(f".{out.name}.new")
    draft.write_text(text, "utf-8")
    draft.replace(out)
    return terminal.OK


async def _move_database(to: str, say: Speech) -> int:
    settings = settings_here()
    with _progress() as progress:
        compared = await move(settings.database_url, to, progress=progress)
    for each in compared:
        count, checksum = each.source
        sign = "=" if each.same else "≠"
        terminal.out.print(f"{sign} {each.name:16}{count:>10}  {checksum}", markup=False)
    if not all(each.same for each in compared):
        terminal.complain(say("The copy differs from this database. Nothing works on it; say the same once more."))
        return terminal.BAD
    where = _where_key(settings)
    terminal.out.print(say("The copy is whole, and this database is as it was. To work with the copy: set "
                           "HOI_OCOP_DATABASE_URL to it, and HOI_OCOP_SEAL_KEYS to the key in {key}.", key=where)
                       if where != _KEYS_SETTING else
                       say("The copy is whole, and this database is as it was. To work with the copy: set "
                           "HOI_OCOP_DATABASE_URL to it, and leave HOI_OCOP_SEAL_KEYS as it is."),
                       markup=False)  # fmt: skip
    return terminal.OK


async def _reseal_database(say: Speech) -> int:
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True, keys=seal_keys(settings)) as store:
        with _progress() as progress:
            before = await store.reseal(progress=progress)
        after = await store.count_sealed()
        await store.settle_erased(due=True)
    terminal.out.print(say("Sealed anew: {number}. The first key seals {all}; older ones still hold {left}.",
                           number=before.older, all=after.newest, left=after.older))  # fmt: skip
    if after.unknown:
        terminal.note(say("No key that is set opens {number} of what is sealed here.", number=after.unknown))
    if after.older:
        terminal.note(say("Say the same once more."))
    elif before.older:
        terminal.note(say("Stop every hoi-ocop serve that was started with the older keys first, and say the same once "
                          "more; then drop them."))  # fmt: skip
    return terminal.BAD if after.older else terminal.OK


def _describe(file: Path, rows: dict[str, int], say: Speech) -> str:
    return say(
        "{file}: {products} products, {people} people, {messages} messages, {inquiries} inquiries; all of it was read.",
        file=file, products=rows.get("products", 0), people=rows.get("people", 0), messages=rows.get("inbox", 0),
        inquiries=rows.get("inquiries", 0),
    )  # fmt: skip


def _where_key(settings: Settings) -> str:
    file = sqlite_file(settings.database_url)
    if settings.seal_keys.get_secret_value().split() or file is None:
        return _KEYS_SETTING
    return f"{file}.key"


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show which table is being worked on, and how far; nothing where nobody looks."""
    with terminal.err.status("") as shown:
        yield lambda table, done: shown.update(f"{table}: {done}")
