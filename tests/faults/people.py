"""Customers and makers who use a Telegram stand-in while the bot behind it dies and comes back."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from tests.stands.faults import Answer, Cut, Fault, Hang
from tests.stands.telegram.people import Someone
from tests.stands.telegram.server import BotApi
from tests.stands.telegram.world import Json

CHIEF = 900
MAKERS = range(2001, 2041)
_QUESTION = re.compile(r"hoi\d{5}x")
_ANSWER = re.compile(r"dap\d{5}x")
# The answers to what a customer says, in the order in which they say it.
_STEPS = ("Bạn muốn hỏi ", "Bạn viết câu hỏi nhé.", "Gửi ", "Đã gửi. ")
_PATIENCE = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
_LATER = Answer(429, {**_PATIENCE, "parameters": {"retry_after": 1}})
_BROKEN = Answer(502, {"ok": False, "error_code": 502, "description": "Bad Gateway"})


@dataclass
class Town:
    """Each question is asked by a customer of its own; makers answer each question they are told of, once."""

    api: BotApi
    chance: Random
    makers: range = MAKERS
    asked: dict[str, int] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    _seen: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Everyone has begun a chat with the bot."""
        for number in (CHIEF, *self.makers):
            Someone(self.api, number).start()

    def ask(self) -> None:
        """A new customer asks one of the makers, as fast as thumbs can."""
        number = 100_000 + len(self.asked)
        words = f"hoi{len(self.asked):05}x"
        self.asked[words] = number
        product = f"nem-{self.chance.randint(1, len(self.makers))}"
        customer = Someone(self.api, number)
        for said in (f"/ask {product}", f"/kind question {product}", f"Cho tôi {words}", "/send"):
            customer.say(said)

    def answer(self) -> None:
        """Every maker replies to what they were told of and have not answered yet."""
        for message in self.told(self.makers):
            place = (message["chat"]["id"], message["message_id"])
            words = _QUESTION.search(message.get("text", ""))
            if place in self._seen or words is None or "Có khách viết cho bạn" not in message["text"]:
                continue
            self._seen.add(place)
            if words[0] not in self.answered.values():
                answer = f"dap{len(self.answered):05}x"
                self.answered[answer] = words[0]
                maker = Someone(self.api, message["chat"]["id"])
                maker.say(f"Xin trả lời {answer}", reply_to_message={k: v for k, v in message.items() if k != "marked"})

    def misbehave(self) -> None:
        """Something goes wrong with one of the next calls."""
        path = self.chance.choice(["/sendMessage", "/sendMessage", "/getUpdates"])
        faults: list[Fault] = [_LATER, _BROKEN, Cut(), Cut(done=True), Hang(0.3), Hang(0.3, done=True)]
        self.api.faults.add(_on(self.chance.choice(faults), path))

    def told(self, chats: range | tuple[int, ...]) -> Iterator[Json]:
        """What the bot said in these chats."""
        for (chat, _), message in list(self.api.world.messages.items()):
            if chat in chats and message["from"]["is_bot"]:
                yield message

    def _notices(self) -> list[str]:
        return [
            found[0]
            for each in self.told(self.makers)
            if "Có khách viết cho bạn" in each.get("text", "") and (found := _QUESTION.search(each["text"]))
        ]

    def noticed(self) -> int:
        """Of how many questions their maker was told."""
        return len(set(self._notices()))

    def repeated_notices(self) -> int:
        """How many notices of a new question stand twice in its maker's chat."""
        return len(self._notices()) - self.noticed()

    def answers_told(self) -> Counter[tuple[int, str]]:
        """How often each answer stands in each chat that is no maker's."""
        chats = tuple(self.asked.values())
        return Counter(
            (each["chat"]["id"], found[0])
            for each in self.told(chats)
            if each.get("text", "").startswith("Trả lời cho") and (found := _ANSWER.search(each["text"]))
        )

    def steps(self) -> dict[int, list[int]]:
        """The answers in each customer's chat from the first to the last, each by the place of what it answers."""
        found: dict[int, list[int]] = {chat: [] for chat in self.asked.values()}
        for each in self.told(tuple(found)):
            text = each.get("text", "")
            found[each["chat"]["id"]] += [place for place, words in enumerate(_STEPS) if text.startswith(words)]
        return found

    def steps_repeated(self) -> int:
        """How many answers stand twice in a customer's chat."""
        return sum(len(places) - len(set(places)) for places in self.steps().values())

    def steps_disordered(self) -> int:
        """How many answers stand in a customer's chat behind the answer to what was said later."""
        return sum(place < before for places in self.steps().values() for before, place in pairwise(places))

    def lost_replies(self) -> int:
        """How many messages arrived though the bot could not know it: the line was cut behind them."""
        return sum(
            isinstance(fault, Cut | Hang) and fault.done for path, fault in self.api.faults.spent if "send" in path
        )


def _on(fault: Fault, path: str) -> Fault:
    match fault:
        case Answer():
            return Answer(fault.status, fault.body, path=path)
        case Cut():
            return Cut(done=fault.done, path=path)
    return Hang(fault.seconds, done=fault.done, path=path)


async def bustle(town: Town, *, per_second: float) -> None:
    """Ask, answer and break things until cancelled."""
    while True:
        town.ask()
        town.answer()
        if town.chance.random() < 0.3:
            town.misbehave()
        await asyncio.sleep(town.chance.expovariate(per_second))
