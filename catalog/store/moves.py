"""One-time codes by which somebody's history, follows and ratings go along to another chat; kept as fingerprints."""

from sqlalchemy import delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.inquiry import Address, Notice
from catalog.sealing import fingerprint
from catalog.store import notices, tables
from catalog.store.access import Access
from catalog.store.outbox_store import OutboxStore


class MoveStore:
    """Every method raises StoreError; times are UTC seconds."""

    def __init__(self, access: Access, outbox: OutboxStore) -> None:
        self._access = access
        self._outbox = outbox

    async def count(self, who: Address) -> tuple[int, int, int]:
        """How many look-ups somebody has, how much they follow, and how many products they rated."""

        async def read(connection: AsyncConnection) -> tuple[int, int, int]:
            found = []
            for table in (tables.history, tables.follows, tables.ratings):
                theirs = (table.c.channel == who.channel) & (table.c.address == who.address)
                query = select(func.count()).select_from(table).where(theirs)
                found.append((await connection.execute(query)).scalar_one())
            return found[0], found[1], found[2]

        return await self._access.read(read)

    async def offer(self, code: str, who: Address, *, until: float) -> None:
        """Keep a code of somebody, the only one of theirs that counts from now on."""
        table = tables.moves
        values = {"code": fingerprint(code), "channel": who.channel, "address": who.address, "expires_at": until}

        async def write(connection: AsyncConnection) -> None:
            old = (table.c.channel == who.channel) & (table.c.address == who.address)
            await connection.execute(delete(table).where(old))
            await connection.execute(insert(table).values(values))

        await self._access.write_alone(write)

    async def owner(self, code: str, *, now: float) -> Address | None:
        """Whose code this is; None if it is nobody's, or is over."""
        table = tables.moves.c
        query = select(table.channel, table.address).where(table.code == fingerprint(code), table.expires_at > now)
        row = (await self._access.read(lambda c: c.execute(query))).first()
        return Address(row.channel, row.address) if row is not None else None

    async def take(self, code: str, to: Address, *, now: float, tell: Notice) -> bool:
        """Use the code up, let what is its owner's be that of *to*, and *tell* the old chat; False if it is no more."""
        table = tables.moves

        async def write(connection: AsyncConnection) -> bool:
            used = delete(table).where(table.c.code == fingerprint(code), table.c.expires_at > now)
            row = (await connection.execute(used.returning(table.c.channel, table.c.address))).first()
            if row is None:
                return False
            await _hand_over(connection, Address(row.channel, row.address), to)
            await notices.add(connection, [tell])
            return True

        taken = await self._access.write_alone(write)
        if taken:
            self._outbox.wake()
        return taken

    async def forget_old(self, *, now: float) -> None:
        """Erase codes that nobody can use any more."""
        table = tables.moves
        await self._access.write(lambda c: c.execute(delete(table).where(table.c.expires_at <= now)))


async def _hand_over(connection: AsyncConnection, before: Address, to: Address) -> None:
    """Let the look-ups, follows and ratings of *before* be those of *to*; what both have is there once."""
    values = {"channel": to.channel, "address": to.address}
    looks, follows = tables.history, tables.follows
    theirs = (looks.c.channel == before.channel) & (looks.c.address == before.address)
    await connection.execute(update(looks).where(theirs).values(values))
    other = follows.alias("other")
    same = (other.c.channel == to.channel) & (other.c.address == to.address)
    both = select(other.c.number).where(same, other.c.kind == follows.c.kind, other.c.subject == follows.c.subject)
    theirs = (follows.c.channel == before.channel) & (follows.c.address == before.address)
    await connection.execute(delete(follows).where(theirs, both.exists()))
    await connection.execute(update(follows).where(theirs).values(values))
    await _hand_over_ratings(connection, before, to)


async def _hand_over_ratings(connection: AsyncConnection, before: Address, to: Address) -> None:
    """Where both rated a product in one half-year, the later word stays."""
    table = tables.ratings
    for mine, theirs in ((before, to), (to, before)):
        other = table.alias("other")
        same = (other.c.channel == theirs.channel) & (other.c.address == theirs.address)
        twin = (other.c.product_id == table.c.product_id) & (other.c.half == table.c.half)
        later = tuple_(other.c.changed_at, other.c.number) > tuple_(table.c.changed_at, table.c.number)
        own = (table.c.channel == mine.channel) & (table.c.address == mine.address)
        await connection.execute(delete(table).where(own, select(other.c.number).where(same, twin, later).exists()))
    own = (table.c.channel == before.channel) & (table.c.address == before.address)
    await connection.execute(update(table).where(own).values(channel=to.channel, address=to.address))
