"""The drill of a recall: ``python -m tests.faults.recall``. Many people in three channels; kill -9 while they are told.

Two fifths can be written to at once: in Telegram all but who blocked us, in Zalo who spoke lately. The web chat keeps
what is said until somebody comes, and our outbox does for everybody else. Some more looked up another lot. Telegram's
stand-in refuses what comes faster than it lets us; what comes in a second is counted in both.

Exits with 1 if somebody who can be reached was not warned exactly once, if somebody was warned whose lot is another, if
who came back was not warned, or if a vendor's limit was broken. At each kill one message of a channel may be a copy of
one that arrived; it says so, and is counted apart.
"""

import argparse
import asyncio
import json
import socket
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from sqlalchemy import func, insert, select

from catalog.audit import Doer
from catalog.recalls import Recall, RecallAdvice, RecallReason, RecallScope
from catalog.sealing import new_key
from catalog.store import Store, open_store, tables
from tests.faults.process import Bot, Processes
from tests.postgresql import Cluster, private_cluster
from tests.stands.telegram.people import Someone
from tests.stands.telegram.server import BotApi, bot_api
from tests.stands.zalo_oa import Follower, Platform
from tests.town import product

HEADING, COPY = "THU HỒI SẢN PHẨM", "Có thể bạn đã nhận tin này rồi"
CALLED_BACK, OTHER_LOT = "L12", "L99"
_WINDOWS = {"web": 0.0, "zalo_oa": 48 * 3600.0}
_SILENCE = 180.0
_AT_ONCE = 2000


@dataclass(frozen=True)
class Drill:
    """How many *people* looked the lot up, how often something is killed, how fast the stand-ins let us write."""

    people: int = 100_000
    kills: int = 5
    telegram_rate: int = 30
    zalo_rate: int = 20
    returning: int = 1000
    seed: int = 0

    @property
    def telegram(self) -> range:
        """Two fifths of all, of whom fifteen in a hundred blocked us."""
        return range(10_000_000, 10_000_000 + self.people * 2 // 5)

    @property
    def blocked(self) -> range:
        return self.telegram[: len(self.telegram) * 15 // 100]

    @property
    def zalo(self) -> range:
        """Three tenths, of whom a fifth spoke lately."""
        return range(20_000_000, 20_000_000 + self.people * 3 // 10)

    @property
    def speaking(self) -> range:
        return self.zalo[: len(self.zalo) // 5]

    @property
    def web(self) -> range:
        return range(30_000_000, 30_000_000 + self.people - len(self.telegram) - len(self.zalo))

    @property
    def others(self) -> range:
        """Who looked up another lot, in Telegram."""
        return range(40_000_000, 40_000_000 + self.people // 10)

    @property
    def reachable(self) -> int:
        return len(self.telegram) - len(self.blocked) + len(self.speaking)


@dataclass(frozen=True)
class DrillCounts:
    """What was counted."""

    people: int
    reachable: int
    counted_before: int
    reachable_before: int
    kills: int
    warned_once: int
    missed: int
    copies: int
    repeated: int
    wrongly: int
    kept_in_web: int
    held: int
    returned: int
    returned_warned_once: int
    telegram_fastest: int
    telegram_refused: int
    zalo_fastest: int
    seconds: float
    limits: tuple[int, int]

    @property
    def fine(self) -> bool:
        """True when every promise was kept."""
        told = self.missed == self.repeated == self.wrongly == 0 and self.copies <= 2 * self.kills
        later = self.returned_warned_once == self.returned and self.counted_before == self.people
        slow = self.telegram_fastest <= self.limits[0] and self.zalo_fastest <= self.limits[1]
        return told and later and slow and self.reachable_before >= self.reachable


class DrillBot(Bot):
    """A bot with Zalo beside Telegram; who serves listens where Zalo posts to."""

    zalo: Platform
    port: int
    drill: Drill

    @property
    def commands(self) -> tuple[tuple[str, ...], ...]:
        first, *others = super().commands
        return ((*first[:-1], str(self.port)), *others)

    @property
    def environment(self) -> dict[str, str]:
        account = self.zalo.account
        return super().environment | {
            "HOI_OCOP_TELEGRAM__PER_SECOND": str(self.drill.telegram_rate),
            "HOI_OCOP_ZALO_OA__APP_ID": account.app_id,
            "HOI_OCOP_ZALO_OA__OA_SECRET": account.oa_secret,
            "HOI_OCOP_ZALO_OA__APP_SECRET": account.app_secret,
            "HOI_OCOP_ZALO_OA__REFRESH_TOKEN": self.refresh,
            "HOI_OCOP_ZALO_OA__SENDS_PER_SECOND": str(self.drill.zalo_rate),
            "HOI_OCOP_ZALO_OA__API_URL": self.zalo.url,
            "HOI_OCOP_ZALO_OA__OAUTH_URL": self.zalo.url,
            "HOI_OCOP_CONNECTIONS_PER_ADDRESS": "10000",
        }

    refresh: str


def _bot(folder: Path, api: BotApi, zalo: Platform, drill: Drill, cluster: Cluster | None) -> DrillBot:
    bot = DrillBot(folder, api.url, new_key(), cluster)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name, value in {"zalo": zalo, "port": port, "drill": drill, "refresh": zalo.first_refresh_token()}.items():
        object.__setattr__(bot, name, value)
    zalo.webhook.url = f"http://127.0.0.1:{port}/zalo_oa/webhook"
    return bot


async def run(folder: Path, drill: Drill, *, cluster: Cluster | None = None) -> DrillCounts:
    """The whole drill: on PostgreSQL if there is a *cluster*."""
    begun, chance = time.monotonic(), Random(drill.seed)
    async with bot_api() as api, Platform().open() as zalo:
        _settle(api, zalo, drill)
        bot = _bot(folder, api, zalo, drill, cluster)
        async with open_store(bot.url, migrate=True, keys=[bot.key]) as store:
            await store.import_rows([product(1)], who="drill")
            await _look_up(store, drill)
            scope = RecallScope(lots=(CALLED_BACK,))
            before = await store.recalls.audience("nem-1", scope, windows=_WINDOWS, now=time.time())
            recall = Recall("nem-1", RecallReason.CONTAMINATED, RecallAdvice.RETURN, scope)
            await store.recalls.carry_out(store.recalls.beginning(recall, by=Doer(), at=time.time()))
        async with bot.running() as processes:
            await _kill_while_told(processes, api, zalo, drill, chance)
            await _until_told(bot, api, zalo, drill)
            counted = _count(api, zalo, drill)
            held = await _states(bot)
            back = chance.sample([*drill.blocked, *drill.zalo[len(drill.speaking) :]], drill.returning)
            await _come_back(bot, api, zalo, back)
            again = _warned(api, zalo)
        return DrillCounts(
            people=drill.people,
            reachable=drill.reachable,
            counted_before=sum(each.people for each in before),
            reachable_before=sum(each.now for each in before),
            kills=drill.kills,
            **counted,
            kept_in_web=held.get(("web", "sent"), 0),
            held=sum(size for (_, state), size in held.items() if state == "held"),
            returned=len(back),
            returned_warned_once=sum(again[each] == 1 for each in back),
            telegram_refused=len(api.made("sendMessage", status=429)),
            telegram_fastest=_fastest(call.at for call in api.calls if call.method == "sendMessage"),
            zalo_fastest=_fastest(zalo.calls),
            seconds=round(time.monotonic() - begun, 1),
            limits=(_with_jitter(drill.telegram_rate), _with_jitter(drill.zalo_rate)),
        )


def _with_jitter(rate: int) -> int:
    """What may arrive in a second of what went at *rate*: the line and the machine hold some up."""
    return rate + max(3, rate // 4)


def _settle(api: BotApi, zalo: Platform, drill: Drill) -> None:
    api.world.chats |= {number: {"id": number, "type": "private"} for number in (*drill.telegram, *drill.others)}
    api.world.shut |= dict.fromkeys(drill.blocked, "bot was blocked by the user")
    api.overall = _with_jitter(drill.telegram_rate)
    now = zalo.now()
    for place, number in enumerate(drill.zalo):
        spoke = now - 3600.0 if place < len(drill.speaking) else now - 30 * 24 * 3600.0
        zalo.followers[str(number)] = Follower(str(number), spoke_at=spoke)


async def _look_up(store: Store, drill: Drill) -> None:
    """Write down who looked what up, and when Zalo's people spoke."""
    now, lots = time.time(), ((CALLED_BACK, True), ("", False))
    rows = []
    for channel, people in (("telegram", drill.telegram), ("zalo_oa", drill.zalo), ("web", drill.web)):
        for place, number in enumerate(people):
            lot = lots[0][0] if place % 2 else lots[1][0]
            rows.append({"channel": channel, "address": str(number), "at": now, "product_id": "nem-1", "lot": lot})
    rows += [
        {"channel": "telegram", "address": str(number), "at": now, "product_id": "nem-1", "lot": OTHER_LOT}
        for number in drill.others
    ]
    spoke = [
        {"owner": "zalo_oa", "key": f"window:{number}", "value": json.dumps(_window(now - 3600.0))}
        for number in drill.speaking
    ]
    came = [
        {"channel": "zalo_oa", "address": str(number), "ref": "hello", "received_at": now - 3600.0, "body": "",
         "state": "answered"}
        for number in drill.speaking
    ]  # fmt: skip
    async with store._engine.begin() as connection:
        for table, some in ((tables.history, rows), (tables.memory, spoke), (tables.inbox, came)):
            for start in range(0, len(some), _AT_ONCE):
                await connection.execute(insert(table), some[start : start + _AT_ONCE])


def _window(at: float) -> dict[str, object]:
    return {"heard": round(at * 1000), "message": "hello"}


async def _kill_while_told(processes: Processes, api: BotApi, zalo: Platform, drill: Drill, chance: Random) -> None:
    """Kill a process when so many more were told, at moments of chance."""
    whole = len(drill.telegram) - len(drill.blocked)
    marks = sorted(chance.uniform(0.05, 0.9) * whole for _ in range(drill.kills))
    for mark in marks:
        await _until(lambda mark=mark: sum(_told_in(api).values()) >= mark, api, zalo)  # type: ignore[misc]
        await asyncio.sleep(chance.uniform(0.0, 0.2))
        await processes.kill_one(chance)


async def _until(done: object, api: BotApi, zalo: Platform) -> None:
    """Wait until it is *done*, or no channel hears anything any more."""
    last, heard = time.monotonic(), -1
    while not done():  # type: ignore[operator]
        # What was told is counted over; the stand-ins answer in between.
        await asyncio.sleep(1.0)
        if len(api.world.messages) + len(zalo.sent) > heard:
            last, heard = time.monotonic(), len(api.world.messages) + len(zalo.sent)
        if time.monotonic() - last > _SILENCE:
            return


async def _until_told(bot: Bot, api: BotApi, zalo: Platform, drill: Drill) -> None:
    """Wait until nothing is left to tell now, or nothing more comes."""
    last, heard = time.monotonic(), ()
    while time.monotonic() - last < _SILENCE:
        states = await _states(bot)
        left = sum(size for (_, state), size in states.items() if state in {"waiting", "sending"})
        async with bot.store() as store:
            unfinished = await store.recalls.unfinished()
        if not unfinished and not left:
            return
        now = (len(api.world.messages), len(zalo.sent), left)
        if now != heard:
            last, heard = time.monotonic(), now  # type: ignore[assignment]
        await asyncio.sleep(1.0)


async def _states(bot: Bot) -> dict[tuple[str, str], int]:
    """How many warnings are in which state, by channel."""
    sent = tables.outbox.c
    query = select(sent.channel, sent.state, func.count()).where(sent.kind == "recall")
    async with bot.store() as store, store._engine.connect() as connection:
        rows = (await connection.execute(query.group_by(sent.channel, sent.state))).all()
    return {(row[0], row[1]): row[2] for row in rows}


def _told_in(api: BotApi) -> Counter[int]:
    return Counter(
        chat
        for (chat, _), message in list(api.world.messages.items())
        if message["from"]["is_bot"] and HEADING in message.get("text", "")
    )


def _warned(api: BotApi, zalo: Platform) -> Counter[int]:
    found = _told_in(api)
    found.update(int(each["to"]) for each in zalo.sent if HEADING in json.dumps(each, ensure_ascii=False))
    return found


def _copies(api: BotApi, zalo: Platform) -> int:
    texts = [each.get("text", "") for each in api.world.messages.values()]
    texts += [json.dumps(each, ensure_ascii=False) for each in zalo.sent]
    return sum(COPY in each for each in texts)


def _count(api: BotApi, zalo: Platform, drill: Drill) -> dict[str, int]:
    warned, copies = _warned(api, zalo), _copies(api, zalo)
    reachable = [*drill.telegram[len(drill.blocked) :], *drill.speaking]
    again = sum(max(0, warned[each] - 1) for each in reachable)
    return {
        "warned_once": sum(warned[each] == 1 for each in reachable),
        "missed": sum(not warned[each] for each in reachable),
        "copies": copies,
        "repeated": max(0, again - copies),
        "wrongly": sum(warned[each] for each in (*drill.others, *drill.blocked, *drill.zalo[len(drill.speaking) :])),
    }


async def _come_back(bot: Bot, api: BotApi, zalo: Platform, people: Iterable[int]) -> None:
    """Let them write, each once, and wait until they were told."""
    some = list(people)
    for number in some:
        if number in api.world.chats:
            api.world.shut.pop(number, None)
            Someone(api, number).say("xin chào")
        else:
            await zalo.says(str(number), "xin chào")
    await _until(lambda: _warned(api, zalo).keys() >= set(some), api, zalo)


def _fastest(moments: Iterable[float]) -> int:
    """The most that came within a second."""
    most, last = 0, deque[float]()
    for at in sorted(moments):
        last.append(at)
        while last[0] <= at - 1.0:
            last.popleft()
        most = max(most, len(last))
    return most


def main() -> int:
    """Run, print the counts, and say by the exit code whether the promises were kept."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--engine", choices=["sqlite", "postgresql"], default="sqlite")
    reader.add_argument("--people", type=int, default=100_000)
    reader.add_argument("--kills", type=int, default=5)
    reader.add_argument("--telegram-rate", type=int, default=30, help="messages a second; 30 is the vendor's")
    reader.add_argument("--zalo-rate", type=int, default=20)
    reader.add_argument("--returning", type=int, default=1000, help="how many of the others come back at the end")
    reader.add_argument("--seed", type=int, default=int(time.time()))
    asked = reader.parse_args()
    drill = Drill(asked.people, asked.kills, asked.telegram_rate, asked.zalo_rate, asked.returning, asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        if asked.engine == "sqlite":
            counts = asyncio.run(run(Path(folder), drill))
        else:
            with private_cluster() as cluster:
                counts = asyncio.run(run(Path(folder), drill, cluster=cluster))
    for name, value in asdict(counts).items():
        sys.stdout.write(f"  {name.replace('_', ' '):<22} {value!s:>10}\n")
    sys.stdout.write(f"seed {drill.seed}: {'kept' if counts.fine else 'BROKEN'}\n")
    return 0 if counts.fine else 1


if __name__ == "__main__":
    sys.exit(main())
