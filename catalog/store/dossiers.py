"""Communes' reports on products as they are kept: sealed, one state after the other, each step in the audit."""

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.commune_report import (
    AT_COMMUNE,
    CommuneReport,
    Criterion,
    CriterionFinding,
    Dossier,
    DossierPaper,
    DossierState,
)
from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.officers import Reach
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.inspections import within_reach

_STEPS = {
    DossierState.HANDED_OVER: (AT_COMMUNE, Deed.DOSSIER_HANDED_OVER),
    DossierState.DROPPED: (AT_COMMUNE, Deed.DOSSIER_DROPPED),
    DossierState.RECEIVED: ({DossierState.HANDED_OVER}, Deed.DOSSIER_RECEIVED),
    DossierState.SENT_BACK: ({DossierState.HANDED_OVER, DossierState.RECEIVED}, Deed.DOSSIER_SENT_BACK),
}
"""From where a dossier comes into a state, and what the audit calls that."""


class DossierStore:
    """Every method raises StoreError; whether an officer may is asked above."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def begin(self, dossier: Dossier, *, by: Doer) -> int:
        """Keep a new draft; its number."""
        values = {**self._values(dossier, by), "state": str(DossierState.DRAFT), "version": 1, "answer": ""}

        async def write(connection: AsyncConnection) -> int:
            made = await connection.execute(insert(tables.dossiers).values(values).returning(tables.dossiers.c.number))
            number = int(made.scalar_one())
            told = {"commune": dossier.commune, "product": dossier.product}
            await append(connection, by.did(Deed.DOSSIER_BEGUN, f"dossier {number}", after=told))
            return number

        return await self._access.write_alone(write)

    async def save(self, dossier: Dossier, *, by: Doer) -> bool:
        """Keep what a draft says now; False where somebody else has changed it since that version, or it is gone on."""
        table = tables.dossiers.c
        here = (table.number == dossier.number) & (table.version == dossier.version)
        here &= table.state.in_([str(each) for each in AT_COMMUNE])
        values = {**self._values(dossier, by), "version": dossier.version + 1}

        async def write(connection: AsyncConnection) -> bool:
            changed = await connection.execute(update(tables.dossiers).where(here).values(values))
            if changed.rowcount == 1:
                await append(connection, by.did(Deed.DOSSIER_CHANGED, f"dossier {dossier.number}"))
            return changed.rowcount == 1

        return await self._access.write_alone(write)

    async def move(self, number: int, to: DossierState, *, by: Doer, reason: str = "") -> None:
        """Hand it over, receive it, send it back with a reason, or drop it. Raises NotFound where it is not there."""
        table, (before, deed) = tables.dossiers.c, _STEPS[to]
        here = (table.number == number) & table.state.in_([str(each) for each in before])
        answer = self._access.seal.close(reason) if reason else ""
        values = {"state": str(to), "answer": answer, "version": table.version + 1}

        async def write(connection: AsyncConnection) -> None:
            moved = await connection.execute(update(tables.dossiers).where(here).values(values))
            if moved.rowcount != 1:
                raise NotFound
            await append(connection, by.did(deed, f"dossier {number}", reason=reason))

        await self._access.write_alone(write)

    async def find(self, number: int) -> Dossier | None:
        """One dossier."""
        found = await self._list(tables.dossiers.c.number == number, limit=1)
        return found[0] if found else None

    async def newest(
        self, reach: Reach, states: Collection[DossierState], *, limit: int, offset: int = 0
    ) -> Sequence[Dossier]:
        """Those within *reach* that are in one of *states*, the newest first."""
        return await self._list(_within(reach, states), limit=limit, offset=offset)

    async def count(self, reach: Reach, states: Collection[DossierState]) -> int:
        """How many of these there are."""
        query = select(func.count()).select_from(tables.dossiers).where(_within(reach, states))
        return await self._access.read(lambda c: c.scalar(query)) or 0

    async def _list(self, wanted: ColumnElement[bool], *, limit: int, offset: int = 0) -> list[Dossier]:
        table = tables.dossiers
        query = select(table).where(wanted).order_by(table.c.number.desc()).limit(limit).offset(offset)
        rows = (await self._access.read(lambda c: c.execute(query))).mappings()
        return [self._open(row) for row in rows]

    def _open(self, row: Any) -> Dossier:
        answer = self._access.open(row["answer"]) if row["answer"] else ""
        return replace(_dossier(row, self._access.open(row["content"])), answer=answer)

    def _values(self, dossier: Dossier, by: Doer) -> dict[str, Any]:
        return {
            "commune": dossier.commune,
            "producer_id": dossier.producer,
            "product_id": dossier.product,
            "content": self._access.seal.close(_serialize(dossier)),
            "edited_by": by.officer,
            "edited_at": time.time(),
        }


def _within(reach: Reach, states: Collection[DossierState]) -> ColumnElement[bool]:
    table = tables.dossiers.c
    return within_reach(reach, table.commune, table.producer_id) & table.state.in_([str(each) for each in states])


def _serialize(dossier: Dossier) -> str:
    report = dossier.report
    said = {
        "commune": report.commune,
        "product": report.product,
        "producer": report.producer,
        "address": report.address,
        "province": report.province,
        "number": report.number,
        "day": str(report.day) if report.day else "",
        "findings": {str(criterion): [each.said, each.points] for criterion, each in report.findings.items()},
        "taking_part": list(report.taking_part),
        "stars": report.stars,
        "signer": report.signer,
        "papers": sorted(dossier.papers),
        "service": dossier.service,
        "remark": dossier.remark,
    }
    return json.dumps(said, ensure_ascii=False)


def _dossier(row: Any, content: str) -> Dossier:
    said = json.loads(content)
    names = ("commune", "product", "producer", "address", "province", "number", "stars", "signer")
    findings = {Criterion(each): CriterionFinding(words, points) for each, (words, points) in said["findings"].items()}
    report = CommuneReport(
        **{name: said[name] for name in names},
        day=PartialDate.parse(said["day"]) if said["day"] else None,
        findings=findings,
        taking_part=tuple(said["taking_part"]),
    )
    return Dossier(
        row["commune"],
        report,
        row["producer_id"],
        row["product_id"],
        frozenset(DossierPaper(each) for each in said["papers"]),
        service=said["service"],
        remark=said["remark"],
        state=DossierState(row["state"]),
        round=row["round"],
        edited_by=row["edited_by"],
        edited_at=row["edited_at"],
        version=row["version"],
        number=row["number"],
    )
