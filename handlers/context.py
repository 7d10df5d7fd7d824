"""What every handler is given: store, search, reader of photos, clock; and what is kept of a conversation."""

import secrets
import time
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from catalog.authorities import Authority, find_authority
from catalog.barcode import Reading
from catalog.codes import Surroundings
from catalog.inquiry import Address
from catalog.model import Product
from catalog.places import Places
from catalog.programme import CountedProduct, PlacedProduct
from catalog.sale_points import SalePoints
from catalog.search import Filters, Found, Index, Order
from catalog.store import Store
from handlers.actions import Action
from handlers.limits import Allowance, per_line
from handlers.messages import Card
from handlers.phrases import Speech, speech
from handlers.thread import SpokenThread

_MOST, _PAGE = 2048, 5
Result = TypeVar("Result")


def _secret() -> str:
    return secrets.token_urlsafe(24)


class PhotoReader(Protocol):
    """Who looks at photos."""

    async def read(self, image: bytes) -> Reading:
        """The codes in *image*. Raises catalog.errors.BadImage."""

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> Any:
        """Run another reading *job* ("module:function") on *image* where a crash harms nobody."""


class VoiceReader(Protocol):
    """Who listens to voice messages."""

    async def hear(self, audio: bytes) -> str:
        """The words that are spoken in *audio*. Raises catalog.errors.BadVoice."""


class _Lately:
    """Caches that live as long as one search index: what many people ask is worked out once.

    The index is swapped within a second of any change of the catalogue, and this goes with it.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.find = lru_cache(maxsize=_MOST)(index.find)
        self.products: dict[str, Product] = {}
        self.kept: dict[str, None] = {}
        self.cards: dict[tuple[str, Hashable], tuple[Product, Card]] = {}

    def make_room(self) -> None:
        """Evict the oldest entries of caches that are too large."""
        _shorten(self.products)
        _shorten(self.kept)
        _shorten(self.cards)


def _shorten(remembered: dict[Any, Any]) -> None:
    while len(remembered) > _MOST:
        del remembered[next(iter(remembered))]


@dataclass(slots=True)
class KeptProgramme:
    """The products with their places at one revision of the catalogue.

    *counted* is how they count on the days asked for, each with the revision at which that was counted.
    """

    revision: int = -1
    placed: Sequence[PlacedProduct] = ()
    counted: dict[tuple[date, date], tuple[int, Sequence[CountedProduct]]] = field(default_factory=dict)


@dataclass(slots=True)
class KeptHabits:
    """Within how many seconds producers (by id) usually answer, where that may be told, as worked out for a *slot*."""

    slot: float | None = None
    usual: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class KeptSales:
    """The points of sale as they were read for a *slot* of some seconds."""

    slot: float | None = None
    points: SalePoints = field(default_factory=SalePoints)


@dataclass(frozen=True, slots=True)
class Context:
    """The catalogue, the reader of photos, today's date and our own addresses.

    *index* gives the search as it stands now; it is swapped whole when the catalogue changes. *email_channel* is the
    channel whose addresses are e-mail addresses; "" if there is none. *channel_titles* are what people call channels,
    where they have a name. *reads_words* is False where *reader* can read codes only, not the words on a label. Without
    *ears* nobody listens to voice messages. Without *has_ratings* buyers give no points. *windows* says for how many
    seconds after somebody's last word a channel lets us speak to them: None is always, 0 is when they come again.
    """

    store: Store
    index: Callable[[], Index]
    reader: PhotoReader
    places: Places
    today: Callable[[], date]
    ours: Surroundings = field(default_factory=Surroundings)
    public_url: str = ""
    now: Callable[[], float] = time.time
    secret: Callable[[], str] = _secret
    officers: tuple[Address, ...] = ()
    authorities: tuple[Authority, ...] = ()
    email_channel: str = ""
    reads_words: bool = True
    ears: VoiceReader | None = None
    channel_titles: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    windows: Mapping[str, float | None] = field(default_factory=dict)
    has_ratings: bool = True
    habits: KeptHabits = field(default_factory=KeptHabits, repr=False, compare=False)
    sales: KeptSales = field(default_factory=KeptSales, repr=False, compare=False)
    programme: KeptProgramme = field(default_factory=KeptProgramme, repr=False, compare=False)
    lines: Allowance = field(default_factory=per_line, repr=False, compare=False)
    _lately: list[_Lately] = field(default_factory=list, repr=False, compare=False)
    _worked_out: dict[str, tuple[Hashable, Any]] = field(default_factory=dict, repr=False, compare=False)

    def mailbox_of(self, product: Product | None) -> Address | None:
        """Where e-mail reaches the producer of *product*; None if it does not."""
        email = product.producer.email if product else ""
        return Address(self.email_channel, email) if email and self.email_channel else None

    def authority_for(self, matter: str, product: Product | None) -> Authority | None:
        """Whom a complaint of this *matter* about *product* concerns and e-mail reaches; None if there is nobody."""
        if not self.email_channel:
            return None
        return find_authority(self.authorities, matter, product.group if product else "")

    def is_mailbox(self, to: Address) -> bool:
        """True if *to* is an e-mail address: it shows no buttons, and its answers come by a link."""
        return bool(to.channel) and to.channel == self.email_channel

    def find(
        self,
        query: str,
        *,
        limit: int,
        offset: int = 0,
        filters: Filters | None = None,
        order: Order = Order.BEST,
        here: tuple[float, float] | None = None,
        but: str = "",
    ) -> Found:
        """Index.find as of today, remembered until the catalogue changes; fewer hits are some of those for a page."""
        most = limit if offset else max(limit, _PAGE)
        found: Found = self._recent().find(
            query, limit=most, offset=offset, filters=filters, order=order, here=here, today=self.today(), but=but
        )
        return found if limit >= len(found.hits) else replace(found, hits=found.hits[:limit])

    async def products(self, ids: Iterable[str]) -> list[Product]:
        """The products with these ids, in that order, as they were a second ago at most. Raises StoreError."""
        wanted = list(dict.fromkeys(ids))
        lately = self._recent()
        missing = [each for each in wanted if each not in lately.products]
        fresh = {product.id: product for product in await self.store.products(missing)} if missing else {}
        lately.products |= fresh
        found = [lately.products[each] for each in wanted if each in lately.products]
        lately.make_room()
        return found

    def card(self, product: Product, key: Hashable, make: Callable[[], Card]) -> Card:
        """What *make* draws of *product*, remembered under *key* while this very product is."""
        lately = self._recent()
        of, card = lately.cards.get((product.id, key), (None, None))
        if card is None or of is not product:
            card = make()
            lately.cards[product.id, key] = (product, card)
            lately.make_room()
        return card

    async def worked_out(self, name: str, version: Hashable, work: Callable[[], Awaitable[Result]]) -> Result:
        """What *work* gave under *name* for this *version*; only that of the last version is remembered."""
        known, result = self._worked_out.get(name, (None, None))
        if known != version:
            result = await work()
            self._worked_out[name] = (version, result)
        return result  # type: ignore[no-any-return]  # what work gave

    async def keep_search(self, token: str, search: str) -> None:
        """Keep a search so that its pages can be turned later; written once in a while. Raises StoreError."""
        lately = self._recent()
        if token not in lately.kept:
            await self.store.memory.keep_search(token, search)
            lately.kept[token] = None
            lately.make_room()

    def _recent(self) -> _Lately:
        index = self.index()
        if not self._lately or self._lately[0].index is not index:
            self._lately[:] = [_Lately(index)]
        return self._lately[0]


DRAFT_LIFE = 3600.0
"""For so many seconds the next words belong to what is begun, and a yes to the question that was asked."""


class DraftStep(StrEnum):
    """What the next words of somebody who has begun something are."""

    ASK = "ask"
    CONFIRM = "confirm"
    PHONE = "phone"
    UNSENT = "unsent"
    FOLLOW_UP = "follow_up"
    REPLY = "reply"
    CONFIRM_REPLY = "confirm_reply"
    FIX = "fix"
    CANNED = "canned"
    SOURCE = "source"
    SUPPLY = "supply"
    RECALL = "recall"
    UPDATE = "update"
    SCORE = "score"
    SCORE_ANSWER = "score_answer"


@dataclass(frozen=True, slots=True)
class Draft:
    """Something begun and not yet sent. *about* is the ref of a product or of an inquiry.

    *chosen* says that a button told the *matter*, also that it is none; else it is read from the words.
    """

    step: DraftStep
    about: str
    kind: str = ""
    text: str = ""
    phone: str = ""
    begun_at: float = 0.0
    matter: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """What we remember of one conversation: the language chosen, what was offered and said last, a place, a draft.

    *heard* says that the language was not chosen, but told by what they wrote. *then* is the action that goes on once
    what was asked for (a location) has come. *who* is whose conversation it is while it is answered; that is kept
    beside the rest, not in it. *sure_until* is until when a yes answers the question asked last, 0 where none does;
    *asked_by* is the number of the notice that asked it, *asked* how it begins where an answer of ours did.
    *onwards* is the next page of what was shown last.
    """

    language: str = ""
    offered: tuple[str, ...] = ()
    here: tuple[float, float] | None = None
    draft: Draft | None = None
    wrong_codes: int = 0
    wrong_code_at: float = 0.0
    then: str = ""
    thread: SpokenThread = field(default_factory=SpokenThread)
    who: Address | None = None
    heard: bool = False
    sure_until: float = 0.0
    asked_by: int = 0
    onwards: str = ""
    asked: str = ""

    def offering(
        self, actions: Sequence[Action], *, sure_until: float, asked_by: int = 0, onwards: str = "", asked: str = ""
    ) -> "Session":
        """The same, with what "1", "2", "3" now mean, and until when a yes answers what was asked with them."""
        offered = tuple(str(action) for action in actions)
        return replace(self, offered=offered, sure_until=sure_until, asked_by=asked_by, onwards=onwards, asked=asked)

    def fresh_draft(self, now: float) -> Draft | None:
        """What is begun, while its next words are still awaited."""
        return self.draft if self.draft is not None and now - self.draft.begun_at < DRAFT_LIFE else None

    @property
    def say(self) -> Speech:
        """Speak the language this person reads."""
        return speech(self.language)
