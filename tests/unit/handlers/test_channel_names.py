"""Below the bot nobody knows a channel by its name: what matters there is a property that the context tells."""

import ast
from pathlib import Path

import pytest

from bot.discovery import EMAIL_CHANNEL, channel_names

ROOT = Path(__file__).parents[3]
# A literal that is spelled like a channel's name and means something else, with what it means.
OTHER_MEANINGS = {("catalog/codes/meaning.py", "mail"): "a kind of code: a label's mailto: link"}


def literals(folder: str) -> list[tuple[str, str]]:
    """Each text literal below *folder* as (file, text), docstrings included."""
    return [
        (file.relative_to(ROOT).as_posix(), node.value)
        for file in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("folder", ["catalog", "handlers"])
def test_no_channel_is_known_by_its_name(folder):
    """A channel that is added, renamed or split changes nothing below the bot."""
    names = set(channel_names())
    named = [found for found in literals(folder) if found[1] in names and found not in OTHER_MEANINGS]
    assert named == []


def test_every_exception_is_still_there():
    """An exception whose reason is gone would hide the next name."""
    found = {*literals("catalog"), *literals("handlers")}
    assert set(OTHER_MEANINGS) <= found


def test_the_channel_of_e_mail_is_one_of_ours():
    """What the handlers are told to be the mailbox's channel exists."""
    assert EMAIL_CHANNEL in channel_names()
