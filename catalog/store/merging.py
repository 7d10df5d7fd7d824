"""Many rows of a list → the products, producers and certificates they describe; pure.

Rows are merged before the database is looked at, so that importing a file twice changes nothing: of two rows that
disagree, the one recorded later counts, and of two recorded alike the lower one in the file.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from catalog.codes import trace_key
from catalog.list_io import UNKNOWN_PRODUCER, made_id
from catalog.model import ProducerKind, ProductRow
from catalog.text import fold

PRODUCER_FIELDS = ("address", "commune", "phones", "email", "website")
PRODUCT_FIELDS = ("group", "buy", "images", "aliases")


@dataclass(slots=True)
class Described:
    """A thing's fields as the rows give them; *facts* says for each who said so, and as of when."""

    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, list[str]] = field(default_factory=dict)

    def take(self, name: str, value: Any, *, source: list[str]) -> None:
        """Let *value* count unless it is empty or an older word than what is held."""
        if not value:
            return
        if name in self.values and source[1] < self.facts[name][1]:
            return
        self.values[name] = list(value) if isinstance(value, tuple) else value
        self.facts[name] = source


@dataclass(slots=True)
class Merged:
    """What a whole list says."""

    producers: dict[str, Described] = field(default_factory=dict)
    products: dict[str, Described] = field(default_factory=dict)
    certificates: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    codes: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def add(self, row: ProductRow) -> None:
        """Take in one row."""
        source = [row.source, str(row.as_of or "")]
        product_id = row.id or made_id(row.name, row.producer)
        producer_id = self._producer(row, product_id, source)
        product = self.products.setdefault(product_id, Described())
        product.take("name", row.name, source=source)
        product.take("producer_id", producer_id, source=source)
        for name in PRODUCT_FIELDS:
            product.take(name, getattr(row, name), source=source)
        for gtin in row.gtins:
            self.codes["gtin", gtin.zfill(14), product_id] = gtin
        for trace in row.traces:
            self.codes["trace", trace_key(trace), product_id] = trace
        self._certificate(product_id, row, source)

    def _producer(self, row: ProductRow, product_id: str, source: list[str]) -> str:
        unknown = row.producer == UNKNOWN_PRODUCER
        # Nobody knows who makes these products; that does not make one producer of them all.
        key = producer_id(row.producer, product_id if unknown else row.commune)
        producer = self.producers.setdefault(key, Described())
        producer.take("name", row.producer, source=source)
        producer.take(
            "kind", "" if row.producer_kind is ProducerKind.UNKNOWN else str(row.producer_kind), source=source
        )
        for name in PRODUCER_FIELDS:
            producer.take(name, getattr(row, name), source=source)
        return key

    def _certificate(self, product_id: str, row: ProductRow, source: list[str]) -> None:
        if row.stars is None and not (row.decision or row.certificate or row.decided):
            return
        said = {
            "certificate": row.certificate,
            "certificate_key": number_key(row.certificate),
            "decision": row.decision,
            "decision_key": number_key(row.decision),
            "decided": str(row.decided) if row.decided else None,
            "issuer": row.issuer,
            "stars": row.stars,
            "score": row.score,
            # The template leaves the cell of every other product blank: beside a star, blank says no.
            "potential_five": None if row.stars is None and not row.potential_five else row.potential_five,
            "expires": str(row.expires) if row.expires else None,
            "source": source[0],
            "as_of": source[1],
        }
        held = self.certificates.get((product_id, identity(row)), said)
        older, newer = (said, held) if said["as_of"] < held["as_of"] else (held, said)
        self.certificates[product_id, identity(row)] = older | {
            name: value for name, value in newer.items() if says(value)
        }


def merge(rows: Iterable[ProductRow]) -> Merged:
    """Everything that *rows* say."""
    merged = Merged()
    for row in rows:
        merged.add(row)
    return merged


def says(value: Any) -> bool:
    """Whether a certificate's field tells anything: an empty one does not."""
    return value is not None and value != ""


def number_key(number: str) -> str:
    """A certificate or decision number as it is compared: no marks, no blanks, no signs."""
    return fold(number).replace(" ", "")


def identity(row: ProductRow) -> str:
    """What makes a certificate of a product this one and not another: its number, else its decision, else its day."""
    if row.certificate:
        return f"c:{number_key(row.certificate)}"
    if row.decision:
        return f"d:{number_key(row.decision)}"
    if row.decided:
        return f"t:{row.decided}"
    return f"s:{row.stars}"


def producer_id(name: str, commune: str) -> str:
    """One producer is one name in one commune: there are several HTX Hòa Bình."""
    spelled = f"{fold(name)}|{fold(commune)}"
    slug = "-".join(fold(name).split())[:40].strip("-")
    return f"{slug}-{hashlib.sha256(spelled.encode()).hexdigest()[:8]}"
