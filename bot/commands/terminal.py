"""Talking to whoever sits at the terminal: errors in one line, progress on long work."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from rich.console import Console

from catalog.errors import CatalogError

OK, BAD, WRONG_USE = 0, 1, 2

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run *work*; what can go wrong in the catalogue is said in one line instead of a traceback."""
    try:
        return asyncio.run(work)
    except CatalogError as error:
        complain(str(error))
        return BAD
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read us (head, less) has seen enough.
        sys.stderr.close()
        return OK


def complain(sentence: str) -> None:
    """Say what is wrong, on standard error."""
    err.print("✕ ", style="red", end="")
    err.print(sentence, markup=False)


def ask(prompt: str) -> str:
    """What the person at the terminal types; empty at the end of input."""
    try:
        return input(prompt)
    except EOFError:
        return ""


def note(sentence: str) -> None:
    """Say something beside the result, on standard error."""
    err.print(sentence, markup=False)


def write(line: str) -> None:
    """Write one line of the result exactly as it is."""
    sys.stdout.write(line + "\n")
