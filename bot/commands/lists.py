"""hoi-ocop template, export and migrate."""

from collections.abc import AsyncIterator
from pathlib import Path

from bot.commands import terminal
from bot.commands.database_and_language import settings_here
from bot.settings import read_settings
from catalog.list_io.export import rows_of, write_list, write_template
from catalog.model import ProductRow
from catalog.store import Store, open_store


def template(file: Path, *, force: bool) -> int:
    """Write the template to *file*."""
    if not _may_write(file, {".xlsx"}, force=force):
        return terminal.WRONG_USE
    write_template(file)
    terminal.out.print(f"The template is in {file}. Fill it in and import it with: hoi-ocop import {file}")
    return terminal.OK


def export(file: Path, *, force: bool) -> int:
    """Write the catalogue to *file*."""
    if not _may_write(file, {".xlsx", ".csv"}, force=force):
        return terminal.WRONG_USE
    return terminal.run(_export(file))


def migrate() -> int:
    """Bring the tables up to date."""
    return terminal.run(_migrate())


async def _export(file: Path) -> int:
    async with open_store(settings_here().database_url, migrate=True) as store:
        rows = [row async for row in _rows(store)]
    write_list(file, rows)
    terminal.out.print(f"{len(rows)} rows written to {file}.")
    return terminal.OK


async def _rows(store: Store) -> AsyncIterator[ProductRow]:
    async for product in store.every_product():
        for row in rows_of(product):
            yield row


async def _migrate() -> int:
    async with open_store(read_settings().database_url) as store:
        if await store.is_current():
            terminal.out.print("The database is up to date.")
            return terminal.OK
        await store.migrate()
    terminal.out.print("The database has been brought up to date.")
    return terminal.OK


def _may_write(file: Path, endings: set[str], *, force: bool) -> bool:
    if file.suffix.lower() not in endings:
        terminal.complain(f"The file must end in {' or '.join(sorted(endings))}.")
        return False
    if file.exists() and not force:
        terminal.complain(f"{file} exists already; say --force to overwrite it.")
        return False
    return True
