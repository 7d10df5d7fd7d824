"""Type-ahead: names that hold what was typed so far, the last word being only begun."""

from bisect import bisect_left
from dataclasses import replace

import numpy as np

from catalog.search.columns import SearchColumns
from catalog.search.engine import SearchEngine, first_places
from catalog.search.features import COLUMNS
from catalog.search.packed import Floats, Ints
from catalog.search.query import ParsedQuery, tokens_of
from catalog.search.retrieve import SURE_ENOUGH
from catalog.telex import from_telex, from_vni
from catalog.text import syllables

FEWEST_LETTERS = 2
MOST_BEGUN = 400
BEGUN = 0.95
WHOLLY = 0.9
_ASKED = COLUMNS.index("asked")
_WORTH = {"asked": 4.0, "head": 0.6, "order": 0.6, "told": 0.4, "marks": 0.3, "letters": 0.4}
_AFTER_Z = "\uffff"


class Completer:
    """Finds entries by the beginning of a name."""

    def __init__(self, catalogue: SearchColumns, looker: SearchEngine) -> None:
        self._catalogue = catalogue
        self._looker = looker
        spellings = catalogue.vocabulary.folded.spellings
        self._order: Ints = np.array(sorted(range(len(spellings)), key=spellings.__getitem__), dtype=np.int32)
        self._sorted = [spellings[term] for term in self._order]
        self._common = catalogue.postings.lengths
        self._worth = np.array([_WORTH.get(column, 0.0) for column in COLUMNS], dtype=np.float32)

    def complete(self, prefix: str, *, limit: int) -> tuple[Ints, Floats]:
        """At most *limit* entries with scores 0..1; none before the second letter."""
        tokens = self._looker.undo_raw_keys(tokens_of(prefix))
        if sum(len(token.word) for token in tokens) < FEWEST_LETTERS or not len(self._catalogue):
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        begun = prefix[-1:].isalnum()
        rows, table = self._looker.table(
            self._expand_last_word(self._looker.reading(tokens)) if begun else self._looker.reading(tokens)
        )
        asked = table[:, _ASKED]
        near = asked >= min(WHOLLY, float(asked.max(initial=0.0)))
        rows, table = rows[near], table[near]
        scores = (table * self._worth).sum(axis=1) / self._worth.sum()
        order = np.argsort(-scores, kind="stable")
        entries = self._catalogue.owner[rows[order]]
        places = first_places(entries.tolist())[:limit]
        return entries[places], scores[order][places]

    def _expand_last_word(self, reading: ParsedQuery) -> ParsedQuery:
        """*reading* with every word that the last one may be the beginning of."""
        word = reading.tokens[-1].word
        terms = self._beginning(word)
        keyed = None if len(terms) else from_telex(word) or from_vni(word)
        if keyed is not None:
            word = "".join(syllables(keyed))
            terms = self._beginning(word)
        terms = terms[np.argsort(-self._common[terms], kind="stable")][:MOST_BEGUN]
        least = SURE_ENOUGH if len(terms) else 0.0
        other = ~np.isin(reading.terms[-1], terms) & (reading.likes[-1] >= least)
        likes = np.where(terms == self._number(word), 1.0, BEGUN).astype(np.float32)
        last_terms = np.concatenate((terms, reading.terms[-1][other]))
        last_likes = np.concatenate((likes, reading.likes[-1][other] * BEGUN))
        order = np.argsort(-last_likes, kind="stable")
        return replace(
            reading,
            weights=np.append(reading.weights[:-1], np.float32(max(float(reading.plain[-1]), 1.0))),
            terms=(*reading.terms[:-1], last_terms[order].astype(np.int32)),
            likes=(*reading.likes[:-1], last_likes[order]),
        )

    def _beginning(self, word: str) -> Ints:
        start, end = bisect_left(self._sorted, word), bisect_left(self._sorted, word + _AFTER_Z)
        return self._order[start:end]

    def _number(self, word: str) -> int:
        return self._catalogue.vocabulary.folded.numbers.get(word, -1)
