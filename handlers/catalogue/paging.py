"""A search that goes on: its pages, other ways to sort it, and its conditions taken back, each a button."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalog.search import Filters, Order, Validity
from catalog.search.offers import MOST_STARS
from catalog.search.query import tokens_of
from catalog.text import fold
from handlers.actions import Action, Verb
from handlers.context import Session
from handlers.messages import Choice, Page, Style


@dataclass(frozen=True, slots=True)
class Search:
    """What someone looks for, how the hits are sorted, and whether a list is wanted even if one hit stands out.

    A *group* chosen by its button is looked through whole. *but* is a product that it is not. A *wish* says what
    products are wanted for. *asked* is what was typed, where the query is its translation; it is not kept.
    """

    query: str
    order: Order = Order.BEST
    listed: bool = False
    group: str = ""
    but: str = ""
    wish: bool = False
    asked: str = field(default="", compare=False)

    @property
    def token(self) -> str:
        """A short name for this search, the same for everyone."""
        return hashlib.sha256(self.serialize().encode()).hexdigest()[:12]

    def serialize(self) -> str:
        """As it is kept."""
        more = [self.but, self.wish] if self.wish else [self.but] if self.but else []
        return json.dumps([self.query, str(self.order), self.listed, self.group, *more], ensure_ascii=False)

    @classmethod
    def read(cls, spelled: str) -> "Search":
        """Read back what spelled() wrote."""
        query, order, listed, group, *more = json.loads(spelled)
        wish = len(more) > 1 and more[1]
        return cls(query, Order(order), listed=listed, group=group, but=more[0] if more else "", wish=wish)


_Offer = tuple[Choice, Search]


def _offer(label: str, wanted: Search, page: int, *, style: Style = Style.PLAIN) -> _Offer:
    return Choice(label, Action(Verb.PAGE, f"{wanted.token} {page}"), style=style), wanted


def page_offers(search: Search, here: Page, session: Session) -> list[_Offer]:
    say = session.say
    turns = []
    if here.number > 1:
        turns.append(_offer(say("← Previous"), search, here.number - 1))
    if here.number < here.pages:
        turns.append(_offer(say("Next →"), search, here.number + 1))
    return turns


def sort_offers(search: Search, here: Page, filters: Filters, session: Session) -> list[_Offer]:
    if here.pages < 2:
        return []
    labels = {
        Order.BEST: session.say("Best match first"),
        Order.STARS: session.say("Most stars first"),
        Order.NEAR: session.say("Nearest first"),
    }
    shown = Order.NEAR if filters.near and search.order is Order.BEST else search.order
    others = [order for order in Order if order is not shown]
    return [_offer(labels[order], replace(search, order=order, listed=True), 1, style=Style.CHIP) for order in others]


def condition_offers(search: Search, filters: Filters, session: Session) -> list[_Offer]:
    """A button for each condition that was read out of the words; it looks again without those words."""
    read = _conditions(filters, search.query, session)
    wider = [(label, without(words, search.query)) for label, words in read]
    return [
        _offer(f"✕ {label}", replace(search, query=query, listed=True), 1, style=Style.CHIP)
        for label, query in wider
        if fold(query) and query != search.query and (len(read) > 1 or _tells(query))
    ]


def _conditions(filters: Filters, query: str, session: Session) -> list[tuple[str, str]]:
    """Each condition of *filters* in words, and the words of the *query* that ask for it."""
    named = (filters.place, filters.group, filters.producer)
    labelled = [(each.value, each.words) for each in named if each is not None]
    if filters.stars:
        labelled.append((_stars(filters, session), filters.star_words))
    if filters.valid:
        labelled.append((_standing(filters.valid, session), filters.valid_words))
    if filters.price:
        labelled.append((_as_typed(filters.price_words, query), filters.price_words))
    if filters.months:
        labelled.append((_as_typed(filters.month_words, query), filters.month_words))
    if filters.near:
        labelled.append((session.say("near you"), filters.near_words))
    return labelled


def _stars(filters: Filters, session: Session) -> str:
    """The stars that are wanted; as they were asked for where no product can have them."""
    if not filters.stars <= frozenset(range(1, MOST_STARS + 1)):
        return filters.star_words
    return " – ".join(session.say.count("{number} star", "{number} stars", star) for star in sorted(filters.stars))


def _tells(query: str) -> bool:
    """True when *query* says more than "what is there of it"."""
    return any(token.filling == 1 for token in tokens_of(query))


def _standing(wanted: frozenset[Validity], session: Session) -> str:
    """How a certificate is wanted to stand, in words."""
    if Validity.IN_FORCE in wanted:
        return session.say("still valid")
    if len(wanted) > 1:
        return session.say("not in force")
    return {
        Validity.ENDING: session.say("ending soon"),
        Validity.ANNULLED: session.say("annulled"),
        Validity.WITHDRAWN: session.say("withdrawn"),
    }.get(min(wanted), session.say("no longer valid"))


def without(words: str, query: str) -> str:
    """*query* with the first run of words that folds like *words* taken out."""
    asked = query.split()
    start, end = _run_like(words, asked)
    return " ".join(asked[:start] + asked[end:]) if end else query


def _as_typed(words: str, query: str) -> str:
    """*words* as they stand in *query*, with what is between them: "dưới 1,5 triệu"."""
    asked = query.split()
    start, end = _run_like(words, asked)
    return " ".join(asked[start:end]).strip(" ,.;:?!") or words


def _run_like(words: str, asked: Sequence[str]) -> tuple[int, int]:
    """The first run of *asked* that folds like *words*: where it starts and ends; nowhere is (0, 0)."""
    wanted = fold(words).split()
    for start in range(len(asked)):
        for end in range(start + 1, len(asked) + 1):
            if fold(" ".join(asked[start:end])).split() == wanted:
                return start, end
    return 0, 0
