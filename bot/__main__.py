"""The command line. Each command imports what it needs only when it runs, so that help appears at once."""

import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="hoi-ocop",
    help="Hỏi OCOP: a photo of a label or a name goes in, the product's passport comes out.",
    epilog="The database is named by HOI_OCOP_DATABASE_URL (default: the file hoi-ocop.db in this folder). "
    "All settings stand in .env.example.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

CATALOGUE, SERVICE = "Catalogue", "Service"

Language = Annotated[str, typer.Option("--lang", help="vi, en or another (default: the system's, else vi).")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line for each answer, for programs.")]


@app.command("import", rich_help_panel=CATALOGUE)
def import_(
    file: Annotated[Path | None, typer.Argument(help="The list, .csv or .xlsx; see the template.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Import nothing if any row is bad or would lose a cell.")
    ] = False,
    shipped: Annotated[bool, typer.Option("--shipped", help="Import the Bắc Ninh products that come with us.")] = False,
    bad_rows: Annotated[Path | None, typer.Option("--bad-rows", help="Write the bad rows here, to mend.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Import even if over a tenth of the stars, … change.")] = False,
    as_of: Annotated[str, typer.Option("--as-of", help="When rows were recorded that do not say it.")] = "",
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    """Bring a product list into the catalogue; every bad row is listed with what is wrong."""
    from bot.commands import lists

    options = lists.ImportOptions(
        dry_run=dry_run, strict=strict, yes=yes, bad_rows=bad_rows, as_json=as_json, language=lang, as_of=as_of
    )
    raise typer.Exit(lists.import_list(file, shipped=shipped, options=options))


@app.command(rich_help_panel=CATALOGUE)
def template(
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    lang: Language = "",
) -> None:
    """Write the template for product lists, with one example row and drop-downs."""
    from bot.commands import lists

    raise typer.Exit(lists.template(file, force=force, language=lang))


@app.command(rich_help_panel=CATALOGUE)
def export(
    file: Annotated[Path, typer.Argument(help="The .xlsx or .csv file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    lang: Language = "",
) -> None:
    """Write the whole catalogue as a list that can be imported again."""
    from bot.commands import lists

    raise typer.Exit(lists.export(file, force=force, language=lang))


@app.command(rich_help_panel=CATALOGUE)
def ask(
    text: Annotated[str | None, typer.Argument(help="A name, a question, a code: as one would type it.")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help='A file with one {"q": "…"} a line.')] = None,
    as_json: AsJson = False,
) -> None:
    """Ask as a shopper would, and read the answer here."""
    from bot.commands import asking

    raise typer.Exit(asking.ask(text, batch=batch, as_json=as_json))


@app.command(rich_help_panel=CATALOGUE)
def scan(
    photos: Annotated[list[Path], typer.Argument(help="Photos of labels.")],
    as_json: AsJson = False,
) -> None:
    """Read the codes in photos and say what they mean."""
    from bot.commands import labels

    raise typer.Exit(labels.scan(photos, as_json=as_json))


@app.command(rich_help_panel=CATALOGUE)
def label(
    product: Annotated[str, typer.Argument(help="The product's id.")],
    out: Annotated[Path | None, typer.Option("--out", help="A .png, .svg or .pdf file (default: ID.png).")] = None,
    lang: Annotated[str, typer.Option("--lang", help="The language of the label's words.")] = "vi",
) -> None:
    """Draw a printable label with the product's own QR code."""
    from bot.commands import labels

    raise typer.Exit(labels.draw_label(product, out=out, language=lang))


@app.command(rich_help_panel=CATALOGUE)
def bind(
    code: Annotated[str, typer.Argument(help="The code as read from the label: a link or a text.")],
    product: Annotated[str, typer.Argument(help="The product's id.")],
) -> None:
    """Bind a trace code to a product, once and for all who scan it."""
    from bot.commands import asking

    raise typer.Exit(asking.bind(code, product))


@app.command(rich_help_panel=CATALOGUE)
def wanted(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many of each.")] = 20,
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    """List what at least three people looked for in vain of late: names, and codes seen on labels."""
    from bot.commands import asking

    raise typer.Exit(asking.list_unmet(limit=limit, as_json=as_json, language=lang))


certificate = typer.Typer(help="What is decided about a product's certificate.", no_args_is_help=True)
app.add_typer(certificate, name="certificate", rich_help_panel=CATALOGUE)

Ref = Annotated[str, typer.Argument(help="The product's id.")]
Decision = Annotated[str, typer.Option("--decision", help="Its number, as printed: 55/QĐ-UBND.")]
Day = Annotated[str, typer.Option("--date", help="The day on which it was signed, day/month/year.")]
Why = Annotated[
    str,
    typer.Option(
        "--reason",
        help="In words, or a code: not-re-evaluated, failed-re-evaluation, process-not-followed, not-as-certified, "
        "no-records, production-stopped, food-safety.",
    ),
]
Issuer = Annotated[str, typer.Option("--issuer", help="Who signed it.")]
From = Annotated[str, typer.Option("--from", help="From which day on it counts, if not from its own.")]
Told = Annotated[str, typer.Option("--source", help="Where it is published (default: the decision itself).")]
Sure = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@certificate.command()
def withdraw(
    product: Ref,
    decision: Decision,
    date: Day,
    reason: Why,
    issuer: Issuer = "",
    from_: From = "",
    source: Told = "",
    yes: Sure = False,
    lang: Language = "",
) -> None:
    """Record that a decision took the certificate away for a cause; what will be shown is shown first."""
    from bot.commands import certificates

    told = certificates.Told(decision, date, reason, issuer=issuer, begins=from_, source=source)
    raise typer.Exit(certificates.record("withdrawn", product, told, yes=yes, language=lang))


@certificate.command()
def annul(
    product: Ref,
    decision: Decision,
    date: Day,
    reason: Why = "not-re-evaluated",
    issuer: Issuer = "",
    from_: From = "",
    source: Told = "",
    yes: Sure = False,
    lang: Language = "",
) -> None:
    """Record that a decision struck the product off because it was not renewed; what will be shown is shown first."""
    from bot.commands import certificates

    told = certificates.Told(decision, date, reason, issuer=issuer, begins=from_, source=source)
    raise typer.Exit(certificates.record("annulled", product, told, yes=yes, language=lang))


@certificate.command()
def reinstate(
    product: Ref,
    decision: Decision,
    date: Day,
    reason: Why = "",
    issuer: Issuer = "",
    from_: From = "",
    source: Told = "",
    yes: Sure = False,
    lang: Language = "",
) -> None:
    """Record that a decision undid a withdrawal or an annulment; both stay in the history."""
    from bot.commands import certificates

    told = certificates.Told(decision, date, reason, issuer=issuer, begins=from_, source=source)
    raise typer.Exit(certificates.record("reinstated", product, told, yes=yes, language=lang))


@certificate.command()
def history(product: Ref, lang: Language = "") -> None:
    """List what happened to a product's certificates: recognised, raised, lapsed, withdrawn, each with its decision."""
    from bot.commands import certificates

    raise typer.Exit(certificates.print_history(product, language=lang))


@certificate.command()
def report(
    product: Ref,
    out: Annotated[Path, typer.Option("--out", help="The .pdf file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    lang: Language = "",
) -> None:
    """Write the report that a commune fills in and signs before a product goes up to the province (A4, Vietnamese)."""
    from bot.commands import certificates

    raise typer.Exit(certificates.write_report(product, out, force=force, language=lang))


@app.command(rich_help_panel=SERVICE)
def serve(
    host: Annotated[str | None, typer.Option(help="Listen on this address instead of HOI_OCOP_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Listen here instead of HOI_OCOP_PORT.")] = None,
) -> None:
    """Serve the web chat and every channel whose settings are complete."""
    from bot.commands import serving

    raise typer.Exit(serving.run(host=host, port=port))


@app.command(rich_help_panel=SERVICE)
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


@app.command(rich_help_panel=SERVICE)
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its catalogue and label pictures.")] = Path("demo"),
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the web chat.")] = 8080,
) -> None:
    """Try everything: the shipped catalogue, labels to photograph, the web chat."""
    from bot.commands import serving

    raise typer.Exit(serving.demo(folder, port=port))


@app.command(rich_help_panel=SERVICE)
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


@app.command(rich_help_panel=SERVICE)
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


@app.command(rich_help_panel=SERVICE)
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


@app.command(rich_help_panel=SERVICE)
def check(
    online: Annotated[bool, typer.Option("--online", help="Ask each channel's vendor whether it takes us.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what is on, off and wrong: settings, database, photo reading, each channel."""
    from bot.commands import checking

    raise typer.Exit(checking.run(as_json=as_json, online=online))


@app.command(rich_help_panel=SERVICE)
def status(as_json: AsJson = False) -> None:
    """Say on one page how everything is, and what to do; 1 if something is wrong."""
    from bot.commands import status as page

    raise typer.Exit(page.run(as_json=as_json))


zalo = typer.Typer(help="The Zalo Official Account.", no_args_is_help=True)
app.add_typer(zalo, name="zalo", rich_help_panel=SERVICE)


@zalo.command("login")
def zalo_login() -> None:
    """(Re)authorise the app for the Official Account, with PKCE."""
    from bot.commands import setup

    raise typer.Exit(setup.log_in_to_zalo())


officer = typer.Typer(help="Who may use the officers' board, and what was done on it.", no_args_is_help=True)
app.add_typer(officer, name="officer", rich_help_panel=SERVICE)
Who = Annotated[str, typer.Argument(help="The officer's number, or the whole name.")]
RoleName = Annotated[str, typer.Option("--role", help="province, commune, viewer, inspector or organiser.")]
CommuneName = Annotated[str, typer.Option("--commune", help="Name (of before 2025 too) or code of the commune.")]
Until = Annotated[str, typer.Option("--until", help="The last day, for example 31/12/2027.")]


@officer.command("add")
def officer_add(
    name: Annotated[str, typer.Argument(help="The officer's name.")],
    role: RoleName,
    commune: CommuneName = "",
    until: Until = "",
    email: Annotated[str, typer.Option("--email", help="Where links may be sent, if e-mail is on.")] = "",
    lang: Language = "",
) -> None:
    """Take an officer in; prints a link that opens the board once, within ten minutes."""
    from bot.commands import officers

    raise typer.Exit(officers.add(name, officers.GrantWords(role, commune, until), email=email, language=lang))


@officer.command("grant")
def officer_grant(who: Who, role: RoleName, commune: CommuneName = "", until: Until = "", lang: Language = "") -> None:
    """Give an officer one more role."""
    from bot.commands import officers

    raise typer.Exit(officers.grant(who, officers.GrantWords(role, commune, until), language=lang))


@officer.command("email")
def officer_email(
    who: Who,
    address: Annotated[str, typer.Argument(help="The address; left out, there is none any more.")] = "",
    lang: Language = "",
) -> None:
    """Keep the e-mail address to which an officer may have links sent."""
    from bot.commands import officers

    raise typer.Exit(officers.set_email(who, address, language=lang))


@officer.command("link")
def officer_link(who: Who, lang: Language = "") -> None:
    """Print a new link for an officer; the one before opens nothing any more."""
    from bot.commands import officers

    raise typer.Exit(officers.link(who, language=lang))


@officer.command("list")
def officer_list(
    everybody: Annotated[bool, typer.Option("--all", help="Also those whose access has ended.")] = False,
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    """List who has access, with their roles."""
    from bot.commands import officers

    raise typer.Exit(officers.list_officers(everybody=everybody, as_json=as_json, language=lang))


@officer.command("end")
def officer_end(
    who: Who,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the audit.")] = "",
    lang: Language = "",
) -> None:
    """End an officer's access at once: sessions, links and roles."""
    from bot.commands import officers

    raise typer.Exit(officers.end(who, reason=reason, language=lang))


@officer.command("forget-passkeys")
def officer_forget_passkeys(who: Who, lang: Language = "") -> None:
    """Remove an officer's passkeys, for example of a lost phone; the next link lets them add another."""
    from bot.commands import officers

    raise typer.Exit(officers.forget_passkeys(who, language=lang))


@officer.command("audit")
def officer_audit(
    out: Annotated[Path, typer.Option("--out", help="The .csv file to write; it must not be there yet.")],
    lang: Language = "",
) -> None:
    """Write all that was done on the board into a table."""
    from bot.commands import officers

    raise typer.Exit(officers.export_audit(out, language=lang))


@app.command(rich_help_panel=SERVICE)
def settings() -> None:
    """Print every setting with its meaning, as .env.example has it."""
    from bot.commands import setup

    raise typer.Exit(setup.print_settings())


@app.command(rich_help_panel=SERVICE)
def words(
    languages: Annotated[list[str] | None, typer.Argument(help="Codes of languages to begin, for example lo.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where the translations are, if they are not ours.")
    ] = None,
) -> None:
    """Collect every sentence, bring the translations up to date, and say what is untranslated."""
    from bot.commands import catalogues

    raise typer.Exit(catalogues.run(languages or [], folder=folder))


@app.command(rich_help_panel=SERVICE)
def backup(file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")]) -> None:
    """Copy the whole database into a file, also while it is served, and read it to see that it is whole."""
    from bot.commands import operation

    raise typer.Exit(operation.make_backup(file))


@app.command(rich_help_panel=SERVICE)
def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    erased: Annotated[
        str, typer.Option("--erased", help="Erase again whom this names: a list, a newer backup, a database's URL.")
    ] = "",
) -> None:
    """Put a backup into the database that is set, which must be empty."""
    from bot.commands import operation

    raise typer.Exit(operation.restore_backup(file, erased=erased))


@app.command(rich_help_panel=SERVICE)
def erasures(
    out: Annotated[Path | None, typer.Option("--out", help="Write the list here instead, over the one before.")] = None,
) -> None:
    """List who erased everything, as words that only the keys make: a backup from before erases them again."""
    from bot.commands import operation

    raise typer.Exit(operation.list_erasures(out))


@app.command(rich_help_panel=SERVICE)
def move(
    to: Annotated[str, typer.Option("--to", help="The URL of an empty database, or of an unfinished copy.")],
) -> None:
    """Copy the whole database to another one, SQLite or PostgreSQL; this one stays as it is."""
    from bot.commands import operation

    raise typer.Exit(operation.move_database(to))


@app.command(rich_help_panel=SERVICE)
def reseal() -> None:
    """Seal anew under the first key what an older one holds, also while it is served; then drop the older one."""
    from bot.commands import operation

    raise typer.Exit(operation.reseal_database())


@app.command(rich_help_panel=SERVICE)
def migrate() -> None:
    """Bring the database's tables up to date."""
    from bot.commands import setup

    raise typer.Exit(setup.migrate())


def run() -> None:
    """Start the command line. What it writes is for whoever runs it: there are phone numbers and words in it."""
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that is not UTF-8, or half a letter in a question, ends no command.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    run()
