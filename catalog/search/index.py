"""The index: built whole, then only read, so that it can be swapped and shared between threads."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np

from catalog.search import rank
from catalog.search.autocomplete import Completer
from catalog.search.chitchat import elsewhere, small_talk
from catalog.search.columns import SearchColumns
from catalog.search.engine import EXPLAINED_BY_NAME, NONE, Ranked, SearchEngine
from catalog.search.entry_columns import EntryColumns, read_entries
from catalog.search.filters import Asked, FilterReader
from catalog.search.model import Band, Entry, Filters, Found, Hit, Order, Unknown
from catalog.search.offers import ANY_MONTH, ANY_PRICE
from catalog.search.packed import Flags, Ints
from catalog.search.query import Token, cores, tokens_of
from catalog.search.selection import Sorting, arrange, distances, meeting
from catalog.search.spelling import KnownWords
from catalog.text import fold

NEAREST_NAMES = 3
_SURENESS = {Band.NOTHING: 0, Band.SUGGEST: 1, Band.ANSWER: 2}


@dataclass(frozen=True, slots=True)
class _Page:
    """Which part of the hits is shown, and how they are sorted."""

    limit: int
    offset: int
    sorting: Sorting
    but: str


class Index:
    """Finds products by name; build it with `Index.build`."""

    def __init__(
        self, catalogue: SearchColumns, *, known: KnownWords | None = None, reader: FilterReader | None = None
    ) -> None:
        """*known* words and the *reader* are an earlier index's; they are used where nothing of theirs changed."""
        self._catalogue = catalogue
        self._looker = SearchEngine(catalogue, known=known)
        self._reader = reader if reader and reader.knows(catalogue) else FilterReader(catalogue)
        self._completer = Completer(catalogue, self._looker)

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Self:
        """Read *entries* once and index their names, aliases, producers, places and groups."""
        return cls(SearchColumns(read_entries(entries)))

    def change(self, changed: Iterable[Entry]) -> "Index":
        """Another index, the same as one built of all entries with those *changed* and new.

        Changed entries keep their places, new ones come behind all others. This one stays as it is.
        """
        return Index(self._catalogue.change(changed), known=self._looker.known, reader=self._reader)

    @classmethod
    def of_columns(cls, columns: EntryColumns) -> Self:
        """Index what was read before."""
        return cls(SearchColumns(columns))

    @property
    def columns(self) -> EntryColumns:
        """What was read; all else follows from it."""
        return self._catalogue.read

    def __len__(self) -> int:
        return len(self._catalogue)

    def find(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        filters: Filters | None = None,
        order: Order = Order.BEST,
        here: tuple[float, float] | None = None,
        today: date | None = None,
        but: str = "",
    ) -> Found:
        """The products that *query* may mean, best first; never raises, whatever *query* holds.

        Filters are read from the words of *query*, unless they are given: then *query* is looked up as it stands.
        Certificates are in force or not as of *today*; where no day is given, nothing is known of them. The product
        *but* is left out.
        """
        tokens = tokens_of(query)
        page = _Page(max(limit, 0), max(offset, 0), Sorting(order, here, today), but)
        if filters:
            return self._find_filtered(tokens, filters, page=page) or Found(Band.NOTHING, filters=filters, rest=query)
        ranked = self._without(page.but, self._looker.rank(tokens))
        if filters is None and not ranked.named:
            said = self._find_conditions(tokens, ranked, page=page)
            if said is not None:
                return said
        found = self._looked_up(tokens, ranked, page=page, rest=query)
        return found if filters is not None else self._surest(tokens, found, page=page)

    def complete(self, prefix: str, *, limit: int = 8) -> tuple[Hit, ...]:
        """Products whose name holds the words of *prefix*, the last one begun; from the second letter on."""
        entries, scores = self._completer.complete(prefix, limit=limit)
        return tuple(self._hit(*pair) for pair in zip(entries.tolist(), scores.tolist(), strict=True))

    def maker(self, name: str) -> str | None:
        """The maker that is called *name*, with or without the word for its kind; None when it is nobody or several."""
        return self._reader.maker(self._looker.undo_raw_keys(tokens_of(name)))

    def _find_conditions(self, tokens: tuple[Token, ...], ranked: Ranked, *, page: _Page) -> Found | None:
        """Small talk, or what meets the conditions among *tokens*; None when they are to be looked up as they stand."""
        talk = small_talk(tokens)
        if talk is not None:
            return Found(Band.NOTHING, small_talk=talk)
        sure = bool(len(ranked.scores)) and rank.band(float(ranked.scores[0])) is Band.ANSWER
        asked = self._reader.read(self._looker.undo_raw_keys(tokens), sure=sure)
        if not asked.filters:
            return None
        narrowed = self._find_filtered(asked.left, asked.filters, page=page, first=ranked)
        if narrowed is None and (asked.filters.price or asked.filters.months):
            return self._but_for_offers(asked, page=page)
        if narrowed is None and asked.filters.stars and self._meets_but_for_stars(asked, page=page):
            return Found(Band.NOTHING, filters=asked.filters)
        if narrowed is None and asked.filters.valid:
            return self._but_for_validity(asked, page=page)
        return narrowed

    def _surest(self, tokens: tuple[Token, ...], found: Found, *, page: _Page) -> Found:
        """*found*, or what the core of a question finds where that is surer."""
        if found.band is Band.ANSWER or any(elsewhere(tokens)):
            return found
        surer = (self._by_core(core, than=found, page=page) for core in cores(tokens))
        by_core = next((each for each in surer if each is not None), found)
        return by_core if by_core.band is not Band.NOTHING else self._listed(tokens, page=page) or found

    def _listed(self, tokens: tuple[Token, ...], *, page: _Page) -> Found | None:
        """The names that hold all words of a query or of its core, others between them: "mì chũ"; None without any."""
        for core in (tokens, *cores(tokens)):
            holding = self._looker.holding_all(core)
            if len(holding):
                ranked = self._with_word(self._looker.rank(core), holding, but=page.but)
                rest = " ".join(token.typed for token in core)
                return replace(self._as_found(ranked, page=page, rest=rest), holding=True)
        return None

    def _looked_up(self, tokens: tuple[Token, ...], ranked: Ranked, *, page: _Page, rest: str) -> Found:
        holding = self._looker.holding(tokens)
        if not len(holding):
            return self._as_found(ranked, page=page, rest=rest)
        return replace(
            self._as_found(self._with_word(ranked, holding, but=page.but), page=page, rest=rest), holding=True
        )

    def _by_core(self, core: tuple[Token, ...], *, than: Found, page: _Page) -> Found | None:
        """What the *core* of a question finds, if it answers or begins a name; None if less sure *than* that."""
        ranked = self._without(page.but, self._looker.rank(core))
        found = self._looked_up(core, ranked, page=page, rest=" ".join(token.typed for token in core))
        explained = bool((ranked.asked[:1] >= EXPLAINED_BY_NAME).any())
        if not found.holding and (not explained or _SURENESS[found.band] < max(1, _SURENESS[than.band])):
            return None
        return found if found.band is Band.ANSWER or self._begins_name(core, ranked) else None

    def _begins_name(self, core: tuple[Token, ...], ranked: Ranked) -> bool:
        """True when a plausible name begins with the first word of *core* and holds the others."""
        asked = [token.word for token in core]
        plausible = (ranked.entries[ranked.scores >= rank.POSSIBLE], self._looker.holding(core))
        names = (fold(self._catalogue.names[entry]).split() for entry in np.concatenate(plausible).tolist())
        return any(name[:1] == asked[:1] and set(asked) <= set(name) for name in names)

    def _find_filtered(
        self, tokens: tuple[Token, ...], filters: Filters, *, page: _Page, first: Ranked = NONE
    ) -> Found | None:
        """What meets *filters* and explains all of *tokens*; None when nothing does."""
        allowed = meeting(filters, catalogue=self._catalogue, today=page.sorting.today)
        ranked = (
            self._looker.rank(tokens, allowed=allowed)
            if tokens
            else self._all(allowed, first=first, today=page.sorting.today)
        )
        ranked = self._without(page.but, ranked.keep(ranked.asked >= EXPLAINED_BY_NAME))
        if not len(ranked.entries):
            return None
        sorting = page.sorting
        if filters.near and sorting.order is Order.BEST:
            sorting = replace(sorting, order=Order.NEAR)
        hits = self._hits(ranked, page=replace(page, sorting=sorting))
        rest = " ".join(token.typed for token in tokens)
        return Found(Band.ANSWER, hits, total=len(ranked.entries), filters=filters, rest=rest)

    def _but_for_validity(self, asked: Asked, *, page: _Page) -> Found | None:
        """What meets all but how its certificate stands: the products that were named, or that there are none."""
        wider = replace(asked.filters, valid=frozenset(), valid_words="")
        found = self._find_filtered(asked.left, wider, page=page) if asked.left or wider else None
        if asked.left:
            return found
        return Found(Band.NOTHING, filters=asked.filters) if found is not None or not wider else None

    def _meets_but_for_stars(self, asked: Asked, *, page: _Page) -> bool:
        """Whether there are products that meet all but the stars: then none of those is what was asked for."""
        wider = replace(asked.filters, stars=frozenset(), star_words="")
        return not (asked.left or wider) or self._find_filtered(asked.left, wider, page=page) is not None

    def _but_for_offers(self, asked: Asked, *, page: _Page) -> Found | None:
        """What meets all but price and months, if those are known of none of it; or that nothing meets them."""
        wider = replace(asked.filters, price=None, price_words="", months=frozenset(), month_words="")
        known = {Unknown.PRICE: replace(wider, price=ANY_PRICE), Unknown.SEASON: replace(wider, months=ANY_MONTH)}
        wanted = {Unknown.PRICE: asked.filters.price, Unknown.SEASON: asked.filters.months}
        unknown = next(
            (each for each in Unknown if wanted[each] and not self._find_filtered(asked.left, known[each], page=page)),
            None,
        )
        if unknown and (asked.left or wider):
            found = self._find_filtered(asked.left, wider, page=page)
            return replace(found, unknown=unknown) if found else None
        return None if asked.left else Found(Band.NOTHING, filters=asked.filters, unknown=unknown)

    def _without(self, product: str, ranked: Ranked) -> Ranked:
        """*ranked* without *product*."""
        if not product:
            return ranked
        others = [self._catalogue.ids[entry] != product for entry in ranked.entries.tolist()]
        return ranked.keep(np.array(others, dtype=np.bool_))

    def _all(self, allowed: Flags | None, *, first: Ranked, today: date | None) -> Ranked:
        """Every allowed entry: those that are plausible anyhow *first*, then those with most stars, the valid first."""
        flags = np.ones(len(self._catalogue), dtype=np.bool_) if allowed is None else allowed.copy()
        likely = first.entries[(first.scores >= rank.PLAUSIBLE) & flags[first.entries]]
        flags[likely] = False
        others = np.flatnonzero(flags).astype(np.int32)
        by_stars = Sorting(Order.STARS, today=today)
        others = others[arrange(others, np.ones(len(others), dtype=np.float32), by_stars, catalogue=self._catalogue)]
        entries = np.concatenate((likely, others))
        ones = np.ones(len(entries), dtype=np.float32)
        return Ranked(entries, ones, ones, named=False)

    def _with_word(self, ranked: Ranked, holding: Ints, *, but: str) -> Ranked:
        """The entries *holding* the one word asked for, as *ranked*: whoever asks for gạo means them all."""
        first = ranked.entries[np.isin(ranked.entries, holding)]
        others = holding[~np.isin(holding, first)]
        entries = np.concatenate((first, others))
        known = dict(zip(ranked.entries.tolist(), ranked.scores.tolist(), strict=True))
        scores = np.array([known.get(entry, 0.0) for entry in entries.tolist()], dtype=np.float32)
        np.maximum(scores, rank.PLAUSIBLE, out=scores)
        return self._without(but, Ranked(entries, scores, np.ones_like(scores), named=ranked.named))

    def _as_found(self, ranked: Ranked, *, page: _Page, rest: str) -> Found:
        if not len(ranked.entries):
            return Found(Band.NOTHING, rest=rest)
        band = rank.band(float(ranked.scores[0]))
        first = np.arange(len(ranked.entries)) < NEAREST_NAMES
        if band is Band.NOTHING:
            nearest = tuple(self._catalogue.names[entry] for entry in ranked.entries[:NEAREST_NAMES].tolist())
            return Found(band, self._hits(ranked.keep(first), page=page), nearest=nearest, rest=rest)
        listed = ranked.keep((ranked.scores >= rank.PLAUSIBLE) | (first & (ranked.scores >= rank.POSSIBLE)))
        return Found(band, self._hits(listed, page=page), total=len(listed.entries), rest=rest)

    def _hits(self, ranked: Ranked, *, page: _Page) -> tuple[Hit, ...]:
        order = arrange(ranked.entries, ranked.scores, page.sorting, catalogue=self._catalogue)
        shown = order[page.offset : page.offset + page.limit]
        pairs = zip(ranked.entries[shown].tolist(), ranked.scores[shown].tolist(), strict=True)
        hits = [self._hit(entry, score) for entry, score in pairs]
        if page.sorting.order is Order.NEAR:
            away = distances(ranked.entries[shown], page.sorting.here, catalogue=self._catalogue)
            hits = [replace(hit, km=km) for hit, km in zip(hits, away, strict=True)]
        return tuple(hits)

    def _hit(self, entry: int, score: float) -> Hit:
        producers = self._catalogue.producers
        return Hit(
            self._catalogue.ids[entry], self._catalogue.names[entry], producers.values[producers.of_entry[entry]], score
        )
