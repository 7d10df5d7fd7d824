"""How our own codes look: an invitation's or a sign-in's, which lets somebody in, and an inquiry's number."""

import re
import secrets

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
INVITATION, INQUIRY, BOOTH = 12, 8, 8
LINK_SECONDS = 600.0
"""For how long a one-time link opens the officers' board."""
_SPACES = re.compile(r"[\s.\-–]+")
_INVITATION = re.compile(
    r"(?:(?:ma|mã|code|invitation)\b[^:=]{0,20}[:=]?\s*|\S*[?&]j=|\S*start=j_|/?join\s+|j_)?[\"'“(]?"
    rf"((?:[{LETTERS}][\s.\-–]?){{{INVITATION}}})[\"'”).]?",
    re.IGNORECASE,
)
_BOOTH = re.compile(
    rf"(?:b[\s:_]+|gian\s+|booth\s+|https?://\S+/b/|\S*[?&]start=b_)([{LETTERS}]{{{BOOTH}}})", re.IGNORECASE
)
_INQUIRY = re.compile(rf"#\s?([{LETTERS}]{{{INQUIRY}}})", re.IGNORECASE)


def new_code() -> str:
    """A code of 60 random bits in letters and digits that are not mistaken for each other."""
    return "".join(secrets.choice(LETTERS) for _ in range(INVITATION))


def invitation_in(words: str) -> str:
    """The invitation that *words* are, typed or pasted alone or with its label or link; "" when they are none."""
    found = _INVITATION.fullmatch(words.strip())
    return _SPACES.sub("", found[1]).upper() if found else ""


def booth_in(words: str) -> str:
    """The booth that *words* are: its code after a "b", or the link of its QR code; "" when they are none."""
    found = _BOOTH.fullmatch(words.strip())
    return found[1].upper() if found else ""


def inquiry_in(words: str) -> str:
    """The inquiry's number that *words* are, written as we write it ("#5M2YJKXR"); "" when they are none."""
    found = _INQUIRY.fullmatch(words.strip())
    return found[1].upper() if found else ""


def is_own(code: str) -> bool:
    """True for what looks like a code of ours, with or without blanks."""
    squeezed = _SPACES.sub("", code.removeprefix("#")).upper()
    return len(squeezed) in {INVITATION, INQUIRY} and set(squeezed) <= set(LETTERS)


def format_code(code: str) -> str:
    """A one-time code as it is read out and typed: ABCD-EFGH-JKLM."""
    return "-".join(re.findall(".{1,4}", code))


def sign_in_link(code: str, base: str) -> str:
    """The link that opens the officers' board at *base* with this code."""
    return f"{base}/board/sign-in/{code}"
