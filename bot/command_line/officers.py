"""Who may use the officers' board."""

from pathlib import Path
from typing import Annotated

import typer

from bot.command_line.options import AsJson, Language

officer = typer.Typer(help="Who may use the officers' board, and what was done on it.", no_args_is_help=True)
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
