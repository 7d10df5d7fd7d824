"""A database that version 0.1.0 wrote opens, with everything that was in it.

The sample holds one of each: answers sent, held and in doubt, inquiries answered and open, notices in every state, a
member, an officer, an invitation, a correction, looks, a changed product, a picture, and what a channel remembers.
"""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from catalog.inquiry import Address, Role, Side, State
from catalog.store import Store, open_store

SAMPLE = Path(__file__).parent / "samples" / "v0.1.0.db.gz"
KEY = urlsafe_b64encode(b"0.1.0: a key for the tests only!").decode()
AN, BINH, CUC = Address("zalo_oa", "an"), Address("web", "binh"), Address("telegram", "303")
MAKER = Address("telegram", "101")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    file = tmp_path / "old.db"
    file.write_bytes(gzip.decompress(SAMPLE.read_bytes()))
    async with open_store(f"sqlite:///{file}", migrate=True, keys=(KEY,)) as opened:
        yield opened


async def test_products_are_there_with_their_history(store: Store) -> None:
    listed = {each.id: each.name for each in await store.list_searchable()}
    assert listed == {"nem-1": "Nem chua 1", "nem-2": "Nem chua hai", "nem-3": "Nem chua 3"}
    changed = await store.product("nem-2")
    assert changed is not None
    assert [each.stars for each in changed.certificates] == [5]
    assert await store.product("nem-1") is not None


async def test_inquiries_keep_their_words_and_states(store: Store) -> None:
    (answered,) = await store.post.inquiries_of(AN, limit=10)
    assert answered.state is State.ANSWERED
    assert [(each.side, each.text) for each in answered.messages] == [
        (Side.CONSUMER, "Nem để được mấy ngày?"),
        (Side.PRODUCER, "Để được ba ngày trong tủ lạnh."),
    ]
    assert [each.messages[0].text for each in await store.post.inquiries_of(BINH, limit=10)] == ["Có ship không?"]
    assert [each.messages[0].text for each in await store.post.inquiries_of(CUC, limit=10)] == ["Có cay không?"]


async def test_people_and_what_they_looked_at_are_there(store: Store) -> None:
    (maker,) = await store.post.roles_of(MAKER)
    assert maker.role is Role.PRODUCER
    assert [each.who for each in await store.post.officers()] == [Address("web", "officer")]
    assert {each.product_id for each in await store.post.looks(AN, limit=10)} == {"nem-1"}
    language, state = await store.person(BINH.channel, BINH.address)
    assert (language, state.startswith("{"), len(state) > 2) == ("", True, True)


async def test_what_waits_still_waits(store: Store) -> None:
    (held,) = await store.waiting.letters(AN.channel, AN.address, states=("held",), limit=9)
    assert held.answer
    counts = await store.post.notice_counts()
    assert (counts["sent"], counts["waiting"]) == (4, 5)
    (wish,) = await store.post.wishes_waiting(limit=10)
    assert (wish.field, wish.new) == ("phones", '["+84912345999"]')


async def test_what_a_channel_remembers_is_there(store: Store) -> None:
    assert await store.recall("zalo_oa", "window:an") == '{"heard": 1}'
