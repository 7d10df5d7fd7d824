"""Writes told in steps: one transaction in one visit, all or nothing, and the same where each step goes by itself."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Dialect, bindparam, column, insert, select, table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.delivery import OutboxState
from catalog.errors import StoreError, StoreUnavailable
from catalog.inquiry import Address
from catalog.store import (
    DeliveryResult,
    InboxRow,
    Store,
    StoredAnswer,
    card_ratings,
    database,
    inbox,
    memory,
    outbox,
    recall_audience,
    steps,
    tables,
    unmet,
)
from catalog.store.steps import InSteps, Statement, Steps
from tests.unit.store.engines import only_sqlite, writer_thread
from tests.unit.store.rows import unfinished

_MEMORY = tables.memory.c
_NOTE = Statement(lambda _dialect: insert(tables.memory).inline(), names=("owner", "key", "value"))
_READ = Statement(lambda _dialect: select(_MEMORY.value).where(_MEMORY.key == bindparam("k")), returns=True)


@InSteps
def note(keys: Sequence[str]) -> Steps[list[str]]:
    """Write and read back; a key that is there already is an error."""
    written = yield _NOTE.of([{"owner": "o", "key": key, "value": key.upper()} for key in keys])
    assert written.count == len(keys)
    found = yield _READ.of([{"k": key} for key in keys])
    return [value for (value,) in found.rows]


@only_sqlite
async def test_a_group_is_written_in_one_visit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    thread, visits = writer_thread(store), []
    visit = thread.visit

    async def counted(work: Any) -> Any:
        visits.append(work)
        return await visit(work)

    monkeypatch.setattr(thread, "visit", counted)
    assert await thread.commit([(note, ["a", "b"]), (note, ["c"])]) == [["A", "B"], ["C"]]
    assert len(visits) == 1
    assert await store.memory.recall("o", "c") == "C"


@only_sqlite
async def test_one_that_fails_undoes_the_whole_group(store: Store) -> None:
    thread = writer_thread(store)
    with pytest.raises(DBAPIError):
        await thread.commit([(note, ["a"]), (note, ["a"])])
    # The transaction is over, so the same connection takes the next.
    assert await thread.commit([(note, ["a"])]) == [["A"]]


@only_sqlite
async def test_the_thread_ends_with_the_engine_and_begins_again_when_it_is_used(store: Store) -> None:
    await store.memory.remember("o", "a", "1")
    names = {each.name for each in threading.enumerate()}
    assert any(name.startswith("sqlite-writer") for name in names)
    await store._engine.dispose()
    assert not any(each.name.startswith("sqlite-writer") for each in threading.enumerate())
    await store.memory.remember("o", "b", "2")
    assert await store.memory.recall("o", "b") == "2"


@only_sqlite
async def test_nothing_is_written_into_a_file_that_was_replaced(store: Store) -> None:
    """The thread looks before each transaction, as every other connection does."""
    await store.memory.remember("o", "a", "1")
    Path(store._engine.url.database or "").unlink()  # noqa: ASYNC240 - returns at once
    with pytest.raises(StoreUnavailable):
        await store.memory.remember("o", "b", "2")


async def test_what_the_steps_themselves_raise_undoes_them_too(store: Store) -> None:
    @InSteps
    def breaks(keys: Sequence[str]) -> Steps[list[str]]:
        yield from note.steps(keys)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await store._write(breaks, "a")
    assert await store.memory.recall("o", "a") is None


@only_sqlite
async def test_reading_in_steps_keeps_nothing(store: Store) -> None:
    def writes() -> Steps[list[str]]:
        return (yield from note.steps(["b"]))

    assert await store.ratings._access.read_in_steps(writes()) == ["B"]
    assert await store.memory.recall("o", "b") is None


async def test_reading_in_steps_tells_what_is_wrong_and_goes_on(store: Store) -> None:
    broken = Statement(lambda _dialect: select(column("nothing")).select_from(table("nowhere")), returns=True)

    def reads(statement: Statement) -> Steps[int]:
        return len((yield statement.of([{"k": "a"}])).rows)

    await store.memory.remember("o", "a", "1")
    with pytest.raises(StoreError):
        await store.ratings._access.read_in_steps(reads(broken))
    assert await store.ratings._access.read_in_steps(reads(_READ)) == 1


async def test_steps_inside_a_longer_transaction(store: Store) -> None:
    async def twice(connection: AsyncConnection, keys: Sequence[str]) -> list[str]:
        assert await note(connection, keys) == ["A"]
        return await note(connection, keys)

    with pytest.raises(StoreError):
        await store._write(twice, "a")
    assert await store.memory.recall("o", "a") is None


async def test_each_step_may_go_by_itself(store: Store) -> None:
    """As it is with PostgreSQL, here over SQLite."""
    async with database.writing(store._engine) as connection:
        letters = [InboxRow("web", "an", ref, "{}") for ref in ("a", "b", "a")]
        seqs = await steps._walk_apart(connection, inbox.put.steps(letters))
        answers = [StoredAnswer(seq, "x", "web", "an", "vi", "{}", looked_at="nem") for seq in (*seqs[:2], 99)]
        numbers = await steps._walk_apart(connection, inbox.answer.steps(answers))
        await steps._walk_apart(
            connection, outbox.settle.steps([DeliveryResult(numbers[0], OutboxState.SENT, sent_id="7")])
        )
        again = await steps._walk_apart(connection, inbox.receive.steps([InboxRow("web", "an", "c", "{}")]))
        assert await steps._walk_apart(connection, outbox.settle.steps([])) == []
    assert seqs[2] == 0
    assert [(each.language, each.seq > seqs[1]) for each in again] == [("vi", True)]
    assert len(set(numbers)) == 3
    assert [each.seq for each in await unfinished(store)] == [again[0].seq]
    sending = await store.outbox.replies(Address("web", "an"), states=(OutboxState.SENDING,), limit=9)
    assert [each.number for each in sending] == [numbers[1]]


@pytest.mark.parametrize("make", [sqlite.dialect, postgresql.dialect], ids=["sqlite", "postgresql"])
def test_every_statement_can_be_spelled(make: Callable[[], Dialect]) -> None:
    dialect = make()
    every = [
        each
        for module in (card_ratings, inbox, memory, outbox, recall_audience, unmet)
        for each in vars(module).values()
        if isinstance(each, Statement)
    ]
    assert len(every) == 17
    for each in every:
        words, filled = each.plain(dialect, [])
        assert words
        assert filled == []
