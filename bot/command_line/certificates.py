"""What is decided about a product's certificate."""

from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.options import Language

certificate = typer.Typer(help="What is decided about a product's certificate.", no_args_is_help=True)

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
