"""A database that version 0.1.0 wrote opens, with everything that was in it.

The sample holds one of each: answers sent, held and in doubt, inquiries answered and open, notices in every state, a
member, an officer, an invitation, a correction, looks, a changed product, a picture, and what a channel remembers.
"""

import gzip
import sqlite3
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from catalog.delivery import OutboxState, Policy
from catalog.inquiry import Address, Notice, NoticeKind, Role, Side, State
from catalog.store import InboxRow, NewReply, Store, StoredAnswer, open_store
from catalog.store.database import MIGRATIONS, database_url

SAMPLE = Path(__file__).parent / "samples" / "v0.1.0.db.gz"
KEY = urlsafe_b64encode(b"0.1.0: a key for the tests only!").decode()
AN, BINH, CUC = Address("zalo_oa", "an"), Address("web", "binh"), Address("telegram", "303")
MAKER = Address("telegram", "101")


# What 0.1.0 kept of searches without their people's words was cleaned away by 0004.
GONE = {"alembic_version", "sqlite_sequence", "wishes", "searches"}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    file = tmp_path / "old.db"
    file.write_bytes(gzip.decompress(SAMPLE.read_bytes()))
    async with open_store(f"sqlite:///{file}", migrate=True, keys=(KEY,)) as opened:
        yield opened


async def test_products_are_there_with_their_history(store: Store) -> None:
    listed = {each.id: each.name for each in await store.searchable.list_all()}
    assert listed == {"nem-1": "Nem chua 1", "nem-2": "Nem chua hai", "nem-3": "Nem chua 3"}
    changed = await store.product("nem-2")
    assert changed is not None
    assert [each.stars for each in changed.certificates] == [5]
    assert await store.product("nem-1") is not None


async def test_inquiries_keep_their_words_and_states(store: Store) -> None:
    (answered,) = await store.inquiries.of_consumer(AN, limit=10)
    assert answered.state is State.ANSWERED
    assert [(each.side, each.text) for each in answered.messages] == [
        (Side.CONSUMER, "Nem để được mấy ngày?"),
        (Side.PRODUCER, "Để được ba ngày trong tủ lạnh."),
    ]
    assert [each.messages[0].text for each in await store.inquiries.of_consumer(BINH, limit=10)] == ["Có ship không?"]
    assert [each.messages[0].text for each in await store.inquiries.of_consumer(CUC, limit=10)] == ["Có cay không?"]


async def test_people_and_what_they_looked_at_are_there(store: Store) -> None:
    (maker,) = await store.members.roles_of(MAKER)
    assert maker.role is Role.PRODUCER
    assert [each.who for each in await store.members.officers()] == [Address("web", "officer")]
    assert {each.product_id for each in await store.people.looks(AN, limit=10)} == {"nem-1"}
    language, state = await store.people.load(BINH.channel, BINH.address)
    assert (language, state.startswith("{"), len(state) > 2) == ("", True, True)


async def test_what_waits_still_waits(store: Store) -> None:
    (held,) = await store.outbox.replies(AN, states=(OutboxState.HELD,), limit=9)
    assert held.body
    assert await store.outbox.people(OutboxState.UNKNOWN) == [CUC]
    counts = await store.outbox.counts()
    assert (counts["sent"], counts["waiting"]) == (4, 5)
    (correction,) = await store.corrections.waiting(limit=10)
    assert (correction.field, correction.new) == ("phones", '["+84912345999"]')


async def test_what_a_channel_remembers_is_there(store: Store) -> None:
    assert await store.memory.recall("zalo_oa", "window:an") == '{"heard": 1}'


async def test_no_row_is_lost(store: Store, tmp_path: Path) -> None:
    untouched = tmp_path / "sample.db"
    untouched.write_bytes(gzip.decompress(SAMPLE.read_bytes()))
    with closing(sqlite3.connect(untouched)) as sample:
        # Besides it is noted which key seals here.
        before = _sizes(sample) | {"memory": 2}
    with closing(sqlite3.connect(tmp_path / "old.db")) as file:
        after = _sizes(file)
    assert after["outbox"] == before.pop("notices") + before["inbox"], "each message there had been answered"
    assert {name: size for name, size in before.items() if name not in GONE} == {
        name: after[name] for name in before if name not in GONE
    }
    assert len(before) == 21


def _sizes(database: sqlite3.Connection) -> dict[str, int]:
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}  # noqa: S608 - ours


async def test_what_the_web_chat_was_told_can_be_fetched_after_any_number(store: Store) -> None:
    told = await store.outbox.answers_after(BINH, after=0)
    assert [each.number for each in told] == [2, 10, 11, 12, 13, 21, 22]
    assert all(each.body and each.asked and each.ref for each in told)
    assert [each.number for each in await store.outbox.answers_after(BINH, after=13)] == [21, 22]
    (notice,) = await store.outbox.answers_after(Address("web", "officer"), after=0)
    assert notice.number == 14
    assert await store.outbox.add_reply(NewReply(BINH, "mới", state=OutboxState.SENT, created_at=1.0)) == 26 + 9 + 1


async def test_notices_are_known_by_what_was_sent(store: Store) -> None:
    notice = await store.outbox.by_sent_id(MAKER, "101/2")
    assert notice is not None
    assert (notice.kind, notice.subject, notice.message) == (NoticeKind.NEW, "278QUB5N", 1)
    assert await store.outbox.lease(now=1.0, limit=9) == []
    due = await store.outbox.lease(now=1795572004.0, limit=9)
    assert [each.number for each in due] == [26 + 9, 26 + 2, 26 + 7]


async def test_pictures_are_there(store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "old.db")) as file:
        ((path,),) = file.execute("SELECT key FROM pictures").fetchall()
    assert await store.picture(path)


async def test_back_to_the_tables_of_0008_and_forward_again(store_url: str) -> None:
    """Answers and notices change their tables, on both databases, and none is lost or mistaken for another."""
    async with open_store(store_url, keys=(KEY,)) as store:
        await store.outbox.add(Notice("k0", MAKER, NoticeKind.STILL_THERE, "", due_at=1.0))
        for number in range(3):
            seq = await store.inbox.put(InboxRow(BINH.channel, BINH.address, f"m{number}", "{}", received_at=1.0))
            answer = StoredAnswer(seq, f"a{number}", BINH.channel, BINH.address, "vi", "{}", later=True)
            assert await store.inbox.keep_answer(answer, now=1.0)
        await store.outbox.put_aside(BINH, before=1e12)
        await store.inbox.put(InboxRow(BINH.channel, BINH.address, "unanswered", "{}", received_at=1.0))
        once = Policy.AT_MOST_ONCE
        await store.outbox.add(Notice("k1", CUC, NoticeKind.CLOSED, "ABCD2345", due_at=1.0, policy=once))
    url = database_url(store_url)
    engine = create_engine(url.set(drivername=url.drivername.replace("+aiosqlite", "")))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0008")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()
    async with open_store(store_url, keys=(KEY,)) as store:
        (newest,) = await store.outbox.replies(BINH, states=(OutboxState.WAITING,), limit=9)
        assert (newest.body, newest.ref) == ("a2", "m2")
        assert await store.outbox.count_aside(BINH) == 2
        assert await store.inbox.queues(BINH.channel, now=1e12) == [BINH.address]
        due = await store.outbox.lease(now=2.0, limit=9)
        assert [(each.key, each.policy) for each in due] == [("k0", Policy.AT_LEAST_ONCE), ("k1", once)]
        assert min(each.number for each in due) > newest.number
        later = await store.outbox.add_reply(NewReply(BINH, "mới", state=OutboxState.SENT, created_at=1.0))
        assert later > max(each.number for each in due)
