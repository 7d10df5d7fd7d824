"""The same bustle inside one process, while its clock jumps an hour forth and back."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bot.channel import MaybeSent, NotSent, WindowClosed
from catalog.inquiry import Member, Role
from handlers import plain
from handlers.actions import Verb
from tests.town import DAY, HOUR, Town, stocked, town_in


@dataclass(frozen=True)
class ClockCounts:
    """What was counted; *doubts* are messages of which the channel could not say whether they had been sent."""

    asked: int
    jumps: int
    doubts: int
    lost: int
    answers: int
    answers_repeated: int
    notices_missing: int
    notices_repeated: int

    @property
    def fine(self) -> bool:
        """True when every promise was kept."""
        return not (self.lost or self.answers_repeated or self.notices_missing or self.notices_repeated)


async def jumping(folder: Path, *, inquiries: int, chance: Random) -> ClockCounts:
    """Ask and answer *inquiries* times; between any two steps the clock may jump."""
    file = await stocked(folder / "clock.db")
    async with town_in(file) as town:
        made = await town.store.product("nem-1")
        assert made is not None
        maker = town.someone("telegram", "101")
        await town.store.members.join(Member(maker.address, Role.PRODUCER, made.producer.id), at=town.now)
        refs: dict[str, str] = {}
        jumps = doubts = 0
        for number in range(inquiries):
            asker = town.someone("zalo", f"asker {number}")
            ref = await asker.asks(f"Câu hỏi {number}")
            refs[ref] = asker.person.address
            for line in (town.lines["zalo"], town.lines["telegram"]):
                if chance.random() < 0.3:
                    trouble = chance.choice([NotSent, MaybeSent, WindowClosed])
                    line.troubles.append(trouble("broken"))
                    doubts += trouble is MaybeSent
            jumps += await _jump(town, chance)
            await maker.does(Verb.CANNED, f"{ref} more")
            jumps += await _jump(town, chance)
            for line in town.lines.values():
                line.troubles.clear()
            await asker("xin chào")
        await town.later(DAY)
        while town.courier.waiting:  # noqa: ASYNC110 - nor has the sender
            await asyncio.sleep(0.01)
        await maker("xin chào")
        return await _counted(town, refs, jumps=jumps, doubts=doubts)


async def _jump(town: Town, chance: Random) -> bool:
    jump = chance.choice([0.0, HOUR, -HOUR])
    await town.later(jump)
    return bool(jump)


async def _counted(town: Town, refs: dict[str, str], *, jumps: int, doubts: int) -> ClockCounts:
    held = [each for ref in refs if (each := await town.store.inquiries.by_ref(ref)) is not None]
    told: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    for line in town.lines.values():
        for delivery in line.said:
            text = plain.as_text(delivery.reply)
            ref = text.partition("#")[2][:8]
            told[ref] += text.startswith("Trả lời cho #")
            noticed[ref] += text.startswith("Có khách viết cho bạn:")
    return ClockCounts(
        asked=len(refs),
        jumps=jumps,
        doubts=doubts,
        lost=len(refs) - len(held),
        answers=sum(len(each.messages) == 2 for each in held),
        answers_repeated=sum(max(0, told[ref] - 1) for ref in refs),
        notices_missing=sum(len(each.messages) != 2 for each in held),
        notices_repeated=sum(max(0, noticed[ref] - 1) for ref in refs),
    )
