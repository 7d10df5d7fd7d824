"""What an officer records of one product: another certificate, another name; kept as an import would keep it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.errors import NotFound
from catalog.field import Home
from catalog.model import Certificate, CertificateEvent
from catalog.store import database, imports, tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.certificate_events import event_values, identify
from catalog.store.field_columns import certificate_values, stored_fields
from catalog.store.group_rows import Described, Merged, OnePart, says


class RecognitionStore:
    """Every method raises StoreError, and NotFound where there is no such product or certificate."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def recognise(self, product_id: str, certificate: Certificate, *, by: Doer) -> bool:
        """Keep another certificate of the product; False where it has one of that number, decision or day."""
        return await self._access.write_alone(lambda c: recognise(c, product_id, certificate, by=by))

    async def rename(
        self, product_id: str, name: str, event: CertificateEvent, *, about: Certificate, by: Doer
    ) -> bool:
        """Give the product another *name* by the decision that *event* tells; people find it by the old one too.

        False where both were known.
        """
        identity = identify(about)
        facts = {"name": [event.source.name, str(event.source.as_of or "")]}
        part = Merged(
            products={product_id: Described({"name": name}, facts)},
            events={(product_id, identity): [event_values(event)]},
        )

        async def write(connection: AsyncConnection) -> bool:
            await database.serialize_imports(connection)
            held = await _product(connection, product_id)
            if await _certificate(connection, product_id, identity) is None:
                raise NotFound(f"{product_id} has no certificate {identity[2:]}.")
            report = (await imports.apply(connection, OnePart(part), who=_who(by))).report
            if not (report.updated or report.events):
                return False
            before, after = {"name": held}, {"certificate": identity, **_facts(event_values(event)), "name": name}
            entry = by.did(Deed.CERTIFICATE_DECIDED, f"product {product_id}", before=before, after=after)
            await append(connection, entry)
            return True

        return await self._access.write_alone(write)


async def recognise(connection: AsyncConnection, product_id: str, certificate: Certificate, *, by: Doer) -> bool:
    """RecognitionStore.recognise within a transaction; it waits for an import to end. Raises NotFound."""
    await database.serialize_imports(connection)
    await _product(connection, product_id)
    identity = identify(certificate)
    if await _certificate(connection, product_id, identity) is not None:
        return False
    values = _values(certificate)
    part = Merged(certificates={(product_id, identity): values})
    await imports.apply(connection, OnePart(part), who=_who(by))
    told = {"certificate": identity, **_facts(values)}
    await append(connection, by.did(Deed.CERTIFICATE_GIVEN, f"product {product_id}", after=told))
    return True


def _values(certificate: Certificate) -> dict[str, Any]:
    fields = {each.name: getattr(certificate, each.attribute or each.name) for each in stored_fields(Home.CERTIFICATE)}
    source = certificate.source
    return {**certificate_values(fields), "source": source.name, "as_of": str(source.as_of or "")}


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if says(value) and value and not name.endswith("_key")}


async def _product(connection: AsyncConnection, product_id: str) -> str:
    table = tables.products
    name = await connection.scalar(select(table.c.name).where(table.c.id == product_id))
    if name is None:
        raise NotFound(f"There is no product {product_id}.")
    return str(name)


async def _certificate(connection: AsyncConnection, product_id: str, identity: str) -> int | None:
    table = tables.certificates
    query = select(table.c.number).where(table.c.product_id == product_id, table.c.identity == identity)
    found: int | None = await connection.scalar(query)
    return found


def _who(by: Doer) -> str:
    return f"officer {by.officer}"
