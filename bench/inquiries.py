"""Inquiries through the real process and a Telegram stand-in: ``python -m bench.inquiries``.

Latency: from the customer's confirmation to the notice in the maker's chat, at a calm pace. Throughput: many customers
at once, each with the four messages of an inquiry, until the last notice has arrived; the stand-in runs beside it on
the same processors.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from random import Random

from tests.faults.people import Town
from tests.faults.process import settled
from tests.stands.telegram.server import bot_api


class Arrivals:
    """When each question first stood in its maker's chat, in seconds of the monotonic clock."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._looked = 0
        self.seen: dict[str, float] = {}

    def look(self) -> dict[str, float]:
        """All of them until now."""
        calls = self._town.api.calls
        for call in calls[self._looked :]:
            text = str(call.given.get("text", ""))
            if call.method == "sendMessage" and call.status == 200 and "Có khách viết" in text:
                self.seen.setdefault(text[text.index("hoi") :][:9], call.at)
        self._looked = len(calls)
        return self.seen


async def until_told(town: Town, arrivals: Arrivals, *, patience: float) -> dict[str, float]:
    """Wait until every question has arrived."""
    until = time.monotonic() + patience
    while len(seen := arrivals.look()) < len(town.asked) and time.monotonic() < until:  # noqa: ASYNC110 - a stand-in has no event for it
        await asyncio.sleep(0.02)
    return seen


async def calm(town: Town, arrivals: Arrivals, *, number: int, per_second: float) -> list[float]:
    """Seconds from confirmation to notice, for *number* questions one by one."""
    confirmed: dict[str, float] = {}
    for _ in range(number):
        town.ask()
        confirmed[list(town.asked)[-1]] = time.monotonic()
        await asyncio.sleep(1 / per_second)
    seen = await until_told(town, arrivals, patience=30)
    return sorted(seen[words] - at for words, at in confirmed.items() if words in seen)


async def crowd(town: Town, arrivals: Arrivals, *, number: int) -> float:
    """Inquiries a second, for *number* customers at once."""
    begun = time.monotonic()
    for _ in range(number):
        town.ask()
    seen = await until_told(town, arrivals, patience=120)
    assert len(seen) == len(town.asked), "some notices did not arrive"
    return number / (max(seen.values()) - begun)


async def measure(folder: Path, *, number: int) -> None:
    makers = range(2001, 2001 + max(200, number // 2))
    async with bot_api() as api:
        town = Town(api, Random(1), makers)
        arrivals = Arrivals(town)
        bot = await settled(folder, api.url, makers=makers)
        async with bot.running():
            town.ask()
            await until_told(town, arrivals, patience=60)
            waits = await calm(town, arrivals, number=100, per_second=5)
            print(f"confirm to notice, 5 inquiries/s, n={len(waits)}")
            for name, part in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
                print(f"  {name} {1000 * waits[min(len(waits) - 1, int(part * len(waits)))]:7.1f} ms")
            rate = await crowd(town, arrivals, number=number)
            print(
                f"{number} customers at once, {len(makers)} makers: {rate:.1f} inquiries/s, first word to last notice"
            )


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--number", type=int, default=500)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), number=asked.number))


if __name__ == "__main__":
    main()
