"""The vocabulary: what people send us and what we say, as frozen values that no channel owns."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from catalog.model import LookUp
from catalog.passport import Standing
from handlers.actions import Action

# What comes in ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in a channel. *address* is that channel's name for them and means nothing in another."""

    channel: str
    address: str
    language: str = "vi"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words someone typed, as typed."""

    body: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture. *image* is empty until the channel has fetched what *handle* names there."""

    image: bytes = field(default=b"", repr=False)
    handle: str = ""
    caption: str = ""
    as_file: bool = False


@dataclass(frozen=True, slots=True)
class Album:
    """Several photos sent as one set, answered once."""

    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message of so many *seconds* (0 where the channel does not tell).

    *audio* is empty until the channel has fetched what *handle* names there; it is never kept.
    """

    audio: bytes = field(default=b"", repr=False)
    handle: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Tap:
    """A button was pressed, a command was given, or a link was opened."""

    action: Action


@dataclass(frozen=True, slots=True)
class Location:
    """A place someone shared, in degrees (WGS 84)."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone number someone shared. *own* is True only if the channel vouches that it is the sender's."""

    phone: str
    own: bool


@dataclass(frozen=True, slots=True)
class Strange:
    """Something we cannot take (a sticker, a film, a file); *kind* in one English word."""

    kind: str


Content = Text | Photo | Album | Voice | Tap | Location | Contact | Strange


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of one person.

    *ref* is the channel's own id of it, the same at every redelivery. *thread* says in the channel's own words
    where its answer belongs (a chat, the message that was tapped); nobody else reads it. *replies_to* is the
    channel's id of the message of ours that the person replied to, as Channel.deliver gave it, or "". *quoted* is how
    that message begins, where the channel tells: a copy whose id we never learned still names its inquiry. *line* is a
    mark of the network address that it came from, where the channel knows one, for limits; it is never kept.
    In *public* others read what is answered.
    """

    person: Person
    content: Content
    ref: str
    thread: str = ""
    replies_to: str = ""
    quoted: str = ""
    line: str = ""
    public: bool = False
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


# What goes out ---------------------------------------------------------------------------------------------------


class Want(StrEnum):
    """What we ask the person to give next."""

    PHOTO = "photo"
    LOCATION = "location"
    CONTACT = "contact"
    TEXT = "text"


class Style(StrEnum):
    """How a choice looks where there is more than one look."""

    PLAIN = "plain"
    MAIN = "main"
    CHIP = "chip"
    UNFOLD = "unfold"
    """Shows what a card folds; only for a channel that cannot fold by itself."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: it acts here, or it opens *url* (https:, tel:, mailto:) when there is one."""

    label: str
    action: Action | None = None
    url: str = ""
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Link:
    """Something to touch inside a fact: ``tel:``, ``https:`` or ``mailto:``."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a card. *sources* counts from 1 into the card's own list; *known* False is drawn as unknown."""

    label: str
    value: str
    links: tuple[Link, ...] = ()
    sources: tuple[int, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """Facts that belong together, under a heading that may be empty; one that *folds* opens when it is touched."""

    heading: str
    facts: tuple[Fact, ...]
    folds: bool = False


@dataclass(frozen=True, slots=True)
class SourceLine:
    """Where facts come from: the source in words, its link if it has one, and its date as shown."""

    text: str
    url: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A product as it is shown. A short card (in a list) has no sections.

    *verdict* is the one line that matters ("Còn hiệu lực đến …"); *standing* lets a channel colour it. *product* is
    the id of the product whose whole passport it is, "" on a short card. *look_up* is by which code it was found.
    """

    title: str
    product: str = ""
    subtitle: str = ""
    stars: int | None = None
    standing: Standing = Standing.NONE
    verdict: str = ""
    sections: tuple[Section, ...] = ()
    sources: tuple[SourceLine, ...] = ()
    note: str = ""
    picture: str = ""
    url: str = ""
    choices: tuple[Choice, ...] = ()
    look_up: LookUp | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a longer list this is, counted from 1."""

    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What we say. *text* stands alone if nothing else can be drawn; *warnings* are said first and loudly.

    *then* is what goes on once the person has given what it *wants*. *erased* says that nothing is kept about them any
    more, so that whatever their own device keeps may go too. *silent* says that nothing need be said: only a channel
    that must answer says it, and what comes with choices is said everywhere.
    """

    text: str = ""
    cards: tuple[Card, ...] = ()
    choices: tuple[Choice, ...] = ()
    wants: Want | None = None
    page: Page | None = None
    warnings: tuple[str, ...] = ()
    language: str = "vi"
    then: Action | None = None
    erased: bool = False
    silent: bool = False
