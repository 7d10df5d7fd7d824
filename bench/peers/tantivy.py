"""tantivy: each folded word within one slip (two from the sixth letter on), its own order."""

import tantivy
from rapidfuzz import fuzz

from catalog.search import Entry
from catalog.text import fold, syllables

NAME = "tantivy fuzzy"
MANY_LETTERS = 6


class Peer:
    """An in-memory index of folded names."""

    def __init__(self, entries: list[Entry]) -> None:
        self._ids = [entry.id for entry in entries]
        self._names = [fold(entry.name) for entry in entries]
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("name", stored=False)
        builder.add_integer_field("row", stored=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer()
        for row, name in enumerate(self._names):
            writer.add_document(tantivy.Document(name=[name], row=row))
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def best(self, query: str) -> list[tuple[str, float]]:
        words = syllables(query)
        if not words:
            return []
        clauses = [(tantivy.Occur.Should, clause) for word in words for clause in self._clauses(word)]
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), 3).hits
        rows = [self._searcher.doc(address)["row"][0] for _, address in found]
        folded = " ".join(words)
        return [(self._ids[row], fuzz.WRatio(folded, self._names[row]) / 100) for row in rows]

    def _clauses(self, word: str) -> list[tantivy.Query]:
        slips = 2 if len(word) >= MANY_LETTERS else 1
        exact = tantivy.Query.term_query(self._schema, "name", word)
        near = tantivy.Query.fuzzy_term_query(self._schema, "name", word, distance=slips, transposition_cost_one=True)
        return [tantivy.Query.boost_query(exact, 2.0), near]
