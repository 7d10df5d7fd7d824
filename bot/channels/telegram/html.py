"""Telegram's HTML, every word escaped, together with the length Telegram counts: UTF-16 units of what is seen."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from bot.channel_kit.utf16 import utf16_length

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ELLIPSIS = "…"

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Rich:
    """Well-formed HTML and its *units*. The sum of two is well-formed too."""

    html: str = ""
    units: int = 0

    def __add__(self, other: "Rich") -> "Rich":
        return Rich(self.html + other.html, self.units + other.units)

    def __bool__(self) -> bool:
        return bool(self.html)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stay together. When room is short the heaviest block goes first; *weight* 0 never goes.

    One that *folds* is shown in part until it is touched.
    """

    lines: tuple[Rich, ...]
    weight: int = 0
    folds: bool = False


def clean(text: str) -> str:
    """*text* without what no channel can carry: lone surrogates and control characters."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def plain(text: str) -> Rich:
    """*text* as it is, escaped."""
    text = clean(text)
    return Rich(html.escape(text, quote=True), utf16_length(text))


def bold(text: str) -> Rich:
    """*text* in bold; nothing for nothing."""
    return _wrap("b", text)


def italic(text: str) -> Rich:
    """*text* in italics; nothing for nothing."""
    return _wrap("i", text)


def link(label: str, url: str) -> Rich:
    """*label* as a link to *url* if that is a web address, else *label* alone."""
    shown = plain(label)
    if not shown or not web(url):
        return shown
    return Rich(f'<a href="{html.escape(clean(url), quote=True)}">{shown.html}</a>', shown.units)


def web(url: str) -> bool:
    """True for an address that Telegram takes behind a button or a word: http or https, with a full host name."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and parts.port != 0
    except ValueError:
        return False
    return fine and not any(character.isspace() for character in url) and clean(url) == url


def visible(shown: Rich) -> bool:
    """True when a reader sees anything: Telegram refuses messages of blanks."""
    return bool(html.unescape(_TAG.sub("", shown.html)).strip())


def shorten(text: str, limit: int) -> str:
    """*text* in at most *limit* units, ended with "…" behind a whole word (a word longer than that is cut)."""
    if utf16_length(text) <= limit:
        return text
    kept = next(_pieces(text, limit - 1), "")
    return kept.rstrip(" ,;:.-–—\n") + ELLIPSIS


def pieces(text: str, limit: int) -> list[str]:
    """*text* in parts of at most *limit* units, broken between paragraphs, else lines, else words."""
    return [part for part in _pieces(text, limit) if part.strip()]


def _pieces(text: str, limit: int) -> Iterator[str]:
    while utf16_length(text) > limit:
        end = _longest(text, limit)
        breaks = (text.rfind(mark, 0, end + 1) for mark in ("\n\n", "\n", " "))
        at = next((place for place in breaks if place > end // 3), 0) or max(text.rfind(" ", 0, end + 1), 0) or end
        yield text[:at].rstrip()
        text = text[at:].lstrip()
    yield text


def _longest(text: str, limit: int) -> int:
    """How many characters of *text* fit into *limit* units."""
    end = min(limit, len(text))
    while utf16_length(text[:end]) > limit:
        end -= max(1, (utf16_length(text[:end]) - limit) // 2)
    return end


def stack(blocks: Sequence[Block]) -> Rich:
    """*blocks* under one another with an empty line between."""
    runs = groupby((block for block in blocks if any(block.lines)), key=lambda block: block.folds)
    return _join((_stack_run(run, folds=folds) for folds, run in runs), "\n\n")


def _stack_run(blocks: Iterable[Block], *, folds: bool) -> Rich:
    shown = _join((_join(block.lines, "\n") for block in blocks), "\n\n")
    return Rich(f"<blockquote expandable>{shown.html}</blockquote>", shown.units) if folds else shown


def condense(blocks: Sequence[Block], limit: int, *, more: Rich) -> Rich | None:
    """As many of *blocks* as fit, the weightiest left out, *more* at the end if any was; None if none of it fits."""
    whole = stack(blocks)
    if whole.units <= limit:
        return whole
    kept = list(blocks)
    while heavy := max((block.weight for block in kept), default=0):
        kept.remove(next(block for block in reversed(kept) if block.weight == heavy))
        shown = stack([*kept, Block((more,))])
        if shown.units <= limit:
            return shown
    return None


def paginate(blocks: Sequence[Block], limit: int) -> list[Rich]:
    """All of *blocks* in as many messages as it takes; only lines longer than *limit* would be lost, so have none."""
    pages: list[Rich] = []
    for block in blocks:
        for number, line in enumerate(line for line in block.lines if line):
            gap = Rich("\n\n", 2) if number == 0 else Rich("\n", 1)
            if pages and pages[-1].units + gap.units + line.units <= limit:
                pages[-1] = pages[-1] + gap + line
            else:
                pages.append(line)
    return pages


def _wrap(tag: str, text: str) -> Rich:
    inner = plain(text)
    return Rich(f"<{tag}>{inner.html}</{tag}>", inner.units) if inner else inner


def _join(parts: Iterable[Rich], between: str) -> Rich:
    kept = [part for part in parts if part]
    units = sum(part.units for part in kept) + len(between) * max(0, len(kept) - 1)
    return Rich(between.join(part.html for part in kept), units)
