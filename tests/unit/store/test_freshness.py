"""What is known of a person is read with their message, and once more if a notice told them something since."""

from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import InboxRow, open_store


async def test_a_notice_makes_what_was_read_stale(store_url: str) -> None:
    """ "1" means what the notice offered last, not what an answer before it did."""
    async with open_store(store_url, keys=[new_key()]) as store:
        received = await store.inbox.receive(InboxRow("zalo_bot", "ba", "1", "{}"))
        assert store.inbox.is_fresh(received)
        await store.people.change_state(Address("zalo_bot", "ba"), lambda _language, _state: '{"offered": ["homthu"]}')
        assert not store.inbox.is_fresh(received)
        assert await store.people.load("zalo_bot", "ba") == ("", '{"offered": ["homthu"]}')
        assert store.inbox.is_fresh(await store.inbox.receive(InboxRow("zalo_bot", "ba", "2", "{}")))
