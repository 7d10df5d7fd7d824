"""What was decided about certificates: a row for each decision about one of them, read and written beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import HOUSE, Deed, Doer
from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.model import Certificate, CertificateEvent, EventKind, Reason, Scope, Source
from catalog.store import database, revisions, tables
from catalog.store.access import Access, Call
from catalog.store.audit import append
from catalog.store.field_columns import number_key, read_day
from catalog.store.field_history import write_history

Values = dict[str, Any]
Change = tuple[int, str, Any, Any]
"""The number of a certificate, a column, how it was, how it is."""

_OPERATOR = Doer()
_COMMAND = "command"
TAKING = (str(EventKind.ANNULLED), str(EventKind.WITHDRAWN))
"""How the words begin in which the history tells that a star was taken away."""


def identify(certificate: Certificate) -> str:
    """What makes a certificate of a product this one and not another: its number, else its decision, else its day."""
    if certificate.number:
        return f"c:{number_key(certificate.number)}"
    if certificate.decision:
        return f"d:{number_key(certificate.decision)}"
    return f"t:{certificate.decided}" if certificate.decided else f"s:{certificate.stars}"


async def events_of(
    connection: AsyncConnection, of_certificates: ColumnElement[bool]
) -> dict[int, tuple[CertificateEvent, ...]]:
    """The events of the certificates that meet *of_certificates*, by the number of their row."""
    held, told = tables.certificates, tables.certificate_events
    these = select(held.c.number).where(of_certificates)
    query = select(told).where(told.c.certificate.in_(these)).order_by(told.c.number)
    found: dict[int, tuple[CertificateEvent, ...]] = {}
    for row in (await connection.execute(query)).mappings():
        found[row["certificate"]] = (*found.get(row["certificate"], ()), read_event(row))
    return found


def read_event(row: Mapping[Any, Any]) -> CertificateEvent:
    """The event that the columns of event_values() tell."""
    return CertificateEvent(
        kind=EventKind(row["kind"]),
        decision=row["decision"],
        decided=read_day(row["decided"]),
        issuer=row["issuer"],
        reason=Reason(row["reason"]) if row["reason"] else None,
        note=row["note"],
        effective=read_day(row["effective"]),
        scope=_scope(row["scope"]),
        source=Source(row["source"], read_day(row["as_of"])),
    )


def _scope(stored: Mapping[str, Any]) -> Scope:
    return Scope(tuple(stored.get("lots", ())), read_day(stored.get("made_from")), read_day(stored.get("made_until")))


def event_values(event: CertificateEvent) -> Values:
    """The columns that *event* fills, but whose certificate it is about."""
    return {
        "kind": str(event.kind),
        "decision": event.decision,
        "decision_key": number_key(event.decision),
        "decided": _iso(event.decided),
        "issuer": event.issuer,
        "reason": str(event.reason or ""),
        "note": event.note,
        "scope": _scope_values(event.scope),
        "effective": _iso(event.effective),
        "source": event.source.name,
        "as_of": _iso(event.source.as_of),
    }


def _iso(day: PartialDate | None) -> str | None:
    return str(day) if day else None


def _scope_values(scope: Scope) -> Values:
    said = {"lots": list(scope.lots), "made_from": _iso(scope.made_from), "made_until": _iso(scope.made_until)}
    return {name: value for name, value in said.items() if value}


@dataclass(slots=True)
class EventWrite:
    """What becomes of the row of one decision about a *certificate*: *number* is None for a new row, until written."""

    certificate: int
    before: Values | None
    after: Values
    number: int | None = None

    def changes(self) -> Iterator[Change]:
        """What that changes: the certificate, the column, how it was and how it is; a new row is told in short."""
        if self.before is None:
            yield self.certificate, "status", "", in_short(self.after)
            return
        for name, value in self.after.items():
            if value != self.before[name]:
                yield self.certificate, name, self.before[name], value


async def compare_events(connection: AsyncConnection, told: Mapping[int, Sequence[Values]]) -> list[EventWrite]:
    """What writing what is *told* of each certificate would do.

    A decision is one by its number; without a number it is that of the same kind. An older word changes nothing.
    """
    table = tables.certificate_events
    query = select(table).where(table.c.certificate.in_(told)).order_by(table.c.number)
    held: dict[int, list[EventWrite]] = {}
    for row in (await connection.execute(query)).mappings():
        values = {name: row[name] for name in row if name != "number"}
        held.setdefault(row["certificate"], []).append(EventWrite(row["certificate"], values, values, row["number"]))
    for certificate, events in told.items():
        known = held.setdefault(certificate, [])
        for values in events:
            same = _same_decision(known, values)
            if same is None:
                known.append(EventWrite(certificate, None, {"certificate": certificate, **values}))
            else:
                same.after = same.after | dict(_differences(same.after, values))
    return [each for rows in held.values() for each in rows if each.before != each.after]


async def write_events(connection: AsyncConnection, writes: Iterable[EventWrite]) -> None:
    """Write what compare_events() found."""
    table = tables.certificate_events
    for each in writes:
        if each.number is None:
            each.number = await connection.scalar(insert(table).values(each.after).returning(table.c.number))
        else:
            await connection.execute(update(table).where(table.c.number == each.number).values(each.after))


def _same_decision(held: Iterable[EventWrite], values: Values) -> EventWrite | None:
    alike = [row for row in held if row.after["kind"] == values["kind"]]
    own = values["decision_key"]
    same = [row for row in alike if row.after["decision_key"] == own]
    unnumbered = [row for row in alike if not (own and row.after["decision_key"])]
    return next(iter([*same, *unnumbered]), None)


def _differences(known: Values, values: Values) -> Iterator[tuple[str, Any]]:
    """What *values* say otherwise, unless they are the older word; what they leave out stays."""
    if (values["as_of"] or "") < (known["as_of"] or ""):
        return
    for name, value in values.items():
        if value and value != known[name]:
            yield name, value


def in_short(values: Mapping[str, Any]) -> str:
    """An event in the log of changes: kind, decision and day."""
    said = (values["kind"], values["decision"], values["effective"] or values["decided"] or "")
    return " ".join(filter(None, said))


async def record(
    connection: AsyncConnection, product_id: str, event: CertificateEvent, *, about: Certificate, by: Doer
) -> bool:
    """Write *event*, *about* a certificate of the product, into tables, history and audit; False if it was known.

    It waits for an import to end. Raises NotFound where the product has no such certificate.
    """
    return await record_of(connection, product_id, event, identity=identify(about), by=by)


async def record_of(
    connection: AsyncConnection, product_id: str, event: CertificateEvent, *, identity: str, by: Doer
) -> bool:
    """The same, of the certificate with that *identity*."""
    # The log of changes is numbered in the order in which it can be seen, so that none is overlooked.
    await database.serialize_imports(connection)
    table = tables.certificates
    row = select(table.c.number).where(table.c.product_id == product_id, table.c.identity == identity)
    number = await connection.scalar(row)
    if number is None:
        raise NotFound(f"{product_id} has no certificate {identity[2:]}.")
    writes = await compare_events(connection, {number: [event_values(event)]})
    await write_events(connection, writes)
    changes = [change for each in writes for change in each.changes()]
    if changes:
        await _note(connection, product_id, changes, who=_COMMAND if by.officer == HOUSE else f"officer {by.officer}")
        told = {name: value for name, value in event_values(event).items() if value and name != "decision_key"}
        done = by.did(Deed.CERTIFICATE_DECIDED, f"product {product_id}", after={"certificate": identity, **told})
        await revisions.bump(connection, product_id)
        await append(connection, done)
    return bool(changes)


async def _note(connection: AsyncConnection, product_id: str, changes: Iterable[Change], *, who: str) -> None:
    told = [(product_id, name, str(old or ""), str(new or "")) for _, name, old, new in changes]
    await write_history(connection, told, who=who)


class CertificateEventStore:
    """Every method raises StoreError. What was decided of a certificate is read with it, see `Certificate.events`."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def record(
        self, product_id: str, event: CertificateEvent, *, about: Certificate, by: Doer = _OPERATOR
    ) -> bool:
        """Keep what was decided *about* a certificate of the product; False if it was known. Raises NotFound."""
        return await self._access.write_alone(lambda c: record(c, product_id, event, about=about, by=by))

    def recording(self, product_id: str, event: CertificateEvent, *, identity: str, by: Doer) -> Call[None]:
        """What keeps *event* of the certificate with that *identity*, in the transaction of what else is decided."""

        async def write(connection: AsyncConnection) -> None:
            await record_of(connection, product_id, event, identity=identity, by=by)

        return write
