"""Reading, comparing and importing uploaded lists: in a thread, so that the conversations go on meanwhile.

A list that nobody works on any more, because its process died, is taken up by the next who looks at its page.
"""

import asyncio
import logging
import secrets
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from catalog.audit import Doer
from catalog.errors import BadSheet, CatalogError
from catalog.store import Store, StoredList, Undone
from handlers.board.list_check import check_list, read_list
from handlers.context import Context

log = logging.getLogger(__name__)

_Work = Callable[[Store, Context, StoredList], Awaitable[None]]
_TELL_EVERY = 0.5
_ONE_AT_A_TIME = threading.Lock()
_AT_WORK: set[tuple[int, int, str]] = set()
_BROKEN = "Lỗi ngoài dự kiến; danh sách vẫn được giữ, chưa có gì được ghi."


@dataclass(slots=True)
class _Progress:
    done: int = 0
    total: int = 0
    ended: bool = False

    def tell(self, done: int, total: int) -> None:
        """Take what the work says."""
        self.done, self.total = done, total


def check(context: Context, number: int) -> None:
    """Have a list checked, unless this process does so already."""
    _start(context, number, _check, name="check")


def carry_out(context: Context, number: int, *, owner: str, by: Doer) -> None:
    """Have a list imported that *owner* has claimed for that."""
    _start(context, number, partial(_import, owner=owner, by=by), name=owner)


async def undo(context: Context, number: int, *, by: Doer, reason: str) -> Undone:
    """Undo an import, and wait for it. Raises NotFound, StoreError."""

    async def work() -> Undone:
        async with context.store.opened_again() as store:
            return await store.lists.undo(number, by=by, reason=reason)

    return await asyncio.to_thread(lambda: asyncio.run(work()))


def _start(context: Context, number: int, work: _Work, *, name: str) -> None:
    key = id(context.store), number, name
    if key in _AT_WORK:
        return
    _AT_WORK.add(key)

    def run() -> None:
        try:
            with _ONE_AT_A_TIME:
                asyncio.run(_work(context, number, work))
        except CatalogError as error:
            log.warning("list %s could not be worked on: %s", number, error)
        except Exception:
            log.exception("list %s could not be worked on", number)
        finally:
            _AT_WORK.discard(key)

    threading.Thread(target=run, name=f"list-{number}", daemon=True).start()


async def _work(context: Context, number: int, work: _Work) -> None:
    async with context.store.opened_again() as store:
        stored = await store.lists.find(number)
        if stored is not None:
            await work(store, context, stored)


async def _check(store: Store, context: Context, stored: StoredList) -> None:
    owner, progress = secrets.token_hex(8), _Progress()
    if not await store.lists.claim(stored.number, owner=owner):
        return

    async def look() -> None:
        try:
            preview = await check_list(store, stored, places=context.places, today=context.today(), tell=progress.tell)
            await store.lists.keep_preview(stored.number, preview, owner=owner)
        except BadSheet as error:
            await store.lists.give_up(stored.number, str(error), owner=owner)
        finally:
            progress.ended = True

    async def tell() -> None:
        while not progress.ended:
            await store.lists.tell_progress(stored.number, progress.done, progress.total, owner=owner)
            await asyncio.sleep(_TELL_EVERY)

    try:
        await asyncio.gather(look(), tell())
    except CatalogError:
        raise
    except Exception:
        await store.lists.give_up(stored.number, _BROKEN, owner=owner)
        raise


async def _import(store: Store, context: Context, stored: StoredList, *, owner: str, by: Doer) -> None:
    try:
        found = await read_list(store, stored, places=context.places, today=context.today())
        await store.lists.import_rows(stored.number, found.rows, owner=owner, by=by)
    except BadSheet as error:
        await store.lists.release(stored.number, str(error), owner=owner)
    except Exception:
        await store.lists.release(stored.number, _BROKEN, owner=owner)
        raise
