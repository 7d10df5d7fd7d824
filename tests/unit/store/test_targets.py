"""Targets on both engines: entered and ended with the audit, and carried by a move and a backup."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.audit import Deed, Doer
from catalog.dates import PartialDate
from catalog.errors import NotFound
from catalog.sealing import new_key
from catalog.store import Store, backup, open_store, transfer
from catalog.targets import Measure, PublishedTotal, Target, published_totals, shipped_targets

LAN = Doer(1, "province")
TARGET = Target(
    Measure.FOUR_STARS, 60, PartialDate(2030), plan="Kế hoạch 9", source="Sở, 1/2027", stated=PartialDate(2027, 1)
)


@pytest.fixture
def other_url(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database of the other kind."""
    if store_url.startswith("postgresql"):
        yield f"sqlite:///{tmp_path / 'other.db'}"
        return
    with request.getfixturevalue("databases").lend() as url:
        yield url


async def deeds(store: Store) -> list[tuple[str, str, str]]:
    return [(row.entry.deed, row.entry.subject, row.entry.reason) async for row in store.audit.every_row()]


async def test_a_new_catalogue_has_the_shipped_targets(store: Store) -> None:
    assert await store.targets.list_all() == list(shipped_targets())


async def test_an_officer_enters_one_and_ends_it(store: Store) -> None:
    kept = await store.targets.enter(TARGET, by=LAN)
    assert (await store.targets.list_all())[-1] == kept
    assert (kept.measure, kept.least, kept.until, kept.stated, kept.entered_by) == (
        Measure.FOUR_STARS,
        60,
        PartialDate(2030),
        PartialDate(2027, 1),
        1,
    )
    await store.targets.end(kept.key, by=LAN, reason="thay bằng kế hoạch mới")
    assert await store.targets.list_all() == list(shipped_targets())
    (ended,) = [each for each in await store.targets.list_all(ended=True) if each.ended_at]
    assert ended.key == kept.key
    with pytest.raises(NotFound):
        await store.targets.end(kept.key, by=LAN, reason="")
    assert await deeds(store) == [
        (Deed.TARGET_ENTERED, f"target {kept.key}", ""),
        (Deed.TARGET_ENDED, f"target {kept.key}", "thay bằng kế hoạch mới"),
    ]


async def test_a_shipped_one_is_ended_once_and_stays_so(store: Store) -> None:
    first = shipped_targets()[0]
    await store.targets.end(first.key, by=LAN, reason="sai")
    assert first not in await store.targets.list_all()
    shown = {each.key: each for each in await store.targets.list_all(ended=True)}
    assert len(shown) == len(shipped_targets())
    assert shown[first.key].ended_at is not None
    assert shown[first.key].source == first.source
    for key in (first.key, "999", "unknown", ""):
        with pytest.raises(NotFound):
            await store.targets.end(key, by=LAN, reason="")
    assert len(await deeds(store)) == 1


async def test_a_move_and_a_backup_carry_them(store: Store, store_url: str, other_url: str, tmp_path: Path) -> None:
    kept = await store.targets.enter(TARGET, by=LAN)
    await store.targets.end(shipped_targets()[0].key, by=LAN, reason="")
    expected = await store.targets.list_all(ended=True)
    await transfer.move(store_url, other_url, progress=lambda _table, _done: None)
    async with open_store(other_url) as moved:
        assert await moved.targets.list_all(ended=True) == expected
        assert (await moved.targets.enter(TARGET, by=LAN)).number > kept.number + 1
    await backup.back_up(store_url, tmp_path / "a.backup")
    restored = f"sqlite:///{tmp_path / 'restored.db'}"
    if store_url.startswith("sqlite"):
        await backup.restore(tmp_path / "a.backup", restored, keys=[new_key()])
        async with open_store(restored) as opened:
            assert await opened.targets.list_all(ended=True) == expected


TOTAL = PublishedTotal(
    PartialDate(2026, 10), "province", 801, 4, 120, 677, None, "hơn", "Báo Bắc Ninh", "https://a.example"
)


async def test_published_totals_are_entered_changed_and_taken_out(store: Store) -> None:
    shipped = len(published_totals())
    assert await store.targets.list_totals() == sorted(published_totals(), key=lambda each: each.as_of.latest)
    kept = await store.targets.enter_total(TOTAL, by=LAN)
    assert (await store.targets.list_totals())[-1] == kept
    changed = await store.targets.enter_total(replace(TOTAL, total=802), by=LAN, instead_of=kept.key)
    assert [each.total for each in await store.targets.list_totals()][-1] == 802
    with pytest.raises(NotFound):
        await store.targets.enter_total(TOTAL, by=LAN, instead_of=kept.key)
    await store.targets.end_total(changed.key, by=LAN, reason="báo đính chính")
    first = published_totals()[0]
    await store.targets.end_total(first.key, by=LAN, reason="không rõ nguồn")
    assert len(await store.targets.list_totals()) == shipped - 1
    for key in (changed.key, first.key, "nothing"):
        with pytest.raises(NotFound):
            await store.targets.end_total(key, by=LAN, reason="x")
    assert [deed for deed, _, _ in await deeds(store)] == [
        Deed.TOTAL_ENTERED,
        Deed.TOTAL_CHANGED,
        Deed.TOTAL_ENDED,
        Deed.TOTAL_ENDED,
    ]
