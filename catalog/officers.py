"""Who may do what on the officers' board: roles, grants with an end, and the acts that each role has. Pure.

A grant reaches everywhere, one commune (by its code since July 2025) or one producer; what reaches nothing may nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from catalog.errors import CatalogError
from catalog.model import Producer
from catalog.places import Places


class NotAllowed(CatalogError):
    """An officer may not do that."""


class NeedsSecondOfficer(NotAllowed):
    """What somebody proposed is confirmed by another officer, never by themselves."""


class OfficerRole(StrEnum):
    """What somebody is to the programme (decision 1489/QĐ-TTg knows province and commune, and no district)."""

    PROVINCE = "province"
    COMMUNE = "commune"
    PRODUCER = "producer"
    VIEWER = "viewer"
    INSPECTOR = "inspector"
    ORGANISER = "organiser"


class Act(StrEnum):
    """What can be done on the board. A page names the one it needs."""

    SEE_BOARD = "see_board"
    READ_CATALOGUE = "read_catalogue"
    EDIT_PRODUCT = "edit_product"
    IMPORT_LIST = "import_list"
    EXPORT_LIST = "export_list"
    INVITE_PRODUCER = "invite_producer"
    DECIDE_CORRECTION = "decide_correction"
    RECORD_CERTIFICATE = "record_certificate"
    WITHDRAW_CERTIFICATE = "withdraw_certificate"
    RECALL_LOT = "recall_lot"
    CONFIRM = "confirm"
    REPORT_PRODUCT = "report_product"
    INSPECT = "inspect"
    HANDLE_INQUIRY = "handle_inquiry"
    JUDGE_RATING = "judge_rating"
    READ_FIGURES = "read_figures"
    SET_TARGET = "set_target"
    MANAGE_FAIR = "manage_fair"
    MANAGE_OFFICERS = "manage_officers"
    READ_AUDIT = "read_audit"


FOUR_EYES = frozenset({Act.WITHDRAW_CERTIFICATE, Act.RECALL_LOT})
"""What one officer proposes and another one, who may confirm, carries out."""

_READING = frozenset({Act.SEE_BOARD, Act.READ_CATALOGUE, Act.READ_FIGURES})
_ACTS: Mapping[OfficerRole, frozenset[Act]] = {
    OfficerRole.PROVINCE: frozenset(Act),
    OfficerRole.COMMUNE: _READING
    | {
        Act.EDIT_PRODUCT,
        Act.IMPORT_LIST,
        Act.EXPORT_LIST,
        Act.INVITE_PRODUCER,
        Act.RECALL_LOT,
        Act.REPORT_PRODUCT,
        Act.INSPECT,
        Act.HANDLE_INQUIRY,
        Act.JUDGE_RATING,
    },
    OfficerRole.PRODUCER: _READING | {Act.EDIT_PRODUCT, Act.RECALL_LOT, Act.HANDLE_INQUIRY},
    OfficerRole.VIEWER: _READING | {Act.EXPORT_LIST},
    OfficerRole.INSPECTOR: _READING | {Act.INSPECT},
    OfficerRole.ORGANISER: _READING | {Act.MANAGE_FAIR},
}
_NEEDS_END = frozenset({OfficerRole.INSPECTOR, OfficerRole.ORGANISER})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role within a scope, from *starts* to *until*, both days included. *number* is 0 before it is kept.

    Without *commune* and *producer* it reaches everywhere. *ended_at* (UTC seconds) ends it before its time.
    """

    role: OfficerRole
    starts: date
    until: date | None = None
    commune: str = ""
    producer: str = ""
    ended_at: float | None = None
    number: int = 0

    def is_in_force(self, today: date) -> bool:
        """Whether it counts on this day in Việt Nam."""
        return self.ended_at is None and self.starts <= today and (self.until is None or today <= self.until)

    def problem(self) -> str:
        """What is wrong with it: "commune", "producer" or "until" (missing, or before its start); "" if nothing."""
        if self.role is OfficerRole.COMMUNE and not self.commune:
            return "commune"
        if (self.role is OfficerRole.PRODUCER) != bool(self.producer):
            return "producer"
        if self.role is OfficerRole.PROVINCE and self.commune:
            return "commune"
        missing = self.until is None and self.role in _NEEDS_END
        return "until" if missing or (self.until is not None and self.until < self.starts) else ""


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody with access to the board. *contact* is an e-mail address, or "" if there is none."""

    number: int
    name: str
    added_at: float
    grants: tuple[Grant, ...] = ()
    contact: str = ""
    language: str = ""
    ended_at: float | None = None

    def grants_in_force(self, today: date) -> tuple[Grant, ...]:
        """What counts on this day; nothing once the officer has ended."""
        return () if self.ended_at is not None else tuple(each for each in self.grants if each.is_in_force(today))


@dataclass(frozen=True, slots=True)
class ActScope:
    """What an act touches: a producer (its id) in a commune (its code); "" is what is not known or is nobody's."""

    commune: str = ""
    producer: str = ""


@dataclass(frozen=True, slots=True)
class BoardSession:
    """A browser in which an officer is signed in, until *ends_at* at the latest; moments in UTC seconds.

    *second_way* is "passkey" where one was shown besides the link, else "". *device* is what the browser says it is.
    """

    number: int
    officer: int
    began_at: float
    seen_at: float
    ends_at: float
    device: str = ""
    second_way: str = ""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A key that an officer's device keeps; *credential* is its id in base64url, *public_key* its public half (COSE).

    *sign_count* is how often the device says that it was used, 0 where it does not count.
    """

    credential: str
    public_key: bytes
    sign_count: int = 0
    name: str = ""
    added_at: float = 0.0
    used_at: float | None = None
    officer: int = 0
    number: int = 0


class ProposalState(StrEnum):
    """Where something that needs four eyes stands."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    EXPIRED = "expired"


PROPOSAL_SECONDS = 14 * 24 * 3600.0
"""For how long a proposal waits for its second officer."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act of FOUR_EYES to something, as one officer proposed it; *content* is all that is needed to carry it out."""

    act: Act
    subject: str
    scope: ActScope
    content: Mapping[str, Any]
    reason: str
    proposed_by: int
    proposed_at: float
    number: int = 0
    state: ProposalState = ProposalState.WAITING
    decided_by: int | None = None
    decided_at: float | None = None
    answer: str = ""
    """What who decided it said."""

    @property
    def ends_at(self) -> float:
        """When it expires, if nobody decides."""
        return self.proposed_at + PROPOSAL_SECONDS


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody may do something. It is false where they may not do it at all."""

    everywhere: bool = False
    communes: frozenset[str] = field(default_factory=frozenset)
    producers: frozenset[str] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        """Whether there is anything it reaches."""
        return self.everywhere or bool(self.communes) or bool(self.producers)

    def covers(self, scope: ActScope) -> bool:
        """Whether *scope* lies within; what lies nowhere known is reached from everywhere only."""
        return self.everywhere or scope.commune in self.communes or scope.producer in self.producers


def reach(grants: Iterable[Grant], act: Act, *, today: date) -> Reach:
    """How far somebody with *grants* may do *act* on this day."""
    fitting = [each for each in grants if act in _ACTS[each.role] and each.is_in_force(today) and not each.problem()]
    return Reach(
        everywhere=any(not each.commune and not each.producer for each in fitting),
        communes=frozenset(each.commune for each in fitting if each.commune and not each.producer),
        producers=frozenset(each.producer for each in fitting if each.producer),
    )


def may(grants: Iterable[Grant], act: Act, scope: ActScope, *, today: date) -> bool:
    """Whether somebody with *grants* may do *act* to what lies in *scope*."""
    return reach(grants, act, today=today).covers(scope)


def level(grants: Iterable[Grant], act: Act, *, today: date) -> OfficerRole | None:
    """The role under which somebody does *act*, the highest that has it; None where they may not."""
    roles = {each.role for each in grants if reach([each], act, today=today)}
    return next((role for role in OfficerRole if role in roles), None)


def scope_of(producer: Producer, places: Places) -> ActScope:
    """Where a producer lies: an address of before July 2025 counts for the commune since; unsure is no commune."""
    found = places.of_producer(producer).new
    return ActScope(found.code if found else "", producer.id)
