"""What was done on the board, by whom and why: rows that are only ever added, each chained to the one before. Pure.

A row holds no name: an officer stands in it by number, so that who leaves can be forgotten and the chain stays whole.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

HOUSE = 0
"""The officer's number where a command of the operator did it."""
HOUSE_LEVEL = "house"
FIRST = "0" * 64
"""What the first row is chained to."""


class Deed(StrEnum):
    """What a row tells. What is added here gets its words in handlers/board/wording.py."""

    OFFICER_ADDED = "officer_added"
    OFFICER_ENDED = "officer_ended"
    GRANT_GIVEN = "grant_given"
    GRANT_ENDED = "grant_ended"
    LINK_MADE = "link_made"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SESSION_REVOKED = "session_revoked"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CONTACT_CHANGED = "contact_changed"
    CHAT_BOUND = "chat_bound"
    CHAT_UNBOUND = "chat_unbound"
    MORNING_SET = "morning_set"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    PROPOSAL_TAKEN_BACK = "proposal_taken_back"
    PROPOSAL_EXPIRED = "proposal_expired"
    CERTIFICATE_DECIDED = "certificate_decided"
    PRODUCT_ADDED = "product_added"
    PRODUCT_EDITED = "product_edited"
    PRODUCT_RENAMED = "product_renamed"
    PRODUCTS_MERGED = "products_merged"
    PICTURES_CHANGED = "pictures_changed"
    PRODUCER_ADDED = "producer_added"
    PRODUCER_EDITED = "producer_edited"
    PRODUCERS_MERGED = "producers_merged"
    EDIT_UNDONE = "edit_undone"
    CERTIFICATE_GIVEN = "certificate_given"
    PRODUCER_INVITED = "producer_invited"
    CODE_BOUND = "code_bound"
    CODE_UNBOUND = "code_unbound"
    ALIAS_ADDED = "alias_added"
    ALIAS_REMOVED = "alias_removed"
    CORRECTION_ACCEPTED = "correction_accepted"
    CORRECTION_REFUSED = "correction_refused"
    INQUIRY_OPENED = "inquiry_opened"
    INQUIRY_ANSWERED = "inquiry_answered"
    INQUIRY_CLOSED = "inquiry_closed"
    INQUIRY_REOPENED = "inquiry_reopened"
    INQUIRY_HANDED = "inquiry_handed"
    COMPLAINT_DECIDED = "complaint_decided"
    LIST_UPLOADED = "list_uploaded"
    LIST_IMPORTED = "list_imported"
    LIST_UNDONE = "list_undone"
    LIST_EXPORTED = "list_exported"
    AUDIT_EXPORTED = "audit_exported"
    INSPECTION_RECORDED = "inspection_recorded"
    INSPECTION_MENDED = "inspection_mended"
    INSPECTION_STRUCK = "inspection_struck"
    DOSSIER_BEGUN = "dossier_begun"
    DOSSIER_CHANGED = "dossier_changed"
    DOSSIER_HANDED_OVER = "dossier_handed_over"
    DOSSIER_RECEIVED = "dossier_received"
    DOSSIER_SENT_BACK = "dossier_sent_back"
    DOSSIER_DROPPED = "dossier_dropped"
    ROUND_OPENED = "round_opened"
    ROUND_ENTRY_ADDED = "round_entry_added"
    ROUND_ENTRY_REMOVED = "round_entry_removed"
    ROUND_RESULTS_CHANGED = "round_results_changed"
    ROUND_SUMS_ENTERED = "round_sums_entered"
    ROUND_CONCLUDED = "round_concluded"
    TOTAL_ENTERED = "total_entered"
    TOTAL_CHANGED = "total_changed"
    TOTAL_ENDED = "total_ended"
    LABELS_PRINTED = "labels_printed"
    TARGET_ENTERED = "target_entered"
    TARGET_ENDED = "target_ended"
    FAIR_ENTERED = "fair_entered"
    FAIR_CHANGED = "fair_changed"
    FAIR_CANCELLED = "fair_cancelled"
    FAIR_RESTORED = "fair_restored"
    BOOTHS_ADDED = "booths_added"
    BOOTH_CHANGED = "booth_changed"
    BOOTH_REMOVED = "booth_removed"
    FAIR_SALE_NOTED = "fair_sale_noted"
    FAIR_COUNTED = "fair_counted"
    FAIR_GATE_NOTED = "fair_gate_noted"
    FAIR_GATE_UNDONE = "fair_gate_undone"
    SALE_POINT_ENTERED = "sale_point_entered"
    SALE_POINT_CHANGED = "sale_point_changed"
    SALE_POINT_REMOVED = "sale_point_removed"
    FAIR_INVITED = "fair_invited"
    FAIR_ASKED_AGAIN = "fair_asked_again"
    FAIR_ANSWER_NOTED = "fair_answer_noted"
    SUPPLY_NOTED = "supply_noted"
    BUYER_ANSWER_NOTED = "buyer_answer_noted"
    RECALL_BEGUN = "recall_begun"
    RECALL_CHANGED = "recall_changed"
    RECALL_ENDED = "recall_ended"
    RECALL_CANCELLED = "recall_cancelled"
    RECALL_DISMISSED = "recall_dismissed"
    RATING_SHOWN = "rating_shown"
    RATING_HIDDEN = "rating_hidden"
    RATING_CLEARED = "rating_cleared"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done. *subject* names what it was done to: ``officer 3``, ``product nem-1``.

    *level* is the role in which it was done, or ``house``; *before* and *after* are JSON of fields, or "".
    """

    officer: int
    level: str
    deed: str
    subject: str
    before: str = ""
    after: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does something: an officer by number, in a role; the operator unless said."""

    officer: int = HOUSE
    level: str = HOUSE_LEVEL

    def did(
        self,
        deed: Deed,
        subject: str,
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
        reason: str = "",
    ) -> AuditEntry:
        """The entry that tells it; *before* and *after* are fields with their values."""
        return AuditEntry(self.officer, self.level, deed, subject, _serialize(before), _serialize(after), reason)


def _serialize(fields: Mapping[str, object] | None) -> str:
    return json.dumps(dict(fields), ensure_ascii=False, sort_keys=True) if fields else ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry as it is kept; *at* in UTC seconds, numbers without a gap from 1."""

    number: int
    at: float
    entry: AuditEntry
    previous: str
    hash: str

    def computed(self) -> str:
        """The hash that its content and the row before make."""
        entry = self.entry
        content = (entry.officer, entry.level, entry.deed, entry.subject, entry.before, entry.after, entry.reason)
        spelled = json.dumps([self.number, self.at, *content, self.previous], ensure_ascii=True, separators=(",", ":"))
        return sha256(spelled.encode()).hexdigest()


def next_row(entry: AuditEntry, *, at: float, last: AuditRow | None) -> AuditRow:
    """The row of *entry* after the *last* one."""
    previous = last.hash if last else FIRST
    bare = AuditRow((last.number if last else 0) + 1, at, entry, previous, "")
    return AuditRow(bare.number, at, entry, previous, bare.computed())


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain is broken: the first row that does not fit what is before it, and how."""

    number: int
    how: str


def first_break(rows: Iterable[AuditRow], *, after: AuditRow | None = None) -> Break | None:
    """The first of *rows*, in their order, that is missing, moved or changed; None where the chain is whole."""
    return next(_breaks(rows, after), None)


def _breaks(rows: Iterable[AuditRow], last: AuditRow | None) -> Iterator[Break]:
    for row in rows:
        expected = last.number + 1 if last else 1
        if row.number != expected:
            yield Break(expected, "missing")
        if row.hash != row.computed():
            yield Break(row.number, "changed")
        if row.previous != (last.hash if last else FIRST):
            yield Break(row.number, "unchained")
        last = row
