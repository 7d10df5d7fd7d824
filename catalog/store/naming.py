"""By which codes and other names a product is found, as officers give them: each with its row in the audit.

What was done is taken back by that row's number, and only by who did it.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import AuditRow, Deed, Doer
from catalog.errors import NotFound
from catalog.store import database, revisions, tables
from catalog.store.access import Access, Call
from catalog.store.audit import append
from catalog.store.field_history import write_history


class NamingStore:
    """Every method raises StoreError; whether somebody may is asked above. The number is that of the audit's row."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def bind_code(self, kind: str, key: str, *, shown: str, product: str, by: Doer) -> int:
        """Let a code (its kind and key as the store looks for them) stand for a product; NotFound if it does."""

        async def write(connection: AsyncConnection) -> int:
            table = tables.codes
            row = {"kind": kind, "key": key, "product_id": product}
            same = [table.c[name] == value for name, value in row.items()]
            if await connection.scalar(select(table.c.key).where(*same)) is not None:
                raise NotFound(f"{key} is {product}'s already")
            await connection.execute(insert(table), {**row, "text": shown})
            await revisions.bump(connection, product)
            after = {"kind": kind, "key": key, "text": shown}
            return (await append(connection, by.did(Deed.CODE_BOUND, f"product {product}", after=after))).number

        return await self._write(write)

    async def unbind_code(self, kind: str, key: str, *, product: str, by: Doer) -> int:
        """Let a code stand for a product no more. Raises NotFound."""

        async def write(connection: AsyncConnection) -> int:
            table = tables.codes
            same = (table.c.kind == kind) & (table.c.key == key) & (table.c.product_id == product)
            gone = await connection.execute(delete(table).where(same))
            if not gone.rowcount:
                raise NotFound(f"{key} is not {product}'s")
            await revisions.bump(connection, product)
            before = {"kind": kind, "key": key}
            return (await append(connection, by.did(Deed.CODE_UNBOUND, f"product {product}", before=before))).number

        return await self._write(write)

    async def add_alias(self, product: str, alias: str, *, by: Doer) -> int:
        """Let a product be found by one more name. Raises NotFound where there is no product, or it has the name."""

        async def write(connection: AsyncConnection) -> int:
            held = await _aliases(connection, product)
            if alias in held:
                raise NotFound(f"{product} has this name already")
            await _keep_aliases(connection, product, held, [*held, alias], by)
            after = {"alias": alias}
            return (await append(connection, by.did(Deed.ALIAS_ADDED, f"product {product}", after=after))).number

        return await self._write(write)

    async def remove_alias(self, product: str, alias: str, *, by: Doer) -> int:
        """Let a product be found by a name no more. Raises NotFound."""

        async def write(connection: AsyncConnection) -> int:
            held = await _aliases(connection, product)
            if alias not in held:
                raise NotFound(f"{product} has no such name")
            await _keep_aliases(connection, product, held, [each for each in held if each != alias], by)
            before = {"alias": alias}
            return (await append(connection, by.did(Deed.ALIAS_REMOVED, f"product {product}", before=before))).number

        return await self._write(write)

    async def known_codes(self, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of these codes (kind and key) stand for a product."""
        table = tables.codes.c
        query = select(table.kind, table.key).where(table.key.in_([key for _, key in keys])).distinct()
        rows = await self._access.read(lambda c: c.execute(query))
        return {(row.kind, row.key) for row in rows} & set(keys)

    async def _write(self, write: Call[int]) -> int:
        async def alone(connection: AsyncConnection) -> int:
            # The log of changes is numbered in the order in which it can be seen, so that none is overlooked.
            await database.serialize_imports(connection)
            return await write(connection)

        return await self._access.write_alone(alone)


def given_by(row: AuditRow) -> tuple[str, dict[str, str]]:
    """The product that a row of the audit tells of, and what it was given."""
    fields: dict[str, Any] = json.loads(row.entry.after or "{}")
    return row.entry.subject.removeprefix("product "), {name: str(value) for name, value in fields.items()}


async def _aliases(connection: AsyncConnection, product: str) -> list[str]:
    table = tables.products.c
    held: list[str] | None = await connection.scalar(select(table.aliases).where(table.id == product).with_for_update())
    if held is None:
        raise NotFound(f"no product {product}")
    return held


async def _keep_aliases(
    connection: AsyncConnection, product: str, old: Sequence[str], new: Sequence[str], by: Doer
) -> None:
    table = tables.products
    await connection.execute(update(table).where(table.c.id == product).values(aliases=list(new)))
    await write_history(connection, [(product, "aliases", list(old), list(new))], who=f"officer {by.officer}")
    await revisions.bump(connection, product)
