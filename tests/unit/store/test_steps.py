"""Writes told in steps: one transaction in one visit, all or nothing, and the same where each step goes by itself."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Dialect, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.errors import StoreError
from catalog.store import DeliveryResult, InboxRow, Store, StoredAnswer, database, inbox, memory, steps, tables, unmet
from catalog.store.steps import InSteps, Statement, Steps
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


async def test_a_group_is_written_in_one_visit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    visits: list[object] = []
    visit = steps.visit

    async def counted(connection: object, work: object) -> object:
        visits.append(work)
        return await visit(connection, work)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(steps, "visit", counted)
    async with database.reading(store._engine) as connection:
        assert await steps.commit(connection, [(note, ["a", "b"]), (note, ["c"])]) == [["A", "B"], ["C"]]
    assert len(visits) == 1
    assert await store.recall("o", "c") == "C"


async def test_one_that_fails_undoes_the_whole_group(store: Store) -> None:
    async with database.reading(store._engine) as connection:
        with pytest.raises(DBAPIError):
            await steps.commit(connection, [(note, ["a"]), (note, ["a"])])
        # The transaction is over, so the same connection takes the next.
        assert await steps.commit(connection, [(note, ["a"])]) == [["A"]]


async def test_what_the_steps_themselves_raise_undoes_them_too(store: Store) -> None:
    @InSteps
    def breaks(keys: Sequence[str]) -> Steps[list[str]]:
        yield from note.steps(keys)
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await store._write(breaks, "a")
    assert await store.recall("o", "a") is None


async def test_steps_inside_a_longer_transaction(store: Store) -> None:
    async def twice(connection: AsyncConnection, keys: Sequence[str]) -> list[str]:
        assert await note(connection, keys) == ["A"]
        return await note(connection, keys)

    with pytest.raises(StoreError):
        await store._write(twice, "a")
    assert await store.recall("o", "a") is None


async def test_each_step_may_go_by_itself(store: Store) -> None:
    """As it is with PostgreSQL, here over SQLite."""
    async with database.writing(store._engine) as connection:
        letters = [InboxRow("web", "an", ref, "{}") for ref in ("a", "b", "a")]
        seqs = await steps._walk_apart(connection, inbox.put.steps(letters))
        answers = [StoredAnswer(seq, "x", "web", "an", "vi", "{}", looked_at="nem") for seq in (*seqs[:2], 99)]
        await steps._walk_apart(connection, inbox.answer.steps(answers))
        await steps._walk_apart(connection, inbox.settle.steps([DeliveryResult(seqs[0], "sent", sent_id="7")]))
        again = await steps._walk_apart(connection, inbox.receive.steps([InboxRow("web", "an", "c", "{}")]))
        assert await steps._walk_apart(connection, inbox.settle.steps([])) == []
    assert seqs[2] == 0
    assert [(each.language, each.seq > seqs[1]) for each in again] == [("vi", True)]
    states = [(each.seq, each.state) for each in await unfinished(store)]
    assert states == [(seqs[1], "sending"), (again[0].seq, "waiting")]


@pytest.mark.parametrize("make", [sqlite.dialect, postgresql.dialect], ids=["sqlite", "postgresql"])
def test_every_statement_can_be_spelled(make: Callable[[], Dialect]) -> None:
    dialect = make()
    every = [each for module in (inbox, memory, unmet) for each in vars(module).values() if isinstance(each, Statement)]
    assert len(every) == 11
    for each in every:
        words, filled = each.plain(dialect, [])
        assert words
        assert filled == []
