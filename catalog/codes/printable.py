"""Text from strangers, made printable: nothing invisible, nothing endless, no link that lights up."""

import re
import unicodedata

LONGEST = 8_000
# C0 and C1 controls, soft hyphen, zero-width and bidi controls, byte-order marks, tags, surrogates, private use,
# non-characters: all that changes how text looks or sorts without being seen. Line feeds are dealt with apart.
HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U0010ffff]",
)
_ENDS = "".join(
    chr(code) for code in (*range(0x1D), 0x1E, 0x1F, 0x20, 0x7F, 0xA0, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF)
)


def trim(text: str) -> str:
    """Drop what cannot be seen at both ends, save the FNC1 of GS1, and everything beyond the largest code."""
    return text[:LONGEST].strip(_ENDS)


def line(text: str, *, limit: int = 120) -> str:
    """Put *text* on one line of at most *limit* characters, without anything invisible."""
    words = HIDDEN.sub("", " ".join(text[: limit * 8].split()))
    composed = unicodedata.normalize("NFC", " ".join(words.split()))
    return composed if len(composed) <= limit else composed[: limit - 1].rstrip() + "…"


def visible(text: str) -> str:
    """Drop what cannot be seen from *text*, keeping its lines."""
    return HIDDEN.sub("", text.replace("\r\n", "\n").replace("\t", " "))


def host(name: str) -> str:
    """Print a stranger's host so that no chat turns it into a link; of a long one the telling end is kept."""
    seen = name if len(name) <= 60 else "…" + name[-59:]
    return seen.replace(".", "[.]")
