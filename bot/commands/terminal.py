"""Talking to whoever sits at the terminal: errors in one line, progress on long work."""

import asyncio
import re
import sys
from collections.abc import Coroutine
from typing import Any

from rich.console import Console
from rich.text import Text

from catalog.errors import CatalogError

OK, BAD, WRONG_USE = 0, 1, 2

# What moves the cursor, and what turns the direction of writing, except line breaks and tabs.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class _Plain(Console):
    """A console to which no value of ours can give commands."""

    def render_str(self, text: str, **more: Any) -> Text:
        """Draw *text* with a replacement for each character that would command the terminal."""
        return super().render_str(_COMMANDS.sub("\ufffd", text), **more)


out = _Plain(highlight=False, soft_wrap=True)
err = _Plain(stderr=True, highlight=False, soft_wrap=True)


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
    """Write one line of the result as it is; what would command a terminal is escaped as JSON escapes it."""
    sys.stdout.write(_COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n")
