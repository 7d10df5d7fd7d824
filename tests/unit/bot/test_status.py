"""The page of hoi-ocop status: what it says of each thing, and what is to be done about it."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands.checking import CheckState
from bot.commands.status import BACKUP_EVERY, Facts, StatusLine, describe, gather_facts
from bot.settings import Settings
from catalog.delivery import OutboxState, Queue
from catalog.errors import StoreUnavailable
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.store import Backlog, DeliveryResult, InboxRow, ProcessKind, Server, Store, Unanswered, open_store
from handlers.phrases import speech
from tests.unit.store.lists import row

NOW = datetime(2026, 11, 27, 2, 30, tzinfo=UTC).timestamp()
HOUR = 3600.0
WELL = Facts(
    NOW,
    servers=[Server("may-chu", datetime(2026, 11, 26, 1, 0, tzinfo=UTC), 4151)],
    channels={"telegram": "up", "web": "starting", "zalo_oa": "off"},
    trouble="",
    products=119,
    changed_at=NOW - 3 * HOUR,
    room=80 * 1024**3,
    backup_at=NOW - 8 * HOUR,
)


def page(facts: Facts, language: str = "vi") -> dict[str, StatusLine]:
    return {line.what: line for line in describe(facts, speech(language))}


def wrong(facts: Facts) -> set[str]:
    """What is wrong; each of it says what to do, in both languages."""
    for language in ("vi", "en"):
        for line in page(facts, language).values():
            assert line.told
            assert line.mend or line.state is not CheckState.WRONG
    return {what for what, line in page(facts).items() if line.state is CheckState.WRONG}


def test_where_all_is_well_nothing_is_to_be_done() -> None:
    lines = page(WELL)
    assert {line.state for line in lines.values()} == {CheckState.ON}
    assert not any(line.mend for line in lines.values())
    assert lines["serving"].told == "Đang phục vụ: tiến trình 4151 trên máy may-chu, từ 08:00 26/11/2026."
    assert lines["catalogue"].told == "Số sản phẩm trong danh mục: 119; đổi lần cuối cách đây 3 giờ."
    assert page(WELL, "en")["backup"].told == "The last backup was made 8 hours ago."
    assert "channel zalo_oa" not in lines
    assert {"channel telegram", "channel web"} < lines.keys()


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"servers": []}, "serving"),
        ({"trouble": "it takes no writes: disk full"}, "database"),
        (
            {"backlogs": [Backlog(Queue.ANSWERS, "telegram", 12, NOW - 3 * HOUR, "the API is away")]},
            "answers for telegram",
        ),
        ({"undelivered": 2}, "notices"),
        ({"channels": {"telegram": "down: the token is not taken"}}, "channel telegram"),
        ({"room": 10 * 1024**2}, "disk"),
        ({"backup_at": 0.0}, "backup"),
        ({"backup_at": NOW - BACKUP_EVERY - 60}, "backup"),
        ({"wrong": ["key", "channel mail"]}, "check"),
    ],
)
def test_what_is_wrong_says_what_to_do(changed: dict[str, object], what: str) -> None:
    assert wrong(WELL) == set()
    assert wrong(replace(WELL, **changed)) == {what}


def test_what_waits_says_since_when_and_why() -> None:
    late = Backlog(Queue.NOTICES, "zalo_oa", 2, NOW - 2 * 24 * HOUR, "the window is closed")
    fresh = Backlog(Queue.MESSAGES, "web", 1, NOW - 3)
    lines = page(replace(WELL, backlogs=[late, fresh]), "en")
    assert lines["notices for zalo_oa"].told == (
        "Notices for zalo_oa that are not sent yet: 2, the oldest for 2 days: the window is closed"
    )
    assert lines["messages for web"].state is CheckState.ON
    assert "queues" not in lines


def test_what_is_only_for_people_to_see_to_is_no_fault_of_the_house() -> None:
    asked = replace(WELL, unanswered=Unanswered(3, NOW - 5 * 24 * HOUR), products=0, channels=None)
    assert wrong(asked) == set()
    lines = page(asked)
    assert [lines[what].state for what in ("inquiries", "catalogue", "channels")] == [CheckState.OFF] * 3
    assert "5 ngày" in lines["inquiries"].told
    assert page(replace(WELL, unanswered=Unanswered(1, NOW - HOUR)))["inquiries"].mend == ""


def test_a_channel_that_works_says_what_is_to_be_known_of_it() -> None:
    waits = replace(WELL, channels={"telegram": "up: stands by: another process polls"})
    assert page(waits)["channel telegram"] == StatusLine(
        "channel telegram", CheckState.ON, "Kênh telegram hoạt động. (stands by: another process polls)"
    )


def test_several_that_serve_are_all_named() -> None:
    two = [
        Server("10.0.0.1", datetime(2026, 11, 26, 1, 0, tzinfo=UTC)),
        Server("", datetime(2026, 11, 26, 2, 0, tzinfo=UTC)),
    ]
    told = page(replace(WELL, servers=two), "en")["serving"].told
    assert told == (
        "2 processes serve: a process on 10.0.0.1, since 08:00 26/11/2026; "
        "a process on the database's own machine, since 09:00 26/11/2026."
    )


def test_who_only_works_serves_nobody() -> None:
    """With workers alone nobody's message comes in, and with servers alone that work on nothing nobody is answered."""
    since = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    works, serves_only = (Server("10.0.0.2", since, kind=kind) for kind in (ProcessKind.WORK, ProcessKind.SERVE_ONLY))
    alone = replace(WELL, servers=[works, works], channels=None)
    assert wrong(alone) == {"serving"}
    assert page(alone, "en")["working"].told == (
        "2 processes only work on what others take in: a process on 10.0.0.2, since 08:00 26/11/2026; "
        "a process on 10.0.0.2, since 08:00 26/11/2026."
    )
    assert "channels" not in page(alone)
    assert wrong(replace(WELL, servers=[serves_only])) == {"working"}
    both = replace(WELL, servers=[serves_only, works])
    assert wrong(both) == set()
    assert page(both)["serving"].told == "Đang phục vụ: một tiến trình trên máy 10.0.0.2, từ 08:00 26/11/2026."
    assert "working" not in page(WELL)


def test_who_moves_the_database_serves_nobody() -> None:
    moves = Server("10.0.0.2", datetime(2026, 11, 26, 1, 0, tzinfo=UTC), kind=ProcessKind.ALONE)
    assert wrong(replace(WELL, servers=[moves], channels=None)) == {"serving"}


def test_a_clock_that_was_set_back_breaks_nothing() -> None:
    later = replace(WELL, changed_at=NOW + 9999, backup_at=NOW + 9999, unanswered=Unanswered(1, NOW + 9999))
    assert wrong(later) == set()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """An empty, migrated database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('store_file')}"
    return str(request.getfixturevalue("postgresql_url"))


async def test_it_is_gathered_from_either_database(url: str) -> None:
    now = time.time()
    async with open_store(url, migrate=True) as store:
        await store.import_rows([row()], who="test")
        await store.inbox.put(InboxRow("web", "an", "1", "{}", received_at=now - 500))
        await _fail_a_notice(store)
        await store.note_backup(now - 60)
    facts = await gather_facts(Settings(database_url=url))
    assert (facts.servers, facts.channels, facts.products, facts.undelivered) == ([], None, 1, 1)
    assert [(each.queue, round(each.oldest - now)) for each in facts.backlogs] == [(Queue.MESSAGES, -500)]
    assert now - 5 <= facts.changed_at <= now + 60
    assert round(facts.backup_at - now) == -60
    assert (facts.room is None) == url.startswith("postgresql")


async def _fail_a_notice(store: Store) -> None:
    await store.outbox.add(Notice("k", Address("zalo", "an"), NoticeKind.ANSWER, "", due_at=1.0))
    (notice,) = await store.outbox.lease(now=2.0, limit=1)
    await store.outbox.record_delivery(DeliveryResult(notice.number, OutboxState.FAILED, trouble="refused"))


async def test_a_database_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="hoi-ocop migrate"):
        await gather_facts(Settings(database_url=f"sqlite:///{tmp_path / 'none.db'}"))
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - one look
