"""What is known of a person is read with their message, and once more if a notice told them something since."""

from pathlib import Path

from catalog.inquiry import Address
from catalog.sealing import new_key
from catalog.store import InboxRow, open_store


async def test_a_notice_makes_what_was_read_stale(store_file: Path) -> None:
    """ "1" means what the notice offered last, not what an answer before it did."""
    async with open_store(f"sqlite:///{store_file}", keys=[new_key()]) as store:
        received = await store.receive(InboxRow("zalo_bot", "ba", "1", "{}"))
        assert store.is_fresh(received)
        await store.post.change_person(Address("zalo_bot", "ba"), lambda _language, _state: '{"offered": ["homthu"]}')
        assert not store.is_fresh(received)
        assert await store.person("zalo_bot", "ba") == ("", '{"offered": ["homthu"]}')
        assert store.is_fresh(await store.receive(InboxRow("zalo_bot", "ba", "2", "{}")))
