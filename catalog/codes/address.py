"""A web address taken apart as a browser would, with everything noted that an honest label does not have."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote, unquote_plus

from catalog.codes import printable

LONGEST_KEY = 512
LONGEST_RAW = 2_048
_SCHEME = re.compile(r"(https?)\s*:", re.IGNORECASE | re.ASCII)
_PORT = re.compile(r":([0-9]*)\Z")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
_IP = re.compile(r"(?:0x[0-9a-f]+|[0-9]+)(?:\.(?:0x[0-9a-f]+|[0-9]+)){0,3}|\[.*\]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_KEPT = "%!$&'()*+,;=:@/?~-._[]|{}^`\"<>\\"
_DOTS = str.maketrans("。．｡", "...")
_TRACKING = re.compile(
    r"(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|ttclid|yclid|zarsrc|igsh|igshid|mibextid|_gl|_ga)\Z",
    re.IGNORECASE,
)
# The endings under which a name without scheme or path is taken for a host.
_ENDINGS = frozenset(
    {
        "vn",
        "com",
        "net",
        "org",
        "info",
        "biz",
        "io",
        "me",
        "co",
        "to",
        "app",
        "asia",
        "shop",
        "store",
        "xyz",
        "online",
        "site",
        "top",
        "gov",
        "edu",
        "club",
        "link",
        "page",
        "pro",
        "tv",
        "cc",
        "ly",
        "gl",
        "gd",
        "ee",
        "be",
        "la",
        "us",
        "uk",
        "cn",
        "jp",
        "kr",
        "th",
        "sg",
        "my",
        "eu",
        "de",
        "fr",
        "dev",
        "ai",
    }
)


class Flaw(StrEnum):
    """What an honest printed address does not have."""

    HTTP = "http"
    USERINFO = "userinfo"
    PORT = "port"
    BACKSLASH = "backslash"
    PERCENT = "percent_in_host"
    FULL_WIDTH = "full_width"
    NON_ASCII = "non_ascii_host"
    PUNYCODE = "punycode"
    TRAILING_DOT = "trailing_dot"
    HIDDEN = "hidden_characters"
    MALFORMED = "malformed"
    IP = "ip_address"


HARD = frozenset(
    {
        Flaw.USERINFO,
        Flaw.BACKSLASH,
        Flaw.PERCENT,
        Flaw.FULL_WIDTH,
        Flaw.TRAILING_DOT,
        Flaw.HIDDEN,
        Flaw.MALFORMED,
    }
)


@dataclass(frozen=True, slots=True)
class WebAddress:
    """One http or https address; *host* is lower-case ASCII, *port* None when it is the scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str
    user: str = ""
    letters: str = ""
    flaws: frozenset[Flaw] = frozenset()

    @property
    def netloc(self) -> str:
        """Host, and the port where it is not the default."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def trusted(self) -> bool:
        """True when nothing in it misleads about its host."""
        return not self.flaws & HARD

    @property
    def key(self) -> str:
        """``host/path?query``, the same for http and https, without tracking.

        Empty when the address misleads, is endless, or would not be taken for an address without its scheme.
        """
        if not self.trusted or len(self.path) + len(self.query) + len(self.fragment) > LONGEST_RAW:
            return ""
        query = "&".join(part for part in self.query.split("&") if part and not _is_tracking(part))
        key = self.netloc + _normal(self.path).rstrip("/")
        key += f"?{_normal(query)}" if query else ""
        key += f"#{_normal(self.fragment)}" if self.fragment else ""
        key += "" if _is_bare_host(key) else "/"
        return key if len(key) <= LONGEST_KEY and _is_bare_host(key) else ""

    @property
    def segments(self) -> list[str]:
        """The parts of the path, decoded."""
        return [unquote(part, errors="replace") for part in self.path[:LONGEST_RAW].split("/")[:60] if part]

    def parameters(self) -> Iterator[tuple[str, str]]:
        """Name and value of each query part, decoded."""
        for part in self.query[:LONGEST_RAW].split("&")[:60]:
            name, _, value = part.partition("=")
            yield unquote_plus(name, errors="replace"), unquote_plus(value, errors="replace")


def parse(text: str) -> WebAddress | None:
    """Read the address at the start of *text*, up to the first space; without a scheme only when it is all there is."""
    if scheme := _SCHEME.match(text):
        return _parts(text[scheme.end() :].lstrip(" "), scheme=scheme[1].lower())
    single = len(text.split(maxsplit=1)) == 1
    return _parts("//" + text.strip(), scheme="") if single and _is_bare_host(text.strip()) else None


def _is_bare_host(text: str) -> bool:
    """True for ``check.bacninh.gov.vn/abc`` and the like, printed without its scheme."""
    authority = re.split(r"[/\\?#]", text, maxsplit=1)[0]
    name = _PORT.sub("", authority).rstrip(".")
    ending = name.rpartition(".")[2].lower()
    if "@" in authority or len(name) > 253 or ".." in name or name.startswith(".") or ending == name.lower():
        return False
    if ending in _ENDINGS or name.lower().startswith("www."):
        return True
    return len(text) > len(authority) and 2 <= len(ending) <= 24 and ending.isascii() and ending.isalpha()


def _parts(rest: str, *, scheme: str) -> WebAddress | None:
    whole = rest.split(maxsplit=1)[0] if rest.strip() else ""
    shown = printable.HIDDEN.sub("", whole)
    flaws = {Flaw.HIDDEN} if shown != whole else set()
    after = shown.lstrip("/\\")
    slashes = shown[: len(shown) - len(after)]
    flaws |= {Flaw.BACKSLASH} if "\\" in slashes else set()
    flaws |= {Flaw.MALFORMED} if len(slashes) != 2 else set()
    authority = re.split(r"[/\\?#]", after, maxsplit=1)[0]
    tail = after[len(authority) :]
    flaws |= {Flaw.BACKSLASH} if tail.startswith("\\") else set()
    user, at, host_port = authority.rpartition("@")
    flaws |= {Flaw.USERINFO} if at else set()
    letters, port = _port(host_port, scheme=scheme, flaws=flaws)
    host = _host(letters, flaws=flaws)
    if not host:
        return None
    flaws |= {Flaw.HTTP} if scheme == "http" else set()
    before, _, fragment = tail.partition("#")
    path, _, query = before.partition("?")
    return WebAddress(scheme, host, port, path, query, fragment, user, letters, frozenset(flaws))


def _port(host_port: str, *, scheme: str, flaws: set[Flaw]) -> tuple[str, int | None]:
    found = _PORT.search(host_port)
    if not found:
        return host_port, None
    name, digits = host_port[: found.start()], found[1]
    if len(digits) > 5 or int(digits or 0) > 65_535:
        flaws.add(Flaw.MALFORMED)
        return name, None
    if not digits or int(digits) == {"https": 443, "http": 80}.get(scheme):
        return name, None
    flaws.add(Flaw.PORT)
    return name, int(digits)


def _host(letters: str, *, flaws: set[Flaw]) -> str:
    """The host a browser would go to, in ASCII; what it had to mend is added to *flaws*."""
    name = letters[:1_000]
    if "%" in name:
        flaws.add(Flaw.PERCENT)
        name = unquote(name, errors="replace")
    if not name.isascii():
        name = _ascii(name, flaws=flaws)
    name = printable.HIDDEN.sub("", name.lower())
    if name.endswith("."):
        flaws.add(Flaw.TRAILING_DOT)
        name = name.rstrip(".")
    flaws |= {Flaw.PUNYCODE} if any(label.startswith("xn--") for label in name.split(".")) else set()
    flaws |= {Flaw.IP} if _IP.fullmatch(name) else set()
    flaws |= set() if _HOST.fullmatch(name) and len(name) <= 253 else {Flaw.MALFORMED}
    return name


def _ascii(name: str, *, flaws: set[Flaw]) -> str:
    folded = unicodedata.normalize("NFKC", name).translate(_DOTS).lower()
    if folded.isascii():
        flaws.add(Flaw.FULL_WIDTH)
        return folded
    flaws.add(Flaw.NON_ASCII)
    return ".".join(_label(label) for label in folded.split("."))


def _label(label: str) -> str:
    if label.isascii() or len(label) > 63:
        return label
    return "xn--" + label.encode("punycode", "replace").decode("ascii", "replace")


def _is_tracking(part: str) -> bool:
    return bool(_TRACKING.match(part.partition("=")[0]))


def _normal(part: str) -> str:
    """Decode what needs no escape, encode what does, and spell escapes in capitals."""
    return _ESCAPE.sub(_escape, quote(part, safe=_KEPT, errors="replace"))


def _escape(found: re.Match[str]) -> str:
    letter = chr(int(found[1], 16))
    return letter if _UNRESERVED.fullmatch(letter) else found[0].upper()
