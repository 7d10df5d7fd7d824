"""Invented fairs for tests: the first one in the future of the tests' today."""

from dataclasses import replace
from datetime import date, time

from catalog.audit import Doer
from catalog.fairs.calendar import Fair, FairKind
from catalog.store import Store

LAN = Doer(1, "province")
SPRING = Fair(
    key="hoi-cho-ocop-xuan-2027",
    name="Hội chợ OCOP Xuân 2027",
    kind=FairKind.FAIR,
    starts=date(2027, 3, 1),
    ends=date(2027, 3, 5),
    opens=time(8),
    closes=time(21),
    venue="Trung tâm Văn hóa Kinh Bắc",
    commune="09475",
    latitude=21.18,
    longitude=106.07,
    organiser="Sở Công Thương",
    source="Kế hoạch 12/KH-SCT",
)


async def hold(
    store: Store, fair: Fair = SPRING, *, codes: tuple[str, ...] = ("A1", "A2", "A3"), **more: object
) -> Fair:
    """Enter *fair* with booths of those codes."""
    entered = await store.fairs.enter(replace(fair, **more), by=LAN)  # type: ignore[arg-type]  # fields of a fair
    if codes:
        await store.fairs.add_booths(entered, "Các xã", codes, by=LAN)
    return entered


async def give_booth(store: Store, fair: Fair, code: str, producer: str = "", holder: str = "") -> None:
    """Let somebody stand at a booth."""
    booth = next(each for each in await store.fairs.booths(fair.key) if each.code == code)
    await store.fairs.change_booth(fair.key, replace(booth, producer=producer, holder=holder), by=LAN)
