"""The audit as the province reads it: newest first, filtered, and all of it as a table."""

import csv
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import StringIO

from catalog.audit import HOUSE, AuditEntry, AuditRow, Deed, Doer
from catalog.cells.content import escape_formula
from catalog.dates import VIET_NAM
from catalog.officers import OfficerRole
from catalog.store import AuditFilter, Store
from handlers.board import wording
from handlers.board.desk import Desk
from handlers.inquiries.wording import moment
from handlers.phrases import Speech

PAGE = 50
COLUMNS = (
    "number",
    "at",
    "officer",
    "name",
    "level",
    "deed",
    "subject",
    "before",
    "after",
    "reason",
    "previous",
    "hash",
)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One row in words; *changes* are (field, before, after)."""

    number: int
    moment: str
    who: str
    level: str
    deed: str
    subject: str
    changes: Sequence[tuple[str, str, str]]
    reason: str


@dataclass(frozen=True, slots=True)
class AuditSheet:
    """A page of the audit: its lines, where older ones begin (0: there are none), and what can be filtered by."""

    lines: Sequence[AuditLine]
    before: int
    officers: Mapping[int, str]
    deeds: Mapping[str, str]


def read_filter(query: Mapping[str, str]) -> AuditFilter:
    """What *query* asks for; what is no number or no day is left out."""
    officer = query.get("officer", "")
    until = _day(query.get("until", ""))
    return AuditFilter(
        officer=int(officer) if officer.isascii() and officer.isdecimal() and len(officer) < 10 else None,
        deed=query.get("deed", "")[:40],
        subject=query.get("subject", "").strip()[:100],
        since=_midnight(_day(query.get("since", ""))),
        until=_midnight(until + timedelta(days=1) if until and until < date.max else None),
    )


async def show(desk: Desk, wanted: AuditFilter, *, before: int | None) -> AuditSheet:
    """A page of the audit. Raises StoreError."""
    store, say = desk.context.store, desk.say
    rows = await store.audit.newest(wanted, limit=PAGE + 1, before=before)
    names = {HOUSE: say("the operator"), **await store.officers.names()}
    shown = rows[:PAGE]
    older = shown[-1].number if len(rows) > PAGE else 0
    return AuditSheet([_line(row, names, say) for row in shown], older, names, wording.deed_names(say))


def export_entry(by: Doer) -> AuditEntry:
    """That somebody takes the audit away, which stands in it too."""
    return by.did(Deed.AUDIT_EXPORTED, "audit")


async def record_export(desk: Desk) -> None:
    """Note in the audit that somebody takes it away. Raises StoreError."""
    await desk.context.store.audit.record(export_entry(desk.doer))


async def table(store: Store, wanted: AuditFilter) -> AsyncIterator[str]:
    """The rows that are *wanted* as lines of CSV, the oldest first, the columns' names above. Raises StoreError."""
    names = {HOUSE: "", **await store.officers.names()}
    yield _csv_line(COLUMNS)
    async for row in store.audit.every_row(wanted):
        yield _csv_line(_cells(row, names.get(row.entry.officer, "")))


def _cells(row: AuditRow, name: str) -> Sequence[str]:
    entry = row.entry
    at = datetime.fromtimestamp(row.at, VIET_NAM).isoformat(timespec="seconds")
    words = (name, entry.level, entry.deed, entry.subject, entry.before, entry.after, entry.reason)
    return (str(row.number), at, str(entry.officer), *words, row.previous, row.hash)


def _csv_line(cells: Sequence[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow([escape_formula(cell, executed=True) for cell in cells])
    return written.getvalue()


def _line(row: AuditRow, names: Mapping[int, str], say: Speech) -> AuditLine:
    entry = row.entry
    role = next((each for each in OfficerRole if each == entry.level), None)
    level = wording.role_name(role, say) if role else ""
    who = names.get(entry.officer, str(entry.officer))
    kind, _, number = entry.subject.partition(" ")
    subject = entry.subject
    if kind == "officer" and number.isdecimal():
        subject = say("officer {number}: {name}", number=number, name=names.get(int(number), ""))
    elif kind == "session":
        subject = say("session {number}", number=number)
    deed = wording.deed_name(entry.deed, say)
    changes = _changes(_fields(entry.before), _fields(entry.after))
    return AuditLine(row.number, moment(row.at), who, level, deed, subject, changes, entry.reason)


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Sequence[tuple[str, str, str]]:
    names = dict.fromkeys([*before, *after])
    return [(name, before.get(name, ""), after.get(name, "")) for name in names]


def _fields(spelled: str) -> Mapping[str, str]:
    try:
        read = json.loads(spelled) if spelled else {}
    except ValueError:
        return {"": spelled}
    found = read if isinstance(read, dict) else {"": read}
    return {
        name: each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for name, each in found.items()
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date | None) -> float | None:
    return datetime.combine(day, time(), VIET_NAM).timestamp() if day and day.year > 1 else None
