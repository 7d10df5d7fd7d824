"""What a page of the board is: where it is, which act it needs, what answers; a page without an act cannot be made."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import BodyPartReader, MultipartReader, web

from bot.http.forms import MALFORMED
from catalog.errors import NotFound
from catalog.officers import Act
from handlers.board.desk import Desk
from handlers.context import Context
from handlers.phrases import Speech

ROOT = "/board"
FORM_BYTES = 64 * 1024
FORM_FIELD = "form"
"""The hidden field, the first of every form, by which we know that the form is ours."""


@dataclass(frozen=True, slots=True)
class BoardVisit:
    """One request of an officer who may do the page's act somewhere. *form* is what was posted, if anything was.

    *parts* are what follows of a posted file, part by part, where the page takes uploads.
    """

    desk: Desk
    request: web.Request
    form: Mapping[str, str] = field(default_factory=dict)
    parts: MultipartReader | None = None

    @property
    def say(self) -> Speech:
        """The officer's language."""
        return self.desk.say

    @property
    def context(self) -> Context:
        """The catalogue and all else that handlers are given."""
        return self.desk.context

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the address."""
        return self.request.query

    def said(self, words: Mapping[str, str]) -> str:
        """What is said of what was *done* on the page from which the officer comes; "" for nothing."""
        return words.get(self.query.get("done", ""), "")

    @property
    def page(self) -> int:
        """Which page of a list is asked for, the first being 0."""
        asked = self.query.get("page", "")
        return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 0

    def number(self, name: str) -> int:
        """The number that stands in the address as {name}. Raises NotFound where there is none."""
        text = self.request.match_info[name]
        if not (text.isascii() and text.isdecimal() and len(text) < 19):
            raise NotFound
        return int(text)


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page shows: a template of bot/board/templates with its values; *said* and *wrong* stand above it."""

    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""
    wrong: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """After a form: go and see *to*, so that loading again sends nothing again."""

    to: str


async def carry_out(
    work: Awaitable[object], refusal: type[Exception], show: Callable[..., Awaitable[Screen]], *, done: str
) -> Screen | Redirect:
    """Do the *work* and go to *done*; where a *refusal* says what is wrong, *show* the page again with that."""
    try:
        await work
    except refusal as error:
        return await show(wrong=str(error))
    return Redirect(done)


Answer = Callable[[BoardVisit], Awaitable[Screen | Redirect | web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page or a form. *menu* says what it is called in the navigation, which shows it to those who may do *act*."""

    method: str
    path: str
    act: Act
    answer: Answer
    menu: Callable[[Speech], str] | None = None
    most: int = FORM_BYTES
    uploads: bool = False
    own: bool = False
    """Whether it stands behind the officer's name instead of in the navigation."""
    before_passkey: bool = False
    """Whether it opens before a passkey was shown, where the settings require one."""

    def __post_init__(self) -> None:
        """Refuse at once what would be open to anybody, or to nobody."""
        if not isinstance(self.act, Act):
            raise TypeError(f"{self.path} declares no act")
        if self.path != ROOT and not self.path.startswith(f"{ROOT}/"):
            raise ValueError(f"{self.path} is not below {ROOT}")

    @classmethod
    def get(
        cls,
        path: str,
        act: Act,
        answer: Answer,
        *,
        menu: Callable[[Speech], str] | None = None,
        own: bool = False,
        before_passkey: bool = False,
    ) -> Self:
        """A page to read; it changes nothing."""
        return cls("GET", path, act, answer, menu, own=own, before_passkey=before_passkey)

    @classmethod
    def post(cls, path: str, act: Act, answer: Answer, *, most: int = FORM_BYTES, before_passkey: bool = False) -> Self:
        """A form of at most *most* bytes, in which our hidden field stands."""
        return cls("POST", path, act, answer, most=most, before_passkey=before_passkey)

    @classmethod
    def upload(cls, path: str, act: Act, answer: Answer) -> Self:
        """A form with files, sent as multipart: the page reads visit.parts by itself, and limits what it takes."""
        return cls("POST", path, act, answer, uploads=True)


async def first_field(parts: MultipartReader) -> str:
    """The hidden field of a form with files, which stands before all else; "" where it does not."""
    try:
        part = await parts.next()
        if not isinstance(part, BodyPartReader) or part.name != FORM_FIELD:
            return ""
        return (await part.read_chunk(256)).decode(errors="replace")
    except MALFORMED:
        return ""
