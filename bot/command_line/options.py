"""Options that commands share, and under which heading each command stands in the help."""

from typing import Annotated

import typer

CATALOGUE, SERVICE = "Catalogue", "Service"

Language = Annotated[str, typer.Option("--lang", help="vi, en or another (default: the system's, else vi).")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON line for each answer, for programs.")]
