"""A walk through every page of the board that an officer can get to, by its links and by its forms that only look."""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from aiohttp import web

from bot.board import BoardPage
from tests.board import BoardTown, OfficerBrowser

_SENT_BY = {"input", "select", "textarea", "button"}
_MOST_OF_A_KIND = 3
"""How many addresses of one page with the same names in their query are looked at."""


@dataclass
class SeenForm:
    """A form as it stands in a page; *fields* as a browser sends them when nobody fills anything in."""

    method: str
    action: str
    upload: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    """The fields that a person fills in or chooses."""


class _Reader(HTMLParser):
    """The links, forms and headings of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[SeenForm] = []
        self._open: SeenForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if (tag == "a" and "href" in told) or (tag == "img" and "src" in told):
            self.links.append(told.get("href") or told["src"])
        elif tag == "form":
            upload = told.get("enctype", "") == "multipart/form-data"
            self._open = SeenForm(told.get("method", "get").upper(), told.get("action", ""), upload)
            self.forms.append(self._open)
        elif self._open is not None and tag in _SENT_BY and told.get("name"):
            self._take(self._open, tag, told)
        elif tag == "option":
            self._choose(told)

    def _choose(self, told: Mapping[str, str]) -> None:
        """The first choice is what a browser sends, or that which is marked."""
        if self._open is not None and self._select and ("selected" in told or self._select not in self._open.fields):
            self._open.fields[self._select] = told.get("value", "")

    def _take(self, form: SeenForm, tag: str, told: Mapping[str, str]) -> None:
        name, kind = told["name"], told.get("type", "")
        self._select = name if tag == "select" else ""
        if kind != "hidden":
            form.written.add(name)
        if tag == "select" or (kind in {"checkbox", "radio"} and "checked" not in told and name in form.fields):
            return
        form.fields.setdefault(name, told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A page that was opened: where, which of the board's it is, and what stands in it."""

    url: str
    page: BoardPage
    html: bool
    text: str
    forms: tuple[SeenForm, ...]

    @property
    def kind(self) -> tuple[str, ...]:
        """The page and the names in its query."""
        return _kind(self.url, self.page)


def page_at(url: str, pages: tuple[BoardPage, ...], *, method: str = "GET") -> BoardPage | None:
    """The page of the board that answers at *url*; what stands fixed in an address comes before what is left open."""
    path = urlsplit(url).path
    fitting = [each for each in pages if each.method == method and _pattern(each.path).fullmatch(path)]
    return min(fitting, key=lambda each: each.path.count("{"), default=None)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in _parts(path)))


def _parts(path: str) -> list[str]:
    return re.split(r"(\{[^}]+\})", path)


def read_page(text: str) -> tuple[list[str], list[SeenForm]]:
    """The links and the forms of a page."""
    reader = _Reader()
    reader.feed(text)
    return reader.links, reader.forms


async def walk(town: BoardTown, browser: OfficerBrowser, *starts: str) -> list[SeenPage]:
    """Every page that *browser* gets to from *starts*, a few of each kind; nothing is changed on the way."""
    found: list[SeenPage] = []
    waiting, known, of_a_kind = deque(starts), set(starts), dict[tuple[str, ...], int]()
    while waiting:
        url = waiting.popleft()
        page = page_at(url, town.pages)
        kind = _kind(url, page)
        if page is None or of_a_kind.get(kind, 0) >= _MOST_OF_A_KIND:
            continue
        of_a_kind[kind] = of_a_kind.get(kind, 0) + 1
        seen = await _look(browser, url, page)
        found.append(seen)
        for each in _ways_on(seen):
            if each not in known:
                known.add(each)
                waiting.append(each)
    return found


async def _look(browser: OfficerBrowser, url: str, page: BoardPage) -> SeenPage:
    response = await browser.client.get(url, allow_redirects=False)
    body = await response.read()
    assert response.status == web.HTTPOk.status_code, (url, response.status)
    html = response.content_type == "text/html"
    browser.said = body.decode() if html else ""
    return SeenPage(url, page, html, browser.said, tuple(read_page(browser.said)[1]))


def _ways_on(seen: SeenPage) -> Iterator[str]:
    links, forms = read_page(seen.text)
    looking = [f"{each.action}?{urlencode(each.fields)}" for each in forms if each.method == "GET"]
    for link in (*links, *looking):
        url = urlsplit(urljoin(seen.url, link))
        if not url.netloc and url.path.startswith("/board") and "lang" not in dict(parse_qsl(url.query)):
            yield f"{url.path}?{url.query}" if url.query else url.path


def _kind(url: str, page: BoardPage | None) -> tuple[str, ...]:
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    path = urlsplit(url).path if page and page.path.endswith("/{list}") else page.path if page else ""
    return (path, *sorted(query))
