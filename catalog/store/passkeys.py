"""Officers' passkeys: the public halves, and that each challenge is answered once."""

import time
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.audit import Deed, Doer
from catalog.officers import BoardSession, Passkey
from catalog.sealing import fingerprint
from catalog.store import tables
from catalog.store.access import Access
from catalog.store.audit import append
from catalog.store.board_sessions import Start, begin_session
from catalog.store.members import Refusal

PASSKEY = "passkey"
_CHALLENGE_SECONDS = 3600.0


class PasskeyStore:
    """Passkeys. Every method raises StoreError; whether an answer is right was verified before it comes here."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def of_officer(self, officer: int) -> list[Passkey]:
        """An officer's passkeys, the oldest first."""
        table = tables.passkeys
        query = select(table).where(table.c.officer == officer).order_by(table.c.number)
        return [self._passkey(row) for row in (await self._access.read(lambda c: c.execute(query))).mappings()]

    async def find(self, credential: str) -> Passkey | None:
        """The passkey with this id."""
        query = select(tables.passkeys).where(tables.passkeys.c.credential == credential)
        row = (await self._access.read(lambda c: c.execute(query))).mappings().one_or_none()
        return self._passkey(row) if row else None

    async def add(self, passkey: Passkey, *, challenge: bytes, session: int, by: Doer) -> bool:
        """Keep a new passkey of passkey.officer, which *session* has shown by that; False for an old *challenge*."""
        values = {
            "officer": passkey.officer,
            "credential": passkey.credential,
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "name": self._access.seal.close(passkey.name),
            "added_at": time.time(),
        }

        async def write(connection: AsyncConnection) -> bool:
            if not await _use_challenge(connection, challenge, officer=passkey.officer):
                return False
            await connection.execute(insert(tables.passkeys).values(values))
            await _note_shown(connection, session)
            await append(connection, by.did(Deed.PASSKEY_ADDED, f"officer {passkey.officer}"))
            return True

        return await self._access.write_alone(write)

    async def show(self, passkey: Passkey, *, sign_count: int, challenge: bytes, session: int) -> bool:
        """Note that *session* has shown a passkey; False for an old *challenge*."""

        async def write(connection: AsyncConnection) -> bool:
            if not await _use_challenge(connection, challenge, officer=passkey.officer):
                return False
            await _note_used(connection, passkey, sign_count=sign_count)
            await _note_shown(connection, session)
            return True

        return await self._access.write_alone(write)

    async def sign_in(
        self, passkey: Passkey, *, sign_count: int, challenge: bytes, start: Start
    ) -> BoardSession | Refusal:
        """Begin a session for who showed a passkey; or why not (its *challenge* was answered before, …)."""
        sealed = replace(start, device=self._access.seal.close(start.device), second_way=PASSKEY)

        async def write(connection: AsyncConnection) -> BoardSession | Refusal:
            if not await _use_challenge(connection, challenge, officer=passkey.officer):
                return Refusal.USED
            await _note_used(connection, passkey, sign_count=sign_count)
            return replace(await begin_session(connection, passkey.officer, sealed), device=start.device)

        return await self._access.write_alone(write)

    async def remove(self, number: int, *, officer: int, by: Doer) -> bool:
        """Remove one passkey of *officer*; False if they have none of this number."""
        table = tables.passkeys

        async def write(connection: AsyncConnection) -> bool:
            mine = (table.c.number == number) & (table.c.officer == officer)
            removed = await connection.execute(delete(table).where(mine))
            if removed.rowcount == 1:
                await append(connection, by.did(Deed.PASSKEY_REMOVED, f"officer {officer}"))
            return removed.rowcount == 1

        return await self._access.write_alone(write)

    def _passkey(self, row: Any) -> Passkey:
        return Passkey(
            row["credential"],
            row["public_key"],
            row["sign_count"],
            self._access.open(row["name"]),
            row["added_at"],
            row["used_at"],
            row["officer"],
            row["number"],
        )


async def _use_challenge(connection: AsyncConnection, challenge: bytes, *, officer: int) -> bool:
    """Keep *challenge* as a link that was used, so that nobody answers it again; False if somebody did."""
    table, code, now = tables.sign_in_links, fingerprint(f"challenge {challenge.hex()}"), time.time()
    if await connection.scalar(select(table.c.code).where(table.c.code == code)) is not None:
        return False
    values = {"code": code, "officer": officer, "expires_at": now + _CHALLENGE_SECONDS, "used_at": now}
    await connection.execute(insert(table).values(values))
    return True


async def _note_used(connection: AsyncConnection, passkey: Passkey, *, sign_count: int) -> None:
    table = tables.passkeys
    mine = table.c.number == passkey.number
    await connection.execute(update(table).where(mine).values(sign_count=sign_count, used_at=time.time()))


async def _note_shown(connection: AsyncConnection, session: int) -> None:
    table = tables.board_sessions
    await connection.execute(update(table).where(table.c.number == session).values(second_way=PASSKEY))
