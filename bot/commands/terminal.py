"""Terminal output: results, notes, errors in one line."""

import asyncio
import errno
import re
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from rich.console import Console
from rich.text import Text

from catalog.errors import CatalogError, StoreDamaged, StoreFull, StoreNewer, StoreSilent
from handlers.phrases import FIRST, SOURCE, Speech, speech

OK, BAD, WRONG_USE = 0, 1, 2
YES = frozenset({"y", "yes", "c", "co", "có"})
"""What somebody at the terminal types who wants it."""

# What moves the cursor, and what turns the direction of writing, except line breaks and tabs.
_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class _Plain(Console):
    """A console that drops control characters from what it prints."""

    def render_str(self, text: str, **more: Any) -> Text:
        """Draw *text* with a replacement for each control character."""
        return super().render_str(_COMMANDS.sub("\ufffd", text), **more)


out = _Plain(highlight=False, soft_wrap=True)
err = _Plain(stderr=True, highlight=False, soft_wrap=True)


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run *work*; what can go wrong in the catalogue or with a file is said in one line instead of a traceback."""
    return attempt(lambda: asyncio.run(work))


def attempt(work: Callable[[], int]) -> int:
    """Do *work*, which does not wait for anything, as `run` runs what does."""
    try:
        return work()
    except CatalogError as error:
        for sentence in _explain(error):
            complain(sentence)
        return BAD
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read us (head, less) has seen enough.
        sys.stderr.close()
        return OK
    except OSError as error:
        # Of a file that someone named, or of its disk; anything else is a fault of ours.
        if error.filename is None and error.errno != errno.ENOSPC:
            raise
        complain(": ".join(str(each) for each in (error.filename, error.strerror) if each is not None))
        return BAD


def _explain(error: CatalogError) -> tuple[str, ...]:
    """What to say of *error*: most are for operators, in English; what anybody on duty meets, in Vietnamese too."""
    if isinstance(error, StoreDamaged):
        from bot.commands.database_and_language import speech_here

        return (_explain_damage(speech_here()),)
    if isinstance(error, StoreNewer):
        return tuple(_explain_newer(error, speech(language)) for language in (FIRST, SOURCE))
    if isinstance(error, StoreSilent):
        return tuple(_explain_silence(speech(language)) for language in (FIRST, SOURCE))
    if isinstance(error, StoreFull):
        return tuple(_explain_full_disk(speech(language)) for language in (FIRST, SOURCE))
    return (str(error),)


def _explain_silence(say: Speech) -> str:
    return say(
        "The database does not answer. Is PostgreSQL running (systemctl status postgresql), and does "
        "HOI_OCOP_DATABASE_URL name its machine and port? Nothing that was acknowledged is lost: serve goes on by "
        "itself once it answers."
    )


def _explain_full_disk(say: Speech) -> str:
    return say(
        "The disk is full: nothing more can be kept. Make room on it (df -h shows which). Nothing that was "
        "acknowledged is lost, and serve goes on by itself once there is room."
    )


def _explain_damage(say: Speech) -> str:
    return say(
        "The database's file is damaged, or it is not a database. If HOI_OCOP_DATABASE_URL is right: stop every "
        "hoi-ocop, move the file away, and put the newest backup back with: hoi-ocop restore BACKUP --erased LIST"
    )


def _explain_newer(error: StoreNewer, say: Speech) -> str:
    return say(
        "The database belongs to a newer version of this program (its tables: {found}, known here: {known}). Start the "
        "newer version, or put back the copy of the database that was made before the update.",
        found=error.found,
        known=error.known,
    )


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
    """Write one line of the result as it is; control characters are escaped as JSON escapes them."""
    sys.stdout.write(_COMMANDS.sub(lambda found: f"\\u{ord(found[0]):04x}", line) + "\n")
