"""What the tests of the page "Today" put into a catalogue: invented products in two communes, and people."""

from dataclasses import replace

from catalog.dates import PartialDate
from catalog.inquiry import Address, Inquiry, Kind, State
from catalog.model import ProducerKind, ProductRow
from catalog.store import Store, UnmetQuery

DAY = 24 * 3600.0
PLACES = {"here": "thôn 1, xã Nhân Thắng, tỉnh Bắc Ninh", "there": "thôn 2, xã Cao Đức, tỉnh Bắc Ninh"}


def thing(key: str, *, decided: PartialDate, at: str = "here", **more: object) -> ProductRow:
    """An invented product with one certificate of that day."""
    row = ProductRow(
        id=key,
        name=f"Tương {key}",
        producer=f"HTX Tương {at}",
        producer_kind=ProducerKind.COOPERATIVE,
        address=PLACES[at],
        phones=("+84912345671" if at == "here" else "+84912345672",),
        stars=3,
        decision=f"{key}/QĐ-UBND",
        decided=decided,
        source="Sở NN&MT",
        as_of=PartialDate(2025, 3, 1),
    )
    return replace(row, **more)  # type: ignore[arg-type]  # fields of the row


async def asks(store: Store, ref: str, product: str, *, at: float) -> None:
    """A consumer asks about a product, and nobody answers."""
    found = await store.product(product)
    assert found is not None
    inquiry = Inquiry(
        ref, found.id, found.producer.id, Address("web", f"khach-{ref}"), Kind.QUESTION, State.SENT, at, at, "Trần Kín"
    )
    assert await store.inquiries.open(inquiry, text="Lời riêng của khách", link=f"link-{ref}")


async def looks(store: Store, product: str, *, people: int, at: float) -> None:
    """So many people look at a product, each twice."""
    for number in range(2 * people):
        await store.people.note_view(Address("web", f"nguoi-{number // 2}"), product, at=at)


async def looks_in_vain(store: Store, kind: str, shown: str, *, people: int = 3) -> None:
    """So many people look for what we do not have."""
    for number in range(people):
        await store.unmet.note(UnmetQuery(kind, shown), key=shown.casefold(), who=Address("web", f"nguoi-{number}"))
