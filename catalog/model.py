"""What the catalogue holds, as frozen values.

Every fact that can be shown carries its :class:`Source`; what is unknown is None or empty, never invented.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from catalog.dates import PartialDate
from catalog.recalls import Package, Recall
from catalog.text import fold

_LONGEST_SLUG = 29
_HASHED_LETTERS = 10
_LONGEST_CODE = 200


class ProducerKind(StrEnum):
    """The four kinds of OCOP entity ("chủ thể"), and those no source places."""

    COOPERATIVE = "cooperative"
    COMPANY = "company"
    GROUP = "group"
    HOUSEHOLD = "household"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact was read, and as of when."""

    name: str = ""
    as_of: PartialDate | None = None


class EventKind(StrEnum):
    """What can happen to a certificate. What the certificates or the calendar tell is computed and never stored.

    ANNULLED: struck off because it was not renewed. WITHDRAWN: taken away for a cause, at any time. REINSTATED: a
    later decision undoes one of those two.
    """

    RECOGNISED = "recognised"
    RE_RECOGNISED = "re-recognised"
    UPGRADED = "upgraded"
    LAPSED = "lapsed"
    RENAMED = "renamed"
    ANNULLED = "annulled"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"


COMPUTED = frozenset({EventKind.RECOGNISED, EventKind.RE_RECOGNISED, EventKind.UPGRADED, EventKind.LAPSED})


class Reason(StrEnum):
    """Why certificates were annulled or withdrawn, as provinces' decisions of 2021 to 2025 give it."""

    NOT_RE_EVALUATED = "not-re-evaluated"
    FAILED_RE_EVALUATION = "failed-re-evaluation"
    PROCESS_NOT_FOLLOWED = "process-not-followed"
    NOT_AS_CERTIFIED = "not-as-certified"
    NO_RECORDS = "no-records"
    PRODUCTION_STOPPED = "production-stopped"
    FOOD_SAFETY = "food-safety"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a product an event is about: all of it, or only these lots or what was made between two days."""

    lots: tuple[str, ...] = ()
    made_from: PartialDate | None = None
    made_until: PartialDate | None = None

    @property
    def whole(self) -> bool:
        """True for all of the product."""
        return self == Scope()


@dataclass(frozen=True, slots=True)
class CertificateEvent:
    """Something that happened to a certificate, by which *decision*. A *reason* without a code is OTHER with a *note*.

    It takes effect on the day *effective*, else on that of the decision; without either it is in effect.
    """

    kind: EventKind
    decision: str = ""
    decided: PartialDate | None = None
    issuer: str = ""
    reason: Reason | None = None
    note: str = ""
    effective: PartialDate | None = None
    scope: Scope = Scope()
    source: Source = Source()

    @property
    def begins(self) -> PartialDate | None:
        """From when on it counts."""
        return self.effective or self.decided

    def is_in_effect(self, today: date) -> bool:
        """True from the first day on that it can mean."""
        return self.begins is None or self.begins.earliest <= today


@dataclass(frozen=True, slots=True)
class Certificate:
    """One OCOP recognition of one product.

    The issuer is kept as printed: districts signed until 30 June 2025 and their certificates stay valid.
    A potential five-star is a four-star whose file the province sent on to the ministry.
    """

    stars: int | None = None
    number: str = ""
    decision: str = ""
    decided: PartialDate | None = None
    issuer: str = ""
    expires: PartialDate | None = None
    score: float | None = None
    potential_five: bool = False
    source: Source = Source()
    events: tuple[CertificateEvent, ...] = ()
    """What was decided about it since, in the order in which it was heard of."""


@dataclass(frozen=True, slots=True)
class Producer:
    """Who stands behind a product: co-operative, company, group or household."""

    id: str
    name: str
    kind: ProducerKind = ProducerKind.UNKNOWN
    address: str = ""
    commune: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    website: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Source] = field(default_factory=dict)

    @property
    def other_names(self) -> tuple[str, ...]:
        """What they are called besides, by lists or formerly."""
        return tuple(filter(None, self.details.get("producer_names", "").split("; ")))


@dataclass(frozen=True, slots=True)
class Product:
    """One certified or candidate product with all its certificates, newest first."""

    id: str
    name: str
    producer: Producer
    ref: str = ""
    aliases: tuple[str, ...] = ()
    group: str = ""
    buy: str = ""
    images: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Source] = field(default_factory=dict)
    recalls: tuple[Recall, ...] = ()
    """What is called back of it, the newest first; those that have ended are left out."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What a code says about the very item in hand; nothing of it is checked with anyone."""

    number: str = ""
    serial: str = ""
    made: PartialDate | None = None
    expires: PartialDate | None = None
    best_before: PartialDate | None = None

    @property
    def package(self) -> Package:
        """What of it a recall can be about."""
        return Package(self.number, self.made, self.expires or self.best_before)


class LookUpWay(StrEnum):
    """How somebody came to a product: by a photo of it, a code they typed, a link or button, or its name."""

    PHOTO = "photo"
    TYPED = "typed"
    LINK = "link"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class LookUp:
    """How a product was looked up, and what its *code* said of this very item, as it is kept: days as ISO text.

    *expires* is the last day to use it, or the one to use it best before. Where nobody knows, a text is empty.
    """

    way: LookUpWay = LookUpWay.NAME
    code: str = ""
    lot: str = ""
    serial: str = ""
    made: str = ""
    expires: str = ""

    @classmethod
    def by_code(cls, way: LookUpWay, code: str, lot: Lot | None) -> "LookUp":
        """With the *code* that led to the product, and what is known of the *lot*."""
        said = lot or Lot()
        ends = said.expires or said.best_before
        made, expires = (str(day) if day else "" for day in (said.made, ends))
        return cls(way, code[:_LONGEST_CODE], said.number, said.serial, made, expires)


BY_NAME = LookUp()


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One line of an officer's list, read and checked: one certificate of one product.

    *line* is the line in the file, counted as a spreadsheet counts. An empty field says nothing about the fact.
    """

    name: str
    producer: str
    id: str = ""
    line: int = 0
    aliases: tuple[str, ...] = ()
    group: str = ""
    producer_kind: ProducerKind = ProducerKind.UNKNOWN
    address: str = ""
    commune: str = ""
    phones: tuple[str, ...] = ()
    email: str = ""
    website: str = ""
    buy: str = ""
    stars: int | None = None
    score: float | None = None
    potential_five: bool = False
    decision: str = ""
    decided: PartialDate | None = None
    issuer: str = ""
    certificate: str = ""
    expires: PartialDate | None = None
    gtins: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    source: str = ""
    as_of: PartialDate | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    """What the fields kept as details say, by name."""

    status: EventKind | None = None
    """What happened to the certificate: a row tells of one event at most, whose facts are the next ones."""

    act: str = ""
    act_decided: PartialDate | None = None
    act_issuer: str = ""
    effective: PartialDate | None = None
    reason: str = ""
    act_source: str = ""

    @property
    def product_id(self) -> str:
        """The id that the officer gave, else the one made of name and producer."""
        return self.id or made_id(self.name, self.producer)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did to the catalogue, in numbers of products and certificates."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    certificates_added: int = 0
    certificates_updated: int = 0
    events: int = 0
    """How many decisions about certificates are new or said otherwise."""

    changed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Of the stars, producers and phones that were there: how many would be others now, and of how many."""
    held: bool = False
    """True when nothing was written because too much would have changed."""


@lru_cache(maxsize=1 << 15)
def made_id(name: str, producer: str) -> str:
    """Make an id of at most 40 letters a-z, digits and hyphens from *name* and *producer*.

    It is the same for every spelling that folds alike and, by 50 bits of SHA-256, another for any other pair.
    """
    folded = fold(name)
    digest = hashlib.sha256(f"{folded}\n{fold(producer)}".encode()).digest()
    tail = base64.b32encode(digest).decode().lower()[:_HASHED_LETTERS]
    slug = re.sub(r"[^a-z0-9]+", "-", folded)[:_LONGEST_SLUG].strip("-")
    return f"{slug or 'sp'}-{tail}"
