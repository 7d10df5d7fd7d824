"""The command line. Each command imports what it needs only when it runs, so that help appears at once."""

import gc
import os
import sys
from io import TextIOWrapper

import typer

from bot.command_line import catalogue, officers, service
from bot.command_line.options import SERVICE

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

app.add_typer(catalogue.catalogue)
app.add_typer(service.service)
app.add_typer(officers.officer, name="officer", rich_help_panel=SERVICE)


def run() -> None:
    """Start the command line. What it writes is for whoever runs it: there are phone numbers and words in it."""
    os.umask(0o077)
    # What is imported stays: looking through it again and again took a sixth of each start.
    gc.set_threshold(10_000, 20, 500)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that is not UTF-8, or a lone surrogate in a question, ends no command.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    run()
