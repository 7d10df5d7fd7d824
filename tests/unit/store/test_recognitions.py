"""One more certificate and another name of a product, on both engines: once, audited, found by the search."""

from dataclasses import replace

import pytest

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.model import Certificate, CertificateEvent, EventKind, Source
from catalog.officers import PROPOSAL_SECONDS, Act, ActScope, Grant, NeedsSecondOfficer, OfficerRole, Proposal, Reach
from catalog.sealing import new_key
from catalog.store import Store, open_store
from tests.unit.store.lists import row
from tests.unit.store.test_officers import TODAY

LAN, BINH = Doer(1, "province"), Doer(2, "province")
AGAIN = Certificate(
    5, "CN-9", "77/QĐ-UBND", PartialDate(2026, 11, 2), "UBND tỉnh Bắc Ninh", None, 92.5,
    source=Source("Quyết định 77/QĐ-UBND", PartialDate(2026, 11, 3)),
)  # fmt: skip
RENAMED = CertificateEvent(
    EventKind.RENAMED, "78/QĐ-UBND", PartialDate(2026, 11, 2), source=Source("Quyết định 78", PartialDate(2026, 11, 3))
)


@pytest.fixture
async def store(store: Store) -> Store:
    await store.import_rows([row()], who="test")
    return store


async def deeds(store: Store) -> list[tuple[int, str, str]]:
    return [(each.entry.officer, each.entry.deed, each.entry.subject) async for each in store.audit.every_row()]


async def test_a_recognition_is_kept_once_and_the_search_hears_of_it(store: Store) -> None:
    mark, _ = await store.searchable.since(None, most=0)
    assert await store.recognitions.recognise("nem-bui", AGAIN, by=LAN)
    assert not await store.recognitions.recognise("nem-bui", AGAIN, by=LAN)
    product = await store.product("nem-bui")
    assert product is not None
    assert AGAIN in product.certificates
    assert len(product.certificates) == 2
    later, changed = await store.searchable.since(mark, most=10)
    assert later.revision == mark.revision + 1
    assert [each.id for each in changed or ()] == ["nem-bui"]
    assert await deeds(store) == [(1, Deed.CERTIFICATE_GIVEN, "product nem-bui")]
    with pytest.raises(NotFound):
        await store.recognitions.recognise("nobody", AGAIN, by=LAN)


async def test_another_name_is_kept_with_its_decision_and_the_old_one_is_found(store: Store) -> None:
    product = await store.product("nem-bui")
    assert product is not None
    (about,) = product.certificates
    assert await store.recognitions.rename("nem-bui", "Nem Bùi Ninh Xá", RENAMED, about=about, by=LAN)
    assert not await store.recognitions.rename("nem-bui", "Nem Bùi Ninh Xá", RENAMED, about=about, by=LAN)
    renamed = await store.product("nem-bui")
    assert renamed is not None
    assert renamed.name == "Nem Bùi Ninh Xá"
    assert product.name in renamed.aliases
    assert renamed.producer == product.producer
    assert [each.kind for each in renamed.certificates[0].events] == [EventKind.RENAMED]
    assert await deeds(store) == [(1, Deed.CERTIFICATE_DECIDED, "product nem-bui")]
    with pytest.raises(NotFound):
        await store.recognitions.rename("nem-bui", "X", RENAMED, about=replace(about, number="?", decision="?"), by=LAN)


async def test_who_is_let_in_by_the_first_officer_is_no_second_one_and_proposals_expire(store_url: str) -> None:
    async def carry_out(_connection: object) -> None:
        raise AssertionError

    async with open_store(store_url, keys=[new_key()]) as store:
        for by in (Doer(), LAN, Doer()):
            await store.officers.add("Ai", Grant(OfficerRole.PROVINCE, TODAY), by=by)
        proposal = Proposal(Act.WITHDRAW_CERTIFICATE, "product a", ActScope(), {"a": 1}, "phạt", 1, 1000.0)
        number = await store.proposals.propose(proposal, by=LAN)
        assert [await store.proposals.may_confirm(proposal, each) for each in (1, 2, 3)] == [False, False, True]
        with pytest.raises(NeedsSecondOfficer):
            await store.proposals.confirm(number, by=BINH, carry_out=carry_out, now=1001.0)
        await store.officers.set_contact(1, "a@b.vn", by=Doer())
        await store.officers.set_contact(3, " A@b.vn", by=Doer())
        assert not await store.proposals.may_confirm(proposal, 3), "one address is one person"
        late = 1000.0 + PROPOSAL_SECONDS
        with pytest.raises(NotFound):
            await store.proposals.refuse(number, by=Doer(3, "province"), now=late)
        assert await store.proposals.waiting(limit=9, now=late) == []
        assert [await store.proposals.expire_old(now=late) for _ in range(2)] == [1, 0]
        assert (await deeds(store))[-1] == (0, Deed.PROPOSAL_EXPIRED, "product a")
        newest = await store.proposals.newest(Act.WITHDRAW_CERTIFICATE, Reach(everywhere=True), limit=5)
        assert [each.number for each in newest] == [number]
