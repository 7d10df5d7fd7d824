"""Rounds as they are kept: who takes part, what became of each, and results recorded as certificates in one act."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete as delete_from
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.commune_report import DossierState
from catalog.errors import CatalogError, NotFound
from catalog.model import Certificate, ProductRow, made_id
from catalog.rounds import EvaluationRound, RoundEntry, RoundResult, RoundState, RoundSum
from catalog.store import database, imports, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.field_columns import read_day
from catalog.store.group_rows import Described, Merged, MergedList, OnePart
from catalog.store.recognitions import recognise


class TakesPartAlready(CatalogError):
    """The product takes part in this round already."""


@dataclass(frozen=True, slots=True)
class RoundOutcome:
    """What recording a round's results did: how many certificates are new, products are, and were known before."""

    certificates: int
    products: int
    known: int


class RoundStore:
    """Every method raises StoreError, and those that change a round NotFound where it is not open."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def open(self, round_: EvaluationRound, *, by: Doer) -> int:
        """Keep a new round; its number."""
        values = {
            "name": round_.name,
            "year": round_.year,
            "decision": round_.decision,
            "decided": str(round_.decided) if round_.decided else None,
            "state": str(RoundState.OPEN),
            "source": round_.source,
            "opened_by": by.officer,
            "opened_at": time.time(),
        }
        told = {"name": round_.name, "year": round_.year, "decision": round_.decision}

        async def write(connection: AsyncConnection) -> int:
            made = await connection.execute(insert(tables.rounds).values(values).returning(tables.rounds.c.number))
            number = int(made.scalar_one())
            await append(connection, by.did(Deed.ROUND_OPENED, f"round {number}", after=told))
            return number

        return await self._access.write_alone(write)

    async def newest(self, *, limit: int, offset: int = 0, open_only: bool = False) -> Sequence[EvaluationRound]:
        """Rounds, the newest first."""
        table = tables.rounds
        query = select(table).order_by(table.c.year.desc(), table.c.number.desc()).limit(limit).offset(offset)
        if open_only:
            query = query.where(table.c.state == str(RoundState.OPEN))
        return [_round(row) for row in (await self._access.read(lambda c: c.execute(query))).mappings()]

    async def count(self) -> int:
        """How many rounds there are."""
        return await self._access.read(lambda c: c.scalar(select(func.count()).select_from(tables.rounds))) or 0

    async def find(self, number: int) -> EvaluationRound | None:
        """One round."""
        query = select(tables.rounds).where(tables.rounds.c.number == number)
        row = (await self._access.read(lambda c: c.execute(query))).mappings().one_or_none()
        return _round(row) if row else None

    async def entries(self, number: int) -> Sequence[RoundEntry]:
        """Who takes part, in the order in which they were put in."""
        return await self._access.read(lambda c: _entries(c, number))

    async def add(self, number: int, entry: RoundEntry, *, by: Doer) -> None:
        """Put a product into a round, and its dossier where it has one. Raises TakesPartAlready."""

        async def write(connection: AsyncConnection) -> None:
            await _touch(connection, number)
            if any(_same(each, entry) for each in await _entries(connection, number)):
                raise TakesPartAlready
            values = {"round": number, **_values(entry)}
            await connection.execute(insert(tables.round_entries).values(values))
            if entry.dossier:
                await _move_dossier(connection, entry.dossier, DossierState.RECEIVED, DossierState.IN_ROUND, number)
            told = {"product": entry.product_id or entry.product, "dossier": entry.dossier}
            await append(connection, by.did(Deed.ROUND_ENTRY_ADDED, f"round {number}", after=told))

        await self._access.write_alone(write)

    async def remove(self, number: int, entry: int, *, by: Doer) -> None:
        """Take a product out of a round that is open; its dossier is one that was received again."""
        table = tables.round_entries

        async def write(connection: AsyncConnection) -> None:
            await _touch(connection, number)
            found = [each for each in await _entries(connection, number) if each.number == entry]
            if not found:
                raise NotFound
            await connection.execute(delete_from(table).where(table.c.number == entry))
            if found[0].dossier:
                states = DossierState.IN_ROUND, DossierState.RECEIVED
                await _move_dossier(connection, found[0].dossier, *states, None)
            told = {"product": found[0].product_id or found[0].product}
            await append(connection, by.did(Deed.ROUND_ENTRY_REMOVED, f"round {number}", before=told))

        await self._access.write_alone(write)

    async def save_results(self, number: int, entries: Sequence[RoundEntry], *, by: Doer) -> None:
        """Keep what became of *entries* of a round that is open; nothing is a star yet."""
        table = tables.round_entries

        async def write(connection: AsyncConnection) -> None:
            await _touch(connection, number)
            for each in entries:
                values = {name: _values(each)[name] for name in ("result", "stars", "score", "certificate")}
                mine = (table.c.number == each.number) & (table.c.round == number)
                await connection.execute(update(table).where(mine).values(values))
            told = {str(each.number): f"{each.result} {each.stars or ''}".strip() for each in entries}
            await append(connection, by.did(Deed.ROUND_RESULTS_CHANGED, f"round {number}", after=told))

        await self._access.write_alone(write)

    async def publish_sums(self, number: int, sums: Mapping[RoundSum, int], source: str, *, by: Doer) -> None:
        """Keep what was published of a round, open or not, as it was published."""
        table = tables.rounds
        told = {str(each): count for each, count in sums.items()}

        async def write(connection: AsyncConnection) -> None:
            kept = update(table).where(table.c.number == number).values(published=told, source=source)
            if (await connection.execute(kept)).rowcount != 1:
                raise NotFound
            after = {**told, "source": source}
            await append(connection, by.did(Deed.ROUND_SUMS_ENTERED, f"round {number}", after=after))

        await self._access.write_alone(write)

    async def conclude(self, number: int, decided: Certificate, *, by: Doer) -> RoundOutcome:
        """Record every star that a round gave, by the decision, day, issuer and source of *decided*; all or nothing."""

        async def write(connection: AsyncConnection) -> RoundOutcome:
            await database.serialize_imports(connection)
            await _touch(connection, number, state=str(RoundState.CONCLUDED), result_decision=decided.decision)
            starred = [each for each in await _entries(connection, number) if each.result is RoundResult.STAR]
            fresh = [await _record(connection, each, decided, by=by) for each in starred]
            outcome = RoundOutcome(
                certificates=sum(certificate for certificate, _ in fresh),
                products=sum(product for _, product in fresh),
                known=sum(not certificate for certificate, _ in fresh),
            )
            told = {"decision": decided.decision, "certificates": outcome.certificates, "products": outcome.products}
            await append(connection, by.did(Deed.ROUND_CONCLUDED, f"round {number}", after=told))
            return outcome

        return await self._access.write_alone(write)


async def _record(
    connection: AsyncConnection, entry: RoundEntry, decided: Certificate, *, by: Doer
) -> tuple[bool, bool]:
    """Whether a certificate of *entry* is new, and whether its product is."""
    certificate = replace(decided, stars=entry.stars, score=entry.score, number=entry.certificate)
    product_id = entry.product_id or made_id(entry.product, entry.producer)
    products = tables.products
    known = await connection.scalar(select(products.c.id).where(products.c.id == product_id)) is not None
    if not known:
        await _add_product(connection, product_id, entry, certificate, by=by)
    return await recognise(connection, product_id, certificate, by=by), not known


async def _add_product(
    connection: AsyncConnection, product_id: str, entry: RoundEntry, certificate: Certificate, *, by: Doer
) -> None:
    """A product that the catalogue does not have, without a certificate: of a producer that it has, or a new one."""
    told = [certificate.source.name, str(certificate.source.as_of or "")]
    who = f"officer {by.officer}"
    if entry.producer_id:
        described = Described(
            {"name": entry.product, "producer_id": entry.producer_id}, {"name": told, "producer_id": told}
        )
        merged: MergedList | OnePart = OnePart(Merged(products={product_id: described}))
    else:
        row = ProductRow(
            entry.product, entry.producer, product_id, address=entry.address, source=told[0],
            as_of=certificate.source.as_of,
        )  # fmt: skip
        merged = MergedList([row])
    await imports.apply(connection, merged, who=who)


async def _touch(connection: AsyncConnection, number: int, **values: str) -> None:
    """Change a round that is open, or hold it as it is until the transaction ends. Raises NotFound for any other."""
    table = tables.rounds
    here = (table.c.number == number) & (table.c.state == str(RoundState.OPEN))
    changed = await connection.execute(update(table).where(here).values(values or {"state": str(RoundState.OPEN)}))
    if changed.rowcount != 1:
        raise NotFound


async def _move_dossier(
    connection: AsyncConnection, number: int, before: DossierState, after: DossierState, round_: int | None
) -> None:
    table = tables.dossiers
    here = (table.c.number == number) & (table.c.state == str(before))
    values = {"state": str(after), "round": round_, "version": table.c.version + 1}
    if (await connection.execute(update(table).where(here).values(values))).rowcount != 1:
        raise NotFound


def _same(one: RoundEntry, other: RoundEntry) -> bool:
    if one.product_id and other.product_id:
        return one.product_id == other.product_id
    return made_id(one.product, one.producer) == made_id(other.product, other.producer)


async def _entries(connection: AsyncConnection, number: int) -> list[RoundEntry]:
    table = tables.round_entries
    query = select(table).where(table.c.round == number).order_by(table.c.number)
    return [_entry(row) for row in (await connection.execute(query)).mappings()]


def _values(entry: RoundEntry) -> dict[str, Any]:
    return {
        "product": entry.product,
        "producer": entry.producer,
        "product_id": entry.product_id,
        "producer_id": entry.producer_id,
        "commune": entry.commune,
        "address": entry.address,
        "dossier": entry.dossier,
        "result": str(entry.result),
        "stars": entry.stars,
        "score": entry.score,
        "certificate": entry.certificate,
    }


def _entry(row: Any) -> RoundEntry:
    values = {name: row[name] for name in row if name not in {"round", "result"}}
    return RoundEntry(**values, result=RoundResult(row["result"]))


def _round(row: Any) -> EvaluationRound:
    return EvaluationRound(
        row["name"],
        row["year"],
        row["decision"],
        read_day(row["decided"]),
        RoundState(row["state"]),
        row["result_decision"],
        {RoundSum(each): count for each, count in row["published"].items()},
        row["source"],
        row["number"],
    )
