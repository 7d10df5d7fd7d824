"""The database as everyone above sees it: the catalogue itself, and a typed attribute for each other subject."""

import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from catalog.model import ImportReport, Producer, Product, ProductRow
from catalog.sealing import Seal
from catalog.store import database, imports, keyring, memory, products, resealing, revisions, tables, vacuum
from catalog.store.access import Access
from catalog.store.advisory_lock import turn_lock
from catalog.store.announcements import AnnouncementStore
from catalog.store.audit import AuditStore
from catalog.store.board_sessions import BoardSessionStore
from catalog.store.buyers import BuyerStore
from catalog.store.certificate_events import CertificateEventStore
from catalog.store.corrections import CorrectionStore
from catalog.store.dossiers import DossierStore
from catalog.store.editing import EditingStore
from catalog.store.erasures import ErasureStore
from catalog.store.fair_invitations import FairInvitationStore
from catalog.store.fair_visits import FairVisitStore
from catalog.store.fairs import FairStore
from catalog.store.field_columns import number_key
from catalog.store.field_history import FieldHistoryStore
from catalog.store.follows import FollowStore
from catalog.store.group_rows import MergedList
from catalog.store.health import DatabaseHealth
from catalog.store.inbox_store import InboxStore
from catalog.store.inquiries import InquiryStore, note_delivery
from catalog.store.inquiry_desk import InquiryDeskStore
from catalog.store.inspections import InspectionStore
from catalog.store.list_store import ListStore
from catalog.store.look_ups import LookUpStore
from catalog.store.members import MemberStore
from catalog.store.memory import MemoryStore
from catalog.store.moves import MoveStore
from catalog.store.naming import NamingStore
from catalog.store.officer_chats import OfficerChatStore
from catalog.store.officers import OfficerStore
from catalog.store.outbox_store import OutboxStore
from catalog.store.passkeys import PasskeyStore
from catalog.store.people import PeopleStore
from catalog.store.processes import CountedLock, Lock
from catalog.store.products import SearchableStore
from catalog.store.proposals import ProposalStore
from catalog.store.queues import QueueStore
from catalog.store.ratings import RatingStore
from catalog.store.recalls import RecallStore
from catalog.store.recognitions import RecognitionStore
from catalog.store.resealing import Sealed
from catalog.store.rounds import RoundStore
from catalog.store.sales import FairSaleStore, SalePointStore
from catalog.store.targets import TargetStore
from catalog.store.unmet import UnmetStore
from catalog.store.worklists import WorklistStore

_PAGE = 500
_LARGE = 256 * 1024
_BACKUP = ("house", "backup")


class Store:
    """The catalogue, and an attribute for each other part of the database. Every method raises StoreError."""

    def __init__(self, engine: AsyncEngine, *, seal: Seal | None = None) -> None:
        access = Access(engine, keys=seal)
        self._access = access
        self._engine = engine
        self._write = access.writer
        self.outbox = OutboxStore(access, reached=note_delivery)
        self.inquiries = InquiryStore(access, self.outbox)
        self.inquiry_desk = InquiryDeskStore(access, self.outbox)
        self.members = MemberStore(access)
        self.corrections = CorrectionStore(access)
        self.events = CertificateEventStore(access)
        self.recognitions = RecognitionStore(access)
        self.inspections = InspectionStore(access)
        self.recalls = RecallStore(access, self.outbox)
        self.dossiers = DossierStore(access)
        self.rounds = RoundStore(access)
        self.people = PeopleStore(access)
        self.look_ups = LookUpStore(access)
        self.follows = FollowStore(access, self.outbox)
        self.moves = MoveStore(access, self.outbox)
        self.ratings = RatingStore(access, self.outbox)
        self.erasures = ErasureStore(access)
        self.inbox = InboxStore(access, self.people)
        self.unmet = UnmetStore(access)
        self.memory = MemoryStore(access)
        self.announcements = AnnouncementStore(engine)
        self.officers = OfficerStore(access)
        self.board_sessions = BoardSessionStore(access)
        self.passkeys = PasskeyStore(access)
        self.officer_chats = OfficerChatStore(access)
        self.audit = AuditStore(access)
        self.proposals = ProposalStore(access)
        self.targets = TargetStore(access)
        self.fairs = FairStore(access)
        self.fair_sales = FairSaleStore(access)
        self.sale_points = SalePointStore(access)
        self.fair_visits = FairVisitStore(access)
        self.fair_invitations = FairInvitationStore(access)
        self.buyers = BuyerStore(access)
        self.lists = ListStore(access)
        self.worklists = WorklistStore(access)
        self.naming = NamingStore(access)
        self.editing = EditingStore(access)
        self.field_history = FieldHistoryStore(access)
        self.queues = QueueStore(access)
        self.searchable = SearchableStore(access)

    @asynccontextmanager
    async def opened_again(self) -> "AsyncIterator[Store]":
        """The same database with connections of its own, for work in another thread."""
        engine = database.make_engine(self._engine.url, create=False)
        try:
            yield Store(engine, seal=self._access.keys)
        finally:
            await engine.dispose()

    def turn_lock(self, name: str) -> Lock | None:
        """The lock of whoever does what only one process at a time may do; None where there is only one process."""
        return turn_lock(self._engine.url, name) if self.announcements.possible else None

    def senders_lock(self) -> CountedLock | None:
        """The lock of all processes that send; None where there is only one process."""
        return turn_lock(self._engine.url, "senders", shared=True) if self.announcements.possible else None

    @property
    def has_keys(self) -> bool:
        """Whether what people write can be sealed."""
        return self._access.keys is not None

    @property
    def has_jobs(self) -> bool:
        """Whether what comes in and goes out is worked on as jobs, by any process (see catalog.store.jobs)."""
        return self._access.has_jobs

    def sign(self, text: str) -> str:
        """A proof that we wrote *text*, for a link that is kept nowhere. Raises BadSetting without keys."""
        return self._access.seal.sign(text)

    def mark(self, text: str) -> str:
        """A word that always stands for *text*, and only for who has our keys. Raises BadSetting without keys."""
        return self._access.seal.token(text)

    def verify(self, proof: str, *, seconds: int) -> str | None:
        """What sign() was given at most *seconds* ago; None for anything else. Raises BadSetting without keys."""
        return self._access.seal.verify(proof, seconds=seconds)

    async def migrate(self) -> None:
        """Bring the tables up to date."""
        await database.migrate(self._engine)

    async def check_keys(self, *, accept: bool = False) -> None:
        """Raise BadSetting where our keys are not those that sealed this database, unless told to *accept* them."""
        if self._access.keys is not None:
            async with database.writing(self._engine) as connection:
                await keyring.check(connection, self._access.keys, accept=accept)

    async def count_sealed(self) -> Sealed:
        """How much each key holds. Raises BadSetting without keys."""
        return await resealing.count(self._access)

    async def reseal(self, *, progress: Callable[[str, int], None]) -> Sealed:
        """Seal under the first key what an older one holds; how it was before. Raises BadSetting without keys."""
        return await resealing.reseal(self._access, progress=progress)

    async def settle_erased(self, *, due: bool = False) -> bool:
        """Empty what was erased out of the files where that is pending, or *due*; False while it cannot be done."""
        return await self._access.vacuum.settle_if(due=due)

    async def is_current(self) -> bool:
        """True when no migration is missing."""
        return await database.is_current(self._engine)

    async def count_rows(self) -> dict[str, int]:
        """How many rows each table has."""
        found: dict[str, int] = {}
        async with database.reading(self._engine) as connection:
            for table in tables.metadata.sorted_tables:
                found[table.name] = await connection.scalar(select(func.count()).select_from(table)) or 0
        return found

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

    async def last_change(self) -> float:
        """When something in the catalogue was last changed, in UTC seconds; 0 if nothing ever was."""
        return await self._access.read(revisions.last_change)

    async def note_backup(self, at: float) -> None:
        """Remember that a backup was made."""
        await self.memory.remember(*_BACKUP, f"{at:.0f}")

    async def last_backup(self) -> float:
        """When the last backup was made, in UTC seconds; 0 if none ever was."""
        return float(await self.memory.recall(*_BACKUP) or 0.0)

    def room(self) -> int | None:
        """How many bytes the disk of a SQLite database has left; None for PostgreSQL, and where nothing is known."""
        file = self._engine.url.database
        if self._engine.dialect.name != "sqlite" or not file:
            return None
        with suppress(OSError):
            return shutil.disk_usage(Path(file).resolve().parent).free
        return None

    @property
    def is_erasing(self) -> bool:
        """Whether something that was erased may still be in the database's files."""
        return self._access.vacuum.pending

    async def give_back_room(self) -> int:
        """Give what was erased back to the disk, in small steps; how many pages that were."""
        return await vacuum.give_back(self._write.thread)

    async def vacuum_queues(self) -> Sequence[str]:
        """On PostgreSQL vacuum the tables through which messages pass, if due; their names. Raises StoreError."""
        return await self._access.vacuum.vacuum_queues()

    async def make_compactable(self) -> bool:
        """Rewrite a database of an older version, so that room can be given back; False if that must wait."""
        return await vacuum.prepare(self._write.thread)

    async def import_rows(
        self,
        rows: Iterable[ProductRow],
        *,
        who: str,
        progress: Callable[[int, int], None] = imports.show_nothing,
        dry_run: bool = False,
        most_changed: float = 1.0,
    ) -> ImportReport:
        """Bring *rows* in, all or none; what they do not change stays as it is. A *dry_run* is undone at its end.

        So is an import that would change more than this share of the stars, producers or phones: it is *held*.
        """
        merged = MergedList(rows)
        async with database.writing(self._engine) as connection:
            await database.serialize_imports(connection)
            report = (await imports.apply(connection, merged, who=who, progress=progress)).report
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

    async def by_account(self, number: str) -> list[Product]:
        """What the producers make among whose confirmed accounts there may be *number*, digits only."""
        async with database.reading(self._engine) as connection:
            return await products.by_account(connection, number)

    async def of_producer(self, producer_id: str) -> list[Product]:
        """Everything one producer makes."""
        async with database.reading(self._engine) as connection:
            return await products.of_producer(connection, producer_id)

    async def bind(self, *, key: str, shown: str, product_id: str) -> bool:
        """Bind a trace code to a product; False if it was bound already."""

        async def write(connection: Any, items: Sequence[tuple[str, str, str]]) -> list[bool]:
            return [await products.bind(connection, *item) for item in items]

        return await self._write(write, (key, shown, product_id))

    async def producers(self, ids: Sequence[str]) -> list[Producer]:
        """The producers with these ids."""
        async with database.reading(self._engine) as connection:
            return await products.producers_by_id(connection, ids)

    async def every_producer(self) -> list[Producer]:
        """All producers, in the order of their ids."""
        return await self._access.read(products.every_producer)

    async def producers_with_phone(self, phone: str) -> list[str]:
        """The ids of the producers whose registered phone this is (E.164)."""
        async with database.reading(self._engine) as connection:
            return await products.producers_with_phone(connection, phone)

    async def producers_named(self, name: str) -> list[tuple[str, str]]:
        """The (id, name) of the producers that *name* (an id or part of a name) may mean."""
        async with database.reading(self._engine) as connection:
            return await products.producers_named(connection, name)

    async def producer_names(self, *, limit: int = 1000) -> list[str]:
        """What producers are called, for a form that proposes them."""
        async with database.reading(self._engine) as connection:
            return await products.producer_names(connection, limit=limit)

    async def keep_picture(self, jpeg: bytes) -> str:
        """Keep a product's picture; the path under which our server shows it."""
        return await self._write(products.keep_pictures, jpeg)

    async def picture(self, path: str) -> bytes | None:
        """The picture shown under *path*, a JPEG."""
        async with database.reading(self._engine) as connection:
            return await products.picture(connection, path)

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

    async def changed_since(self, revision: int) -> tuple[int, list[Product] | None]:
        """The revision now, and the products that changed or came since *revision*, oldest row first.

        None where that is not known, or some may have gone: then every product is to be read.
        """
        async with database.reading(self._engine) as connection:
            now = await revisions.current(connection)
            ids = await revisions.touched_since(connection, revision, now)
            return now, None if ids is None else await products.of_products_and_producers(connection, ids)

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


@asynccontextmanager
async def open_store(
    url: str, *, migrate: bool = False, create: bool = False, keys: Sequence[str] = (), accept: bool = False
) -> AsyncIterator[Store]:
    """Open the database at *url*; *keys* seal what people write. Raises BadSetting for a URL or key we cannot use.

    With *migrate* its tables are brought up to date, and keys that are not those of the database are refused, unless
    told to *accept* them. An SQLite file is made only with *migrate* or *create*.
    """
    engine = database.make_engine(database.database_url(url), create=migrate or create)
    try:
        store = Store(engine, seal=Seal(keys) if keys else None)
        if migrate:
            await store.migrate()
            await store.check_keys(accept=accept)
        yield store
    finally:
        await engine.dispose()
