"""Serving, and what belongs to it: keys, checks, invitations, settings, words, backups and moves of its database."""

from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.options import SERVICE, AsJson

service = typer.Typer()


@service.command(rich_help_panel=SERVICE)
def serve(
    host: Annotated[str | None, typer.Option(help="Listen on this address instead of HOI_OCOP_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Listen here instead of HOI_OCOP_PORT.")] = None,
) -> None:
    """Serve the web chat and every channel whose settings are complete."""
    from bot.commands import serving

    raise typer.Exit(serving.run(host=host, port=port))


@service.command(rich_help_panel=SERVICE)
def work(
    queues: Annotated[
        str, typer.Option(help="What to work on, with commas: answer (words), read (photos), deliver, clean.")
    ] = "answer,read,deliver,clean",
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How much of each channel at once instead of HOI_OCOP_JOBS_AT_ONCE."),
    ] = None,
) -> None:
    """On PostgreSQL, work beside any number of serve and work: answer, read photos, send, clean up."""
    from bot.commands import serving

    raise typer.Exit(serving.work(queues, concurrency=concurrency))


@service.command(rich_help_panel=SERVICE)
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its catalogue and label pictures.")] = Path("demo"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the web chat.")] = 8080,
) -> None:
    """Try everything: the shipped catalogue, labels to photograph, the web chat."""
    from bot.commands import serving

    raise typer.Exit(serving.demo(folder, port=port))


@service.command(rich_help_panel=SERVICE)
def invite(
    producer: Annotated[str, typer.Argument(help="The producer's name or id, or the id of one of its products.")] = "",
    officer: Annotated[bool, typer.Option("--officer", help="Invite a programme officer instead.")] = False,
    days: Annotated[int, typer.Option(min=1, max=90, help="How long the code is good for.")] = 7,
    qr: Annotated[Path | None, typer.Option("--qr", help="Write the link as a QR code into this .png or .svg.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a one-time code with which a producer's person joins in a chat."""
    from bot.commands import inquiries

    raise typer.Exit(inquiries.invite(producer, officer=officer, days=days, qr=qr, as_json=as_json))


@service.command(rich_help_panel=SERVICE)
def courier(
    retry: Annotated[
        int | None, typer.Option("--retry", max=2**63 - 1, help="Try the dead letter of this number again.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to list.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the notices that could not be told, and why."""
    from bot.commands import inquiries

    raise typer.Exit(inquiries.dead_letters(retry=retry, limit=limit, as_json=as_json))


@service.command(rich_help_panel=SERVICE)
def key(
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Go on with the key that is set now: what a lost one sealed stays unreadable."),
    ] = False,
) -> None:
    """Make a key for HOI_OCOP_SEAL_KEYS."""
    if accept:
        from bot.commands import setup

        raise typer.Exit(setup.accept_key())
    from catalog.sealing import new_key

    typer.echo(new_key())


@service.command(rich_help_panel=SERVICE)
def check(
    online: Annotated[bool, typer.Option("--online", help="Ask each channel's vendor whether it takes us.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is on, off and wrong: settings, database, photo reading, each channel."""
    from bot.commands import checking

    raise typer.Exit(checking.run(as_json=as_json, online=online))


@service.command(rich_help_panel=SERVICE)
def status(as_json: AsJson = False) -> None:
    """Say on one page how everything is, and what to do; 1 if something is wrong."""
    from bot.commands import status as page

    raise typer.Exit(page.run(as_json=as_json))


zalo = typer.Typer(help="The Zalo Official Account.", no_args_is_help=True)
service.add_typer(zalo, name="zalo", rich_help_panel=SERVICE)


@zalo.command("login")
def zalo_login() -> None:
    """(Re)authorise the app for the Official Account, with PKCE."""
    from bot.commands import setup

    raise typer.Exit(setup.log_in_to_zalo())


@service.command(rich_help_panel=SERVICE)
def settings() -> None:
    """Print every setting with its meaning, as .env.example has it."""
    from bot.commands import setup

    raise typer.Exit(setup.print_settings())


@service.command(rich_help_panel=SERVICE)
def words(
    languages: Annotated[list[str] | None, typer.Argument(help="Codes of languages to begin, for example lo.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where the translations are, if they are not ours.")
    ] = None,
) -> None:
    """Collect every sentence, bring the translations up to date, and say what is untranslated."""
    from bot.commands import catalogues

    raise typer.Exit(catalogues.run(languages or [], folder=folder))


@service.command(rich_help_panel=SERVICE)
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Copy the whole database into a file, also while it is served, and read it to see that it is whole."""
    from bot.commands import operation

    raise typer.Exit(operation.make_backup(file))


@service.command(rich_help_panel=SERVICE)
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    erased: Annotated[
        str, typer.Option("--erased", help="Erase again whom this names: a list, a newer backup, a database's URL.")
    ] = "",
) -> None:
    """Put a backup into the database that is set, which must be empty."""
    from bot.commands import operation

    raise typer.Exit(operation.restore_backup(file, erased=erased))


@service.command(rich_help_panel=SERVICE)
def erasures(
    out: Annotated[Path | None, typer.Option("--out", help="Write the list here instead, over the one before.")] = None,
) -> None:
    """List who erased everything, as words that only the keys make: a backup from before erases them again."""
    from bot.commands import operation

    raise typer.Exit(operation.list_erasures(out))


@service.command(rich_help_panel=SERVICE)
def move(
    to: Annotated[str, typer.Option("--to", help="The URL of an empty database, or of an unfinished copy.")],
) -> None:
    """Copy the whole database to another one, SQLite or PostgreSQL; this one stays as it is."""
    from bot.commands import operation

    raise typer.Exit(operation.move_database(to))


@service.command(rich_help_panel=SERVICE)
def reseal() -> None:
    """Seal anew under the first key what an older one holds, also while it is served; then drop the older one."""
    from bot.commands import operation

    raise typer.Exit(operation.reseal_database())


@service.command(rich_help_panel=SERVICE)
def migrate() -> None:
    """Bring the database's tables up to date."""
    from bot.commands import setup

    raise typer.Exit(setup.migrate())
