"""After a change of keys everything is sealed anew under the first one, and the old one can be dropped."""

import gzip
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from catalog.inquiry import Address
from catalog.sealing import Seal, new_key
from catalog.store import InboxRow, Store, open_store, resealing, transfer
from tests.unit.store.test_older_versions import KEY, SAMPLE

NEW = new_key()
AN, BINH, MAKER = Address("zalo_oa", "an"), Address("web", "binh"), Address("telegram", "101")


def silent(_table: str, _done: int) -> None:
    """Show nothing."""


@pytest.fixture
async def old_url(store_url: str, tmp_path: Path) -> str:
    """A database with something of everything, sealed by the old key."""
    file = tmp_path / "old.db"
    file.write_bytes(gzip.decompress(SAMPLE.read_bytes()))
    async with open_store(f"sqlite:///{file}", migrate=True, keys=[KEY]) as store:
        await store.memory.keep_draft_photo(BINH, b"\xff\xd8draft")
        await store.memory.keep_personal_note("telegram", "album:101", "Ảnh của ba")
        await store.inbox.put(InboxRow("web", "binh", "photo", "{}", b"\xff\xd8photo"))
    if store_url.startswith("sqlite"):
        return f"sqlite:///{file}"
    await transfer.move(f"sqlite:///{file}", store_url, progress=silent)
    return store_url


async def seen(store: Store) -> list[object]:
    """All that is known of these people, opened."""
    return [await store.people.rows_about(who) for who in (AN, BINH, MAKER)]


async def test_everything_opens_with_the_new_key_alone(old_url: str) -> None:
    async with open_store(old_url, keys=[KEY]) as store:
        before = await seen(store)
    async with open_store(old_url, keys=[NEW, KEY]) as store:
        counted = await store.count_sealed()
        assert (counted.newest, counted.unknown) == (0, 0)
        assert counted.older > 10
        assert await store.reseal(progress=silent) == counted
        assert await store.count_sealed() == resealing.Sealed(newest=counted.older)
        assert await store.reseal(progress=silent) == resealing.Sealed(newest=counted.older)
    async with open_store(old_url, keys=[NEW]) as store:
        assert await seen(store) == before
    async with open_store(old_url, keys=[KEY]) as store:
        assert (await store.count_sealed()) == resealing.Sealed(unknown=counted.older)


async def test_one_that_was_interrupted_goes_on(old_url: str) -> None:
    def interrupt(table: str, _done: int) -> None:
        if table == "inbox":
            raise KeyboardInterrupt

    async with open_store(old_url, keys=[NEW, KEY]) as store:
        whole = (await store.count_sealed()).older
        with pytest.raises(KeyboardInterrupt):
            await store.reseal(progress=interrupt)
        half = await store.count_sealed()
        assert 0 < half.older < whole
        await store.reseal(progress=silent)
        assert (await store.count_sealed()).older == 0


async def test_what_somebody_writes_meanwhile_stays_as_they_wrote_it(old_url: str) -> None:
    async with open_store(old_url, keys=[NEW, KEY]) as store:
        pages = resealing._pages

        async def slow(*args: object) -> object:
            async for page in pages(*args):
                await store.people.change_state(BINH, lambda _language, _state: '{"new": 1}')
                yield page

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(resealing, "_pages", slow)
            await store.reseal(progress=silent)
        assert (await store.people.load("web", "binh"))[1] == '{"new": 1}'
        await store.reseal(progress=silent)
        assert (await store.count_sealed()).older == 0


async def test_its_age_stays_so_that_it_is_forgotten_in_time(store_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    async with open_store(store_url, migrate=True, keys=[KEY]) as store:
        monkeypatch.setattr(time, "time", lambda: now - 1000)
        await store.memory.keep_personal_note("telegram", "album:101", "Ảnh")
        monkeypatch.undo()
    async with open_store(store_url, keys=[NEW, KEY]) as store:
        assert (await store.reseal(progress=silent)).older == 1
        await store.memory.forget_personal_notes_before(now - 2000)
        assert await store.memory.personal_notes("telegram") == {"album:101": "Ảnh"}
        await store.memory.forget_personal_notes_before(now - 500)
        assert await store.memory.personal_notes("telegram") == {}


def test_what_fernet_sealed_is_renewed_with_its_second() -> None:
    old = Fernet(KEY)
    text, photo = "s1:" + old.encrypt_at_time(b"nem", 1_700_000_000).decode(), old.encrypt(b"photo")
    seal = Seal([NEW, KEY])
    assert Seal.is_closed(text)
    assert Seal.is_closed(photo)
    assert not Seal.is_closed("nem")
    assert not Seal.is_closed(b"\xff\xd8")
    assert not Seal.is_closed(None)
    renewed, picture = seal.renew(text), seal.renew(photo)
    alone = Seal([NEW])
    assert isinstance(renewed, str)
    assert isinstance(picture, bytes)
    assert (alone.open(renewed), alone.closed_at(renewed)) == ("nem", 1_700_000_000)
    assert alone.open_bytes(picture) == b"photo"
    assert Seal([new_key()]).renew(text) is None
