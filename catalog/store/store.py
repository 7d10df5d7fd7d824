"""One door to the database for everyone above."""

import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalog.entries import Listed
from catalog.errors import BadSetting
from catalog.inquiry import Address
from catalog.model import ImportReport, Product, ProductRow
from catalog.sealing import Seal
from catalog.store import (
    compacting,
    database,
    imports,
    inbox,
    inbox_store,
    keyring,
    memory,
    pictures,
    products,
    revisions,
    unmet,
)
from catalog.store.erasing import Eraser
from catalog.store.health import DatabaseHealth
from catalog.store.inbox import DeliveryResult, InboxRow, Received, StoredAnswer
from catalog.store.memory import Exchange
from catalog.store.merging import merge, number_key
from catalog.store.post import Post
from catalog.store.unmet import UnmetAsker, Wish
from catalog.store.waiting import Waiting
from catalog.store.writer import Writer

_PAGE = 500
_LARGE = 256 * 1024


def _silent(_done: int, _total: int) -> None:
    """Show no progress."""


class Store:
    """The catalogue, the inbox and what is remembered of people. Every method raises StoreError."""

    def __init__(self, engine: AsyncEngine, *, seal: Seal | None = None) -> None:
        self._engine = engine
        self._seal = seal
        self._write = Writer(engine)
        self._eraser = Eraser(engine)
        self._post = Post(engine, self._write, seal, self._eraser) if seal else None
        self.waiting = Waiting(engine, self._write, seal=seal, opened=self._unseal_row)

    @property
    def post(self) -> Post:
        """Inquiries and what else holds people's words. Raises BadSetting when the store was opened without keys."""
        if self._post is None:
            raise BadSetting("HOI_OCOP_SEAL_KEYS is needed to keep what people write")
        return self._post

    @property
    def seal(self) -> Seal | None:
        """What people's words are sealed with."""
        return self._seal

    async def migrate(self) -> None:
        """Bring the tables up to date."""
        await database.migrate(self._engine)

    async def check_keys(self, *, accept: bool = False) -> None:
        """Raise BadSetting where our keys are not those that sealed this database, unless told to *accept* them."""
        if self._seal is not None:
            async with database.writing(self._engine) as connection:
                await keyring.check(connection, self._seal, accept=accept)

    async def settle_erased(self, *, due: bool = False) -> bool:
        """Empty what was erased out of the files where that is pending, or *due*; False while it cannot be done."""
        return await self._eraser.settle_if(due=due)

    async def is_current(self) -> bool:
        """True when no migration is missing."""
        return await database.is_current(self._engine)

    async def ping(self) -> None:
        """Return if the database answers."""
        async with database.reading(self._engine) as connection:
            await connection.execute(text("SELECT 1"))

    @property
    def health(self) -> DatabaseHealth:
        """Whether the database takes what we write."""
        return self._write.health

    async def prove(self) -> None:
        """Write something that means nothing, and after trouble something large, to see that writes are kept.

        Raises StoreError.
        """
        large = " " * _LARGE if self.health.trouble else ""
        await self._write(memory.remember, ("house", "proof", f"{time.time():.0f}{large}"))
        self.health.note_success(surely=True)

    async def give_back_room(self) -> int:
        """Give what was erased back to the disk, in small steps; how many pages that were."""
        return await compacting.give_back(self._engine)

    async def make_compactable(self) -> bool:
        """Rewrite a database of an older version, so that room can be given back; False if that must wait."""
        return await compacting.prepare(self._engine)

    # The catalogue ------------------------------------------------------------------------------------------------

    async def import_rows(
        self,
        rows: Iterable[ProductRow],
        *,
        who: str,
        progress: Callable[[int, int], None] = _silent,
        dry_run: bool = False,
        most_changed: float = 1.0,
    ) -> ImportReport:
        """Bring *rows* in, all or none; what they do not change stays as it is. A *dry_run* is undone at its end.

        So is an import that would change more than this share of the stars, producers or phones: it is *held*.
        """
        merged = merge(rows)
        async with database.writing(self._engine) as connection:
            await database.serialize_imports(connection)
            report = await imports.apply(connection, merged, who=who, progress=progress)
            if any(count > most_changed * total for count, total in report.changed.values()):
                report = replace(report, held=True)
            if dry_run or report.held:
                await connection.rollback()
        return report

    async def products(self, refs: Iterable[str]) -> list[Product]:
        """The products that *refs* name, in that order, without the unknown ones."""
        async with database.reading(self._engine) as connection:
            return await products.by_refs(connection, refs)

    async def product(self, ref: str) -> Product | None:
        """The product that *ref* (its id, or ``~number``) names."""
        found = await self.products([ref])
        return found[0] if found else None

    async def by_gtin(self, gtin: str) -> list[Product]:
        """The products with this GTIN of 8 to 14 digits."""
        async with database.reading(self._engine) as connection:
            return await products.by_code(connection, kind="gtin", key=gtin.zfill(14))

    async def by_trace(self, key: str) -> list[Product]:
        """The products to which a code with this catalog.codes.trace_key is bound."""
        async with database.reading(self._engine) as connection:
            return await products.by_code(connection, kind="trace", key=key)

    async def by_number(self, number: str) -> list[Product]:
        """The products with this certificate or decision number, however it is spaced and marked."""
        async with database.reading(self._engine) as connection:
            return await products.by_certificate(connection, key=number_key(number))

    async def of_producer(self, producer_id: str) -> list[Product]:
        """Everything one producer makes."""
        async with database.reading(self._engine) as connection:
            return await products.of_producer(connection, producer_id)

    async def bind(self, *, key: str, shown: str, product_id: str) -> bool:
        """Bind a trace code to a product; False if it was bound already."""

        async def write(connection: Any, items: Sequence[tuple[str, str, str]]) -> list[bool]:
            return [await products.bind(connection, *item) for item in items]

        return await self._write(write, (key, shown, product_id))

    async def list_searchable(self) -> list[Listed]:
        """Every product in the fields that it is searched by."""
        async with database.reading(self._engine) as connection:
            return await products.list_searchable(connection)

    async def producers_with_phone(self, phone: str) -> list[str]:
        """The ids of the producers whose registered phone this is (E.164)."""
        async with database.reading(self._engine) as connection:
            return await products.producers_with_phone(connection, phone)

    async def producers_named(self, name: str) -> list[tuple[str, str]]:
        """The (id, name) of the producers that *name* (an id or part of a name) may mean."""
        async with database.reading(self._engine) as connection:
            return await products.producers_named(connection, name)

    async def keep_picture(self, jpeg: bytes) -> str:
        """Keep a product's picture; the path under which our server shows it."""
        return await self._write(pictures.keep, jpeg)

    async def picture(self, path: str) -> bytes | None:
        """The picture shown under *path*, a JPEG."""
        async with database.reading(self._engine) as connection:
            return await pictures.by_path(connection, path)

    async def groups(self) -> list[tuple[str, int]]:
        """The product groups with how many products each has, the largest first."""
        async with database.reading(self._engine) as connection:
            return await products.groups(connection)

    async def count(self) -> int:
        """How many products there are."""
        async with database.reading(self._engine) as connection:
            return await products.count(connection)

    async def revision(self) -> int:
        """A number that grows with every change of the catalogue."""
        async with database.reading(self._engine) as connection:
            return await revisions.current(connection)

    async def every_product(self) -> AsyncIterator[Product]:
        """All products, oldest row first, read page by page."""
        after = 0
        while True:
            async with database.reading(self._engine) as connection:
                found, after = await products.page(connection, after=after, limit=_PAGE)
            for product in found:
                yield product
            if not found:
                return

    # The inbox ----------------------------------------------------------------------------------------------------

    async def put(self, letter: InboxRow) -> int:
        """Keep what came in; its seq, or 0 if its ref is known."""
        return await self._write(inbox.put, self._seal_row(letter))

    async def receive(self, letter: InboxRow) -> Received:
        """Keep what came in, and tell what is known of who wrote it, as person() does."""
        keeping = self._changes
        told: Received = await self._write(inbox.receive, self._seal_row(letter))
        return Received(told.seq, told.language, self._open(told.state) or "{}", keeping)

    def is_fresh(self, received: Received) -> bool:
        """True while no notice has changed anybody's conversation; answers to the same person are not looked at."""
        return received.keeping == self._changes

    @property
    def _changes(self) -> int:
        return self._post.people_changed if self._post else 0

    async def answer(self, answer: StoredAnswer) -> None:
        """Keep an answer before it is sent."""
        sealed = replace(answer, answer=self._close(answer.answer), state=self._close(answer.state))
        await self._write(inbox.answer, sealed)

    async def settle(self, outcome: DeliveryResult) -> None:
        """Keep what became of a letter."""
        await self._write(inbox.settle, outcome)

    async def answers_after(
        self, channel: str, address: str, *, after: int, before: int = 0, most: int = 0
    ) -> list[InboxRow]:
        """What was said to this person after seq *after*; see mail.answers_after."""
        async with database.reading(self._engine) as connection:
            found = await inbox.answers_after(connection, channel, address, after=after, before=before, most=most)
        return [self._unseal_row(each) for each in found]

    def _close(self, text: str) -> str:
        return self._seal.close(text) if self._seal else text

    def _open(self, text: str) -> str:
        return self._seal.open(text) if self._seal else text

    def _seal_row(self, letter: InboxRow) -> InboxRow:
        pictures = self._seal.close_bytes(letter.pictures) if self._seal and letter.pictures else letter.pictures
        answer = self._close(letter.answer) if letter.answer else letter.answer
        return replace(letter, body=self._close(letter.body), answer=answer, pictures=pictures)

    def _unseal_row(self, letter: InboxRow) -> InboxRow:
        pictures = self._seal.open_bytes(letter.pictures) if self._seal and letter.pictures else letter.pictures
        answer = self._open(letter.answer) if letter.answer else letter.answer
        return replace(letter, body=self._open(letter.body), answer=answer, pictures=pictures)

    async def forget_before(self, moment: float) -> int:
        """Erase messages and answers from before *moment* (UTC seconds), also those that never went out."""
        async with database.writing(self._engine) as connection:
            return await inbox_store.forget_before(connection, moment)

    async def person(self, channel: str, address: str) -> tuple[str, str]:
        """Someone's chosen language and the state of their conversation."""
        async with database.reading(self._engine) as connection:
            language, state = await inbox.person(connection, channel, address)
        return language, self._open(state) or "{}"

    # Notes --------------------------------------------------------------------------------------------------------

    async def keep_search(self, token: str, search: str) -> None:
        """Keep a search so that its pages can be turned later."""
        await self._write(memory.keep_searches, (token, self._close(search)))

    async def search(self, token: str) -> str | None:
        """The search kept under *token*."""
        async with database.reading(self._engine) as connection:
            found = await memory.search(connection, token)
        return self._open(found) or None if found else None

    async def wish(self, wish: Wish, *, key: str, who: Address) -> None:
        """Count a code or name that we do not have, the same *key* once for each person; not without keys."""
        if self._seal is None:
            return
        mark = self._seal.token(f"wish {wish.kind} {key}")
        asked = UnmetAsker(wish.kind, mark, self._close(wish.shown), self._seal.persons(who.channel, who.address)[0])
        await self._write(unmet.wish, asked)

    async def wishes(self, kind: str, *, limit: int = 20) -> list[Wish]:
        """What most people asked for in vain in 90 days, from the third different one on."""
        async with database.reading(self._engine) as connection:
            found = await unmet.list_wanted(connection, kind, limit=limit, now=time.time())
        opened = [(self._open(sealed), times) for sealed, times in found]
        return [Wish(kind, shown, times) for shown, times in opened if shown]

    async def forget_wishes(self) -> None:
        """Erase what people looked for more than 90 days ago."""
        async with database.writing(self._engine) as connection:
            await unmet.forget_old(connection, now=time.time())
            await memory.forget_searches_before(connection, time.time() - unmet.DAYS * 24 * 3600)

    async def recall(self, owner: str, key: str) -> str | None:
        """What *owner* keeps under *key*."""
        async with database.reading(self._engine) as connection:
            return await memory.recall(connection, owner, key)

    async def remember(self, owner: str, key: str, value: str) -> None:
        """Keep *value* for *owner*."""
        await self._write(memory.remember, (owner, key, value))

    async def exchange(self, exchange: Exchange) -> bool:
        """Compare and swap in a channel's memory."""
        return await self._write(memory.exchange, exchange)

    async def keep_personal_note(self, owner: str, key: str, value: str) -> None:
        """Keep *value*, sealed, for *owner*; *key* ends with ":" and the address of whom it is about."""
        await self._write(memory.remember, (memory.personal(owner), key, self._close(value)))

    async def personal_notes(self, owner: str) -> dict[str, str]:
        """All that *owner* keeps about people."""
        async with database.reading(self._engine) as connection:
            kept = await memory.everything(connection, memory.personal(owner))
        return {key: self._open(sealed) for key, sealed in kept}

    async def forget_personal_notes(self, owner: str, keys: Collection[str]) -> None:
        """Erase what *owner* keeps about people under *keys*."""
        await self._write(memory.forget_all, [(memory.personal(owner), key) for key in keys])

    async def forget_personal_notes_before(self, moment: float) -> None:
        """Erase what channels, also those that are off now, have kept about people since before *moment*."""
        if self._seal is None:
            return
        async with database.reading(self._engine) as connection:
            kept = await memory.everything_personal(connection)
        old = [(owner, key) for owner, key, sealed in kept if self._seal.closed_at(sealed) < moment]
        await self._write(memory.forget_all, old)


@asynccontextmanager
async def open_store(
    url: str, *, migrate: bool = False, keys: Sequence[str] = (), accept: bool = False
) -> AsyncIterator[Store]:
    """Open the database at *url*; *keys* seal what people write. Raises BadSetting for a URL or key we cannot use.

    With *migrate* its tables are brought up to date, and keys that are not those of the database are refused, unless
    told to *accept* them.
    """
    engine = database.make_engine(database.database_url(url))
    try:
        store = Store(engine, seal=Seal(keys) if keys else None)
        if migrate:
            await store.migrate()
            await store.check_keys(accept=accept)
        yield store
    finally:
        await engine.dispose()
