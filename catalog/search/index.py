"""The index: built whole, then only read, so that it can be swapped and shared between threads."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np

from catalog.search import rank
from catalog.search.autocomplete import Completer
from catalog.search.chitchat import small_talk
from catalog.search.columns import Flags, Ints
from catalog.search.engine import EXPLAINED_BY_NAME, NONE, Looker, Ranked
from catalog.search.entry_columns import SearchColumns
from catalog.search.filters import Asked, FilterReader
from catalog.search.model import Band, Entry, Filters, Found, Hit, Order
from catalog.search.narrowing import Sorting, arrange, distances, meeting
from catalog.search.off_topic import elsewhere
from catalog.search.query import Token, cores, tokens_of
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

    def __init__(self, shelf: SearchColumns) -> None:
        self._shelf = shelf
        self._looker = Looker(shelf)
        self._reader = FilterReader(shelf)
        self._completer = Completer(shelf, self._looker)

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Self:
        """Read *entries* once and index their names, aliases, producers, places and groups."""
        return cls(SearchColumns(entries))

    def __len__(self) -> int:
        return len(self._shelf)

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
            talk = small_talk(tokens)
            if talk is not None:
                return Found(Band.NOTHING, small_talk=talk)
            sure = bool(len(ranked.scores)) and rank.band(float(ranked.scores[0])) is Band.ANSWER
            asked = self._reader.read(self._looker.undo_raw_keys(tokens), sure=sure)
            narrowed = (
                self._find_filtered(asked.left, asked.filters, page=page, first=ranked) if asked.filters else None
            )
            if narrowed is not None:
                return narrowed
            if asked.filters.valid and (without := self._but_for_validity(asked, page=page)) is not None:
                return without
        found = self._looked_up(tokens, ranked, page=page, rest=query)
        if filters is not None or found.band is Band.ANSWER or any(elsewhere(tokens)):
            return found
        surer = (self._by_core(core, than=found, page=page) for core in cores(tokens))
        return next((by_core for by_core in surer if by_core is not None), found)

    def complete(self, prefix: str, *, limit: int = 8) -> tuple[Hit, ...]:
        """Products whose name holds the words of *prefix*, the last one begun; from the second letter on."""
        entries, scores = self._completer.complete(prefix, limit=limit)
        return tuple(self._hit(*pair) for pair in zip(entries.tolist(), scores.tolist(), strict=True))

    def maker(self, name: str) -> str | None:
        """The maker that is called *name*, with or without the word for its kind; None when it is nobody or several."""
        return self._reader.maker(self._looker.undo_raw_keys(tokens_of(name)))

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
        names = (fold(self._shelf.names[entry]).split() for entry in np.concatenate(plausible).tolist())
        return any(name[:1] == asked[:1] and set(asked) <= set(name) for name in names)

    def _find_filtered(
        self, tokens: tuple[Token, ...], filters: Filters, *, page: _Page, first: Ranked = NONE
    ) -> Found | None:
        """What meets *filters* and explains all of *tokens*; None when nothing does."""
        allowed = meeting(filters, shelf=self._shelf, today=page.sorting.today)
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

    def _without(self, product: str, ranked: Ranked) -> Ranked:
        """*ranked* without *product*."""
        if not product:
            return ranked
        others = [self._shelf.ids[entry] != product for entry in ranked.entries.tolist()]
        return ranked.keep(np.array(others, dtype=np.bool_))

    def _all(self, allowed: Flags | None, *, first: Ranked, today: date | None) -> Ranked:
        """Every allowed entry: those that are plausible anyhow *first*, then those with most stars, the valid first."""
        flags = np.ones(len(self._shelf), dtype=np.bool_) if allowed is None else allowed.copy()
        likely = first.entries[(first.scores >= rank.PLAUSIBLE) & flags[first.entries]]
        flags[likely] = False
        others = np.flatnonzero(flags).astype(np.int32)
        by_stars = Sorting(Order.STARS, today=today)
        others = others[arrange(others, np.ones(len(others), dtype=np.float32), by_stars, shelf=self._shelf)]
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
            nearest = tuple(self._shelf.names[entry] for entry in ranked.entries[:NEAREST_NAMES].tolist())
            return Found(band, self._hits(ranked.keep(first), page=page), nearest=nearest, rest=rest)
        listed = ranked.keep((ranked.scores >= rank.PLAUSIBLE) | (first & (ranked.scores >= rank.POSSIBLE)))
        return Found(band, self._hits(listed, page=page), total=len(listed.entries), rest=rest)

    def _hits(self, ranked: Ranked, *, page: _Page) -> tuple[Hit, ...]:
        order = arrange(ranked.entries, ranked.scores, page.sorting, shelf=self._shelf)
        shown = order[page.offset : page.offset + page.limit]
        pairs = zip(ranked.entries[shown].tolist(), ranked.scores[shown].tolist(), strict=True)
        hits = [self._hit(entry, score) for entry, score in pairs]
        if page.sorting.order is Order.NEAR:
            away = distances(ranked.entries[shown], page.sorting.here, shelf=self._shelf)
            hits = [replace(hit, km=km) for hit, km in zip(hits, away, strict=True)]
        return tuple(hits)

    def _hit(self, entry: int, score: float) -> Hit:
        producers = self._shelf.producers
        return Hit(self._shelf.ids[entry], self._shelf.names[entry], producers.values[producers.of_entry[entry]], score)
