"""What is known of products: lists in and out, questions, labels, what is decided about certificates."""

from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.options import CATALOGUE, AsJson, Language

catalogue = typer.Typer()


@catalogue.command("import", rich_help_panel=CATALOGUE)
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


@catalogue.command(rich_help_panel=CATALOGUE)
def template(
    file: Annotated[Path, typer.Argument(help="The .xlsx file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    lang: Language = "",
) -> None:
    """Write the template for product lists, with one example row and drop-downs."""
    from bot.commands import lists

    raise typer.Exit(lists.template(file, force=force, language=lang))


@catalogue.command(rich_help_panel=CATALOGUE)
def export(
    file: Annotated[Path, typer.Argument(help="The .xlsx or .csv file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    lang: Language = "",
) -> None:
    """Write the whole catalogue as a list that can be imported again."""
    from bot.commands import lists

    raise typer.Exit(lists.export(file, force=force, language=lang))


@catalogue.command(rich_help_panel=CATALOGUE)
def ask(
    text: Annotated[str | None, typer.Argument(help="A name, a question, a code: as one would type it.")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help='A file with one {"q": "…"} a line.')] = None,
    as_json: AsJson = False,
) -> None:
    """Ask as a shopper would, and read the answer here."""
    from bot.commands import asking

    raise typer.Exit(asking.ask(text, batch=batch, as_json=as_json))


@catalogue.command(rich_help_panel=CATALOGUE)
def talk(
    file: Annotated[
        Path | None, typer.Argument(help='A file with one {"who": "…", "text": "…"} a line (default: standard input).')
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="Talk about your own catalogue, not the shipped one.")] = False,
    as_json: AsJson = False,
) -> None:
    """Answer whole conversations, one message a line; a new "who" is a new person."""
    from bot.commands import talking

    raise typer.Exit(talking.talk(file, own=own, as_json=as_json))


@catalogue.command(rich_help_panel=CATALOGUE)
def scan(
    photos: Annotated[list[Path], typer.Argument(help="Photos of labels.")],
    as_json: AsJson = False,
) -> None:
    """Read the codes in photos and say what they mean."""
    from bot.commands import labels

    raise typer.Exit(labels.scan(photos, as_json=as_json))


@catalogue.command(rich_help_panel=CATALOGUE)
def label(
    product: Annotated[str, typer.Argument(help="The product's id.")],
    out: Annotated[Path | None, typer.Option("--out", help="A .png, .svg or .pdf file (default: ID.png).")] = None,
    lang: Annotated[str, typer.Option("--lang", help="The language of the label's words.")] = "vi",
) -> None:
    """Draw a printable label with the product's own QR code."""
    from bot.commands import labels

    raise typer.Exit(labels.draw_label(product, out=out, language=lang))


@catalogue.command(rich_help_panel=CATALOGUE)
def bind(
    code: Annotated[str, typer.Argument(help="The code as read from the label: a link or a text.")],
    product: Annotated[str, typer.Argument(help="The product's id.")],
) -> None:
    """Bind a trace code to a product, once and for all who scan it."""
    from bot.commands import asking

    raise typer.Exit(asking.bind(code, product))


@catalogue.command(rich_help_panel=CATALOGUE)
def wanted(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many of each.")] = 20,
    lang: Language = "",
    as_json: AsJson = False,
) -> None:
    """List what at least three people looked for in vain of late: names, and codes seen on labels."""
    from bot.commands import asking

    raise typer.Exit(asking.list_unmet(limit=limit, as_json=as_json, language=lang))


certificate = typer.Typer(help="What is decided about a product's certificate.", no_args_is_help=True)
catalogue.add_typer(certificate, name="certificate", rich_help_panel=CATALOGUE)

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


def _decide(kind: str, product: str, said: tuple[str, str, str, str, str, str], *, yes: bool, language: str) -> None:
    """Record what was decided; *said* are its number, day, reason, issuer, when it begins, and the source."""
    from bot.commands import certificates
    from catalog.cells.events import TypedDecision

    decision, date, reason, issuer, begins, source = said
    told = TypedDecision(decision, date, reason, issuer=issuer, begins=begins, source=source)
    raise typer.Exit(certificates.record(kind, product, told, yes=yes, language=language))


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
    """Record that a decision took the certificate away for a cause; what will be shown is shown first.

    This is for the server's operator, who records it alone. On the board two province officers do it together.
    """
    _decide("withdrawn", product, (decision, date, reason, issuer, from_, source), yes=yes, language=lang)


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
    _decide("annulled", product, (decision, date, reason, issuer, from_, source), yes=yes, language=lang)


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
    _decide("reinstated", product, (decision, date, reason, issuer, from_, source), yes=yes, language=lang)


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
