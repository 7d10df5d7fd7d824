"""Which act, field and product each message of a conversation is taken for, beside "every message is a search".

python -m bench.dialogue [--held] [--wrong] [--data bench/data/FILE …]

The conversations are our own; each set is measured by itself. Half of them are held back by a fixed rule, so that
nothing is tuned to them: those whose name's SHA-256 begins with a hexadecimal digit of 8 or more. Without --held only
the other half is asked, and --wrong lists what went wrong in it; of the held half figures are printed and nothing else.
"""

import argparse
import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bot.app import open_context
from bot.settings import Settings
from catalog.list_io import open_sheet
from catalog.model import ProductRow
from catalog.store import open_store
from handlers import turns as remembered
from handlers.catalogue import search
from handlers.context import Context, Session
from handlers.conversation import answer
from handlers.messages import Incoming, Person, Text
from handlers.thread import MessageAct

DATA = tuple(
    Path(__file__).parent / "data" / name
    for name in (
        "dialogues.txt",
        "dialogues_2.txt",
        "dialogues_3.txt",
        "dialogues_4.txt",
        "dialogues_5.txt",
        "dialogues_6.txt",
        "dialogues_7.txt",
        "dialogues_8.txt",
        "dialogues_9.txt",
        "dialogues_10.txt",
    )
)
SHIPPED = Path(__file__).parents[1] / "catalog" / "data" / "products.csv"
TODAY = date(2026, 11, 24)
BARS = {"act": 92.0, "field": 95.0, "mistaken": 1.0}
# What is asked of a maker is the same for all that it makes.
MAKER_FIELDS = {"phones", "address", "producer", "email", "website"}
SEARCHES = {MessageAct.CARD, MessageAct.LIST, MessageAct.NOTHING, MessageAct.NEAR, MessageAct.WISH}


@dataclass(frozen=True)
class Wanted:
    """A message, and what it should be taken for."""

    text: str
    act: str
    field: str
    products: tuple[str, ...]


@dataclass(frozen=True)
class Told:
    """What a message was taken for."""

    act: str
    field: str
    products: tuple[str, ...]
    one_maker: bool = False


@dataclass
class Score:
    """How many of which kind were right."""

    turns: int = 0
    acts: int = 0
    fields: int = 0
    right_fields: int = 0
    of_maker: int = 0
    searches: int = 0
    mistaken: int = 0
    wrong: list[str] = field(default_factory=list)

    def count(self, wanted: Wanted, told: Told, name: str) -> None:
        self.turns += 1
        right = wanted.act == told.act
        self.acts += right
        if wanted.act == MessageAct.FIELD:
            self.fields += 1
            same = wanted.products in {("*",), told.products[: len(wanted.products)]}
            of_maker = wanted.field in MAKER_FIELDS and told.one_maker and {*wanted.products} <= {*told.products}
            right = right and told.field == wanted.field and (same or of_maker)
            self.right_fields += right
            self.of_maker += right and not same
        elif wanted.act in SEARCHES:
            self.searches += 1
            self.mistaken += told.act == MessageAct.FIELD
            right = right and (not wanted.products or wanted.products in {("*",), told.products})
        if not right:
            self.wrong.append(f"{name}: {wanted.text!r} {wanted} -> {told}")

    def line(self, name: str) -> str:
        return (
            f"{name:<28} {self.turns:>4} turns: right act {_share(self.acts, self.turns)} %, right field and product "
            f"{_share(self.right_fields, self.fields)} % of {self.fields} ({self.of_maker} among all of the maker's), "
            f"searches mistaken for a field "
            f"{_share(self.mistaken, self.searches)} % of {self.searches}"
        )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f}"


def read_conversations(file: Path) -> Iterator[tuple[str, list[Wanted]]]:
    """Each conversation with its name."""
    for block in f"\n{file.read_text(encoding='utf-8')}".split("\n= ")[1:]:
        name, *lines = block.split("\n")
        yield name.strip(), [_read(line) for line in lines if " |" in line]


def _read(line: str) -> Wanted:
    text, act, asked, products = (part.strip() for part in f"{line} ".split(" |"))
    MessageAct(act)
    return Wanted(text, act, asked, tuple(products.split(",")) if products else ())


def is_held(name: str) -> bool:
    """True for the half of the conversations that nothing is tuned to."""
    return int(hashlib.sha256(name.encode()).hexdigest()[0], 16) >= 8


@asynccontextmanager
async def open_shipped() -> AsyncIterator[Context]:
    """The shipped catalogue, in a database that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        async with open_store(url, migrate=True) as store:
            rows = [row for row in open_sheet(SHIPPED) if isinstance(row, ProductRow)]
            await store.import_rows(rows, who="bench")
        async with open_context(Settings(database_url=url)) as (context, _):
            yield replace(context, today=lambda: TODAY)


async def converse(turns: list[Wanted], name: str, *, context: Context) -> list[Told]:
    session, told = Session(), []
    for number, wanted in enumerate(turns):
        incoming = Incoming(Person("bench", name), Text(wanted.text), ref=str(number))
        answered = await answer(incoming, context=context, session=session)
        session, turn = answered.session, answered.turn
        products = await context.products(turn.products) if turn else []
        ids, one_maker = tuple(each.id for each in products), len({each.producer.id for each in products}) == 1
        asked = turn.field if turn and turn.act is MessageAct.FIELD else ""
        told.append(Told(turn.act, asked, ids, one_maker) if turn else Told("chat", "", ()))
    return told


async def search_all(messages: list[Wanted], *, context: Context) -> list[Told]:
    """As it was before: every message is looked up."""
    told = []
    for wanted in messages:
        reply = await search.by_words(wanted.text, context=context, session=Session())
        talk = context.find(wanted.text, limit=1).small_talk
        act = (
            MessageAct.CHAT
            if talk
            else remembered.act_of_search(wanted.text, reply, context=context, session=Session())
        )
        told.append(Told(act, "", remembered.refs_in(reply)))
    return told


async def measure_set(file: Path, given: argparse.Namespace) -> bool:
    """Print the figures of the conversations of *file*; True where the bars are met."""
    halves = {False: Score(), True: Score()}
    plain = {False: Score(), True: Score()}
    number = {False: 0, True: 0}
    async with open_shipped() as context:
        for name, turns in read_conversations(file):
            held = is_held(name)
            number[held] += 1
            if held and not given.held:
                continue
            for wanted, told in zip(turns, await converse(turns, name, context=context), strict=True):
                halves[held].count(wanted, told, name)
            for wanted, told in zip(turns, await search_all(turns, context=context), strict=True):
                plain[held].count(wanted, told, name)
    print(f"{file.name}: {sum(number.values())} conversations, {number[True]} of them held back")
    for held in (False, True) if given.held else (False,):
        half = "held back" if held else "tuned to"
        print(halves[held].line(f"ours, {half}"))
        print(plain[held].line(f"every turn a search, {half}"))
    if given.wrong:
        print("\n".join(halves[False].wrong))
    return meets(halves[given.held])


def meets(score: Score) -> bool:
    """True where the bars are met."""
    fine = 100 * score.acts >= BARS["act"] * score.turns and 100 * score.right_fields >= BARS["field"] * score.fields
    return fine and 100 * score.mistaken <= BARS["mistaken"] * score.searches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held", action="store_true", help="measure the held half too")
    parser.add_argument("--wrong", action="store_true", help="list what went wrong, never of the held half")
    parser.add_argument("--data", type=Path, nargs="+", default=DATA)
    given = parser.parse_args()
    met = [asyncio.run(measure_set(file, given)) for file in given.data]
    if not all(met):
        raise SystemExit("below the bars")


if __name__ == "__main__":
    main()
