"""Backups, moves, new keys and tables of a database."""

from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.options import SERVICE

operation = typer.Typer()


@operation.command(rich_help_panel=SERVICE)
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Copy the whole database into a file, also while it is served, and read it to see that it is whole."""
    from bot.commands import operation

    raise typer.Exit(operation.make_backup(file))


@operation.command(rich_help_panel=SERVICE)
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    erased: Annotated[
        str, typer.Option("--erased", help="Erase again whom this names: a list, a newer backup, a database's URL.")
    ] = "",
) -> None:
    """Put a backup into the database that is set, which must be empty."""
    from bot.commands import operation

    raise typer.Exit(operation.restore_backup(file, erased=erased))


@operation.command(rich_help_panel=SERVICE)
def erasures(
    out: Annotated[Path | None, typer.Option("--out", help="Write the list here instead, over the one before.")] = None,
) -> None:
    """List who erased everything, as words that only the keys make: a backup from before erases them again."""
    from bot.commands import operation

    raise typer.Exit(operation.list_erasures(out))


@operation.command(rich_help_panel=SERVICE)
def move(
    to: Annotated[str, typer.Option("--to", help="The URL of an empty database, or of an unfinished copy.")],
) -> None:
    """Copy the whole database to another one, SQLite or PostgreSQL; this one stays as it is."""
    from bot.commands import operation

    raise typer.Exit(operation.move_database(to))


@operation.command(rich_help_panel=SERVICE)
def reseal() -> None:
    """Seal anew under the first key what an older one holds, also while it is served; then drop the older one."""
    from bot.commands import operation

    raise typer.Exit(operation.reseal_database())


@operation.command(rich_help_panel=SERVICE)
def migrate() -> None:
    """Bring the database's tables up to date."""
    from bot.commands import setup

    raise typer.Exit(setup.migrate())
