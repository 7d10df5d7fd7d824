"""Our scripts run in browsers from 2019 on: no newer syntax, no newer names, and not much to fetch."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import esprima
import pytest

FOLDER = Path(__file__).parents[3] / "bot" / "static"
SCRIPTS = sorted(FOLDER.glob("*.js"))
CHAT = ("links.js", "kept.js", "chat.js")
# What Chromium 78, Firefox 70 or Safari 13 do not know; each of them stopped the chat, or would.
NEWER = {
    "allSettled", "any", "at", "checkVisibility", "closeWatcher", "findLast", "findLastIndex", "fromAsync",
    "getInnerHTML", "groupBy", "hasOwn", "isWellFormed", "moveBefore", "randomUUID", "replaceAll",
    "replaceChildren", "requestSubmit", "scheduler", "setHTML", "showPopover", "structuredClone", "toReversed",
    "toSorted", "toSpliced", "withResolvers",
}  # fmt: skip


def nodes(node: object) -> Iterator[object]:
    if isinstance(node, list):
        for each in node:
            yield from nodes(each)
    elif hasattr(node, "type"):
        yield node
        for value in vars(node).values():
            yield from nodes(value)


def names(source: str) -> set[str]:
    """Everything that is called, as a function or as a method."""
    called = [node.callee for node in nodes(esprima.parseScript(source).body) if node.type == "CallExpression"]
    return {
        each.property.name if each.type == "MemberExpression" else each.name for each in called if not each.computed
    }


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_can_be_read_by_browsers_of_2019(path):
    source = path.read_text(encoding="utf-8")
    assert names(source) & NEWER == set()
    patterns = [node.regex.pattern for node in nodes(esprima.parseScript(source).body) if getattr(node, "regex", None)]
    assert [each for each in patterns if re.search(r"\(\?<", each)] == []


@pytest.mark.parametrize(
    "newer",
    ["a?.b", "a ?? b", "try { a() } catch { b() }", "a ||= b", "class A { #b = 1 }", "1_000", "/(?<n>a)/u"],
)
def test_what_is_newer_is_found(newer):
    with pytest.raises(esprima.Error):
        esprima.parseScript(newer)


def test_newer_names_are_found():
    assert names("node.replaceChildren(structuredClone(a))") >= {"replaceChildren", "structuredClone"}


def test_the_chat_is_not_much_to_fetch():
    """66 KB lay open before they were packed."""
    files = [(FOLDER / name).read_bytes() for name in (*CHAT, "chat.css")]
    assert sum(len(gzip.compress(each)) for each in files) < 30_000
