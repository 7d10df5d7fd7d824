"""Bring what a list says into the tables: only what differs is written, and each change is kept with its time."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, bindparam, cast, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.field import Home
from catalog.model import ImportReport
from catalog.store import former_ids, tables
from catalog.store.certificate_events import TAKING, compare_events, write_events
from catalog.store.field_columns import DETAILS, gather_details, lists, spread_details, stored_names
from catalog.store.field_history import history_row
from catalog.store.group_rows import Described, Merged, MergedList, OnePart, says
from catalog.store.revisions import bump, skip_given_numbers
from catalog.store.row_changes import RowChange

CHUNK = 500
_LISTS = lists(Home.PRODUCT) | lists(Home.PRODUCER)
_NAME_LISTS = frozenset({"aliases", "producer_names"})
_WATCHED = {"producer_id": "producers", "phones": "phones"}

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Ledger:
    """What this import has done so far."""

    who: str
    at: float
    writes: bool = True
    rows: list[RowChange] | None = None
    """What becomes of each row that is added or changed, where that is wanted."""
    added: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    producers: set[str] = field(default_factory=set)
    certificates_added: int = 0
    certificates_updated: int = 0
    events: set[tuple[int, str]] = field(default_factory=set)
    changes: list[dict[str, Any]] = field(default_factory=list)
    replaced: dict[str, set[str]] = field(default_factory=lambda: {"stars": set(), "producers": set(), "phones": set()})
    """What was known and is said otherwise: products by their stars and producers, producers by their phones."""

    def note_difference(self, row: Mapping[str, Any], name: str, *, new: Any) -> None:
        """Note that *name* of *row* is *new* from now on, also as replaced where that is watched and was known."""
        if name in _WATCHED and row[name]:
            self.replaced[_WATCHED[name]].add(row["id"])
        self.note_change(row["id"], name, old=row[name], new=new)

    def everything_touched(self) -> set[str]:
        """The ids of all products and producers that were added or changed."""
        return self.added | self.touched | self.producers

    def note_row(self, table: Table, *key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
        """Note what becomes of a row; *before* is None for a new one."""
        if self.rows is not None:
            self.rows.append(RowChange(table.name, key, before, after))

    def note_change(self, subject: str, name: str, *, old: Any, new: Any) -> None:
        """Note that *name* of *subject* was *old* and is *new*."""
        self.changes.append(history_row(subject, name, old, new, who=self.who, at=self.at))


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import did, or would do: in numbers, and row by row."""

    report: ImportReport
    rows: Sequence[RowChange]


async def compare(connection: AsyncConnection, merged: MergedList, *, progress: Progress) -> Applied:
    """What `apply` would do now; nothing is written. Totals in `ImportReport.changed` do not count what is new."""
    ledger = _Ledger(who="", at=0.0, writes=False, rows=[])
    return await _go_through(connection, merged, ledger, progress)


def show_nothing(_done: int, _total: int) -> None:
    """Show no progress."""


async def apply(
    connection: AsyncConnection,
    merged: MergedList | OnePart,
    *,
    who: str,
    progress: Progress = show_nothing,
    keep: bool = False,
) -> Applied:
    """Write what *merged* says and the tables do not; *progress* gets (done, total) in things looked at.

    Each row's change is told only where asked to *keep* them: they take as much memory as the list.
    """
    ledger = _Ledger(who=who, at=time.time(), rows=[] if keep else None)
    applied = await _go_through(connection, merged, ledger, progress)
    if applied.report.added or applied.report.updated:
        await bump(connection, *ledger.everything_touched())
    return applied


async def _go_through(
    connection: AsyncConnection, merged: MergedList | OnePart, ledger: _Ledger, progress: Progress
) -> Applied:
    done, redirects = 0, await former_ids.list_redirects(connection)
    for part in merged:
        former_ids.redirect(part, redirects)
        for step, things, size in _steps(part):
            await step(connection, things, ledger)
            done += size
            progress(min(done, merged.total), merged.total)
        await _log_changes(connection, ledger)
    progress(merged.total, merged.total)
    return Applied(await _report(connection, merged, ledger), ledger.rows or ())


async def apply_part(connection: AsyncConnection, part: Merged, *, who: str) -> None:
    """Write what *part* says and the tables do not, as it stands: no former id is led to another thing."""
    ledger = _Ledger(who=who, at=time.time())
    for step, things, _size in _steps(part):
        await step(connection, things, ledger)
    await _log_changes(connection, ledger)
    await bump(connection, *ledger.everything_touched())


async def _log_changes(connection: AsyncConnection, ledger: _Ledger) -> None:
    for chunk in _chunks(ledger.changes if ledger.writes else ()):
        await connection.execute(insert(tables.changes), chunk)
    ledger.changes.clear()


def _steps(merged: Merged) -> Iterator[tuple[Any, Any, int]]:
    for chunk in _chunks(merged.producers.items()):
        yield _producers, dict(chunk), len(chunk)
    for chunk in _chunks(merged.products.items()):
        yield _products, dict(chunk), len(chunk)
    by_product: dict[str, dict[str, dict[str, Any]]] = {}
    for (product_id, identity), values in merged.certificates.items():
        by_product.setdefault(product_id, {})[identity] = values
    for some in _chunks(by_product.items()):
        yield _certificates, dict(some), sum(len(each) for _, each in some)
    for some in _chunks(merged.events.items()):
        yield _events, dict(some), 0
    for codes in _chunks(merged.codes.items()):
        yield _codes, dict(codes), 0


async def _producers(connection: AsyncConnection, described: Mapping[str, Described], ledger: _Ledger) -> None:
    await _upsert(
        connection, tables.producers, described, names=("name", "kind", *stored_names(Home.PRODUCER)), ledger=ledger
    )


async def _products(connection: AsyncConnection, described: Mapping[str, Described], ledger: _Ledger) -> None:
    await _upsert(
        connection,
        tables.products,
        described,
        names=("name", "producer_id", *stored_names(Home.PRODUCT)),
        ledger=ledger,
    )


async def _upsert(
    connection: AsyncConnection,
    table: Table,
    described: Mapping[str, Described],
    *,
    names: Sequence[str],
    ledger: _Ledger,
) -> None:
    held = await _fetch_rows(connection, table, table.c.id.in_(described))
    known = {row["id"]: row for row in held}
    columns = [column.name for column in table.c if column.name in {*names, DETAILS, "facts"}]
    fresh, changed = [], []
    for key, thing in described.items():
        row = known.get(key)
        if row is None:
            fresh.append(_new_row(key, thing, names))
            ledger.note_row(table, key, before=None, after=fresh[-1])
        elif values := _differences(spread_details(row), thing, names, ledger=ledger):
            before = {name: row[name] for name in columns}
            changed.append({"key": key, **before, **gather_details(values, held=row[DETAILS])})
            ledger.note_row(table, key, before=before, after={name: changed[-1][name] for name in columns})
    await _write(connection, table, fresh=fresh, changed=changed, names=columns, ledger=ledger)
    noted = ledger.producers if table is tables.producers else ledger.touched
    noted.update(row["key"] for row in changed)
    if table is tables.products:
        ledger.added.update(row["id"] for row in fresh)


async def _fetch_rows(
    connection: AsyncConnection, table: Table, condition: ColumnElement[bool]
) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(select(table).where(condition))).mappings()]


def _new_row(key: str, thing: Described, names: Sequence[str]) -> dict[str, Any]:
    values = {name: thing.values.get(name, [] if name in _LISTS else "") for name in names}
    return {"id": key, DETAILS: {}, **gather_details(values, held=None), "facts": thing.facts}


def _differences(row: Mapping[str, Any], thing: Described, names: Sequence[str], *, ledger: _Ledger) -> dict[str, Any]:
    """The fields of *row* that *thing* says otherwise and not by an older word; a former name becomes an alias."""
    facts = dict(row["facts"])
    values: dict[str, Any] = {}
    for name in names:
        if not thing.values.get(name) or _older(thing.facts[name], facts.get(name)):
            continue
        new = _with_old_names(row, thing, name) if name in _NAME_LISTS else thing.values[name]
        if new != row[name]:
            ledger.note_difference(row, name, new=new)
            values[name] = new
        facts[name] = thing.facts[name]
    if "aliases" in names and "name" in values:
        values |= _former_name_as_alias(row, values.get("aliases", row["aliases"]))
    if facts != row["facts"]:
        values["facts"] = facts
    return values


def _with_old_names(row: Mapping[str, Any], thing: Described, name: str) -> list[str] | str:
    """Other names are never lost: who looks for one finds what it was."""
    said = thing.values[name]
    if isinstance(said, str):
        return "; ".join(dict.fromkeys(filter(None, [*row[name].split("; "), *said.split("; ")])))
    known: list[str] = row[name]
    return known + [alias for alias in said if alias not in known]


def _former_name_as_alias(row: Mapping[str, Any], aliases: list[str]) -> dict[str, list[str]]:
    return {} if row["name"] in aliases else {"aliases": [*aliases, row["name"]]}


def _older(fact: Sequence[str], held: Sequence[str] | None) -> bool:
    return bool(held and fact[1] and fact[1] < held[1])


async def _write(
    connection: AsyncConnection,
    table: Table,
    *,
    fresh: list[dict[str, Any]],
    changed: list[dict[str, Any]],
    names: Sequence[str],
    ledger: _Ledger,
) -> None:
    if not ledger.writes:
        return
    if fresh:
        if table is tables.products:
            await skip_given_numbers(connection, fresh)
        await connection.execute(insert(table), fresh)
    if changed:
        key = table.c.id if "id" in table.c else table.c.number
        statement = update(table).where(key == bindparam("key")).values({name: bindparam(name) for name in names})
        await connection.execute(statement, changed)


async def _certificates(
    connection: AsyncConnection, described: Mapping[str, Mapping[str, dict[str, Any]]], ledger: _Ledger
) -> None:
    table = tables.certificates
    held = await _fetch_rows(connection, table, table.c.product_id.in_(described))
    known = {(row["product_id"], row["identity"]): row for row in held}
    fresh, changed = [], []
    for product_id, certificates in described.items():
        for identity, values in certificates.items():
            row = known.get((product_id, identity))
            if row is None:
                potential = bool(values["potential_five"])
                fresh.append({"product_id": product_id, "identity": identity, **values, "potential_five": potential})
                ledger.note_row(table, product_id, identity, before=None, after=fresh[-1])
                _watch_stars(product_id, held, values, ledger)
                ledger.touched.add(product_id)
            elif merged := _certificate_change(row, values, ledger):
                changed.append({"key": row["number"], **merged})
                before = {name: row[name] for name in merged}
                ledger.note_row(table, product_id, identity, before=before, after=merged)
                ledger.touched.add(product_id)
    names = [column.name for column in table.c if column.name not in {"number", "product_id", "identity"}]
    await _write(connection, table, fresh=fresh, changed=changed, names=names, ledger=ledger)
    ledger.certificates_added += len(fresh)
    ledger.certificates_updated += len(changed)


def _certificate_change(row: Mapping[str, Any], values: Mapping[str, Any], ledger: _Ledger) -> dict[str, Any] | None:
    if values["as_of"] and values["as_of"] < (row["as_of"] or ""):
        return None
    merged = {name: values[name] if says(values[name]) else row[name] for name in values}
    differing = [name for name in merged if merged[name] != row[name]]
    if "stars" in differing and row["stars"] is not None:
        ledger.replaced["stars"].add(row["product_id"])
    for name in differing:
        ledger.note_change(row["product_id"], name, old=row[name], new=merged[name])
    return merged if differing else None


def _watch_stars(
    product_id: str, held: Sequence[Mapping[str, Any]], values: Mapping[str, Any], ledger: _Ledger
) -> None:
    """Note a new certificate with other stars than the newest that the product has."""
    own = [row for row in held if row["product_id"] == product_id and row["stars"] is not None]
    newest = max(own, key=lambda row: (row["decided"] or "", row["as_of"] or ""), default=None)
    if newest and values["stars"] is not None and values["stars"] != newest["stars"]:
        ledger.replaced["stars"].add(product_id)


async def _events(
    connection: AsyncConnection, described: Mapping[tuple[str, str], list[dict[str, Any]]], ledger: _Ledger
) -> None:
    """Write what was decided about certificates, which are there by now; a star that is taken away is watched."""
    numbers = await _numbers(connection, described)
    products = {number: product for (product, _), number in numbers.items()}
    writes = await compare_events(connection, {numbers[key]: events for key, events in described.items()})
    if ledger.writes:
        await write_events(connection, writes)
    for each in writes:
        product = products[each.certificate]
        ledger.touched.add(product)
        key = str(each.number or "")
        ledger.note_row(tables.certificate_events, product, key, before=each.before, after=each.after)
        for number, name, old, new in each.changes():
            ledger.note_change(product, name, old=old, new=new)
            ledger.events.add((number, str(new)) if name == "status" else (number, ""))
            if name == "status" and new.startswith(TAKING) and product not in ledger.added:
                ledger.replaced["stars"].add(product)


async def _numbers(connection: AsyncConnection, certificates: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The numbers of *certificates*; those that are not written have one below 0."""
    wanted = list(certificates)
    held = await _fetch_rows(
        connection, tables.certificates, tables.certificates.c.product_id.in_({p for p, _ in wanted})
    )
    known = {(row["product_id"], row["identity"]): row["number"] for row in held}
    return {key: known.get(key, -place) for place, key in enumerate(wanted, 1)}


async def _count_changes(connection: AsyncConnection, ledger: _Ledger) -> dict[str, tuple[int, int]]:
    """How many of the stars, producers and phones that were there are replaced, and of how many."""
    products, certificates, producers = tables.products, tables.certificates, tables.producers
    starred, reached = certificates.c.stars.is_not(None), cast(producers.c.phones, Text).not_in(("", "[]", "null"))
    # Counted by the database: to go through a million rows would hold up everybody's answers.
    queries = {
        "stars": (select(func.count(certificates.c.product_id.distinct())).where(starred), certificates.c.product_id),
        "producers": (select(func.count(products.c.id)), products.c.id),
        "phones": (select(func.count(producers.c.id)).where(reached), producers.c.id),
    }
    counts: dict[str, tuple[int, int]] = {}
    for name, replaced in ledger.replaced.items():
        if replaced:
            query, id_ = queries[name]
            there = await connection.scalar(query) or 0
            # Of products those are left out that came with this import.
            for chunk in _chunks(ledger.added) if name != "phones" else ():
                there -= await connection.scalar(query.where(id_.in_(chunk))) or 0
            counts[name] = (len(replaced), there)
    return counts


async def _codes(connection: AsyncConnection, described: Mapping[tuple[str, str, str], str], ledger: _Ledger) -> None:
    table = tables.codes
    held = await _fetch_rows(connection, table, table.c.key.in_({key for _, key, _ in described}))
    known = {(row["kind"], row["key"], row["product_id"]) for row in held}
    fresh = [
        {"kind": kind, "key": key, "product_id": product_id, "text": text}
        for (kind, key, product_id), text in described.items()
        if (kind, key, product_id) not in known
    ]
    for row in fresh:
        ledger.note_row(table, row["kind"], row["key"], row["product_id"], before=None, after=row)
        ledger.touched.add(row["product_id"])
    await _write(connection, table, fresh=fresh, changed=[], names=(), ledger=ledger)


async def _report(connection: AsyncConnection, merged: MergedList | OnePart, ledger: _Ledger) -> ImportReport:
    touched = ledger.touched - ledger.added
    for chunk in _chunks(ledger.producers):
        rows = await connection.execute(select(tables.products.c.id).where(tables.products.c.producer_id.in_(chunk)))
        touched |= {row.id for row in rows} - ledger.added
    return ImportReport(
        added=len(ledger.added),
        updated=len(touched),
        unchanged=max(0, merged.products - len(ledger.added) - sum(each in merged for each in touched)),
        certificates_added=ledger.certificates_added,
        certificates_updated=ledger.certificates_updated,
        events=len(ledger.events),
        changed=await _count_changes(connection, ledger),
    )


def _chunks(things: Any) -> Iterator[Any]:
    several = iter(things)
    while chunk := list(islice(several, CHUNK)):
        yield chunk
