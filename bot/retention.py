"""How long anything is kept: what is older than the settings allow is erased by the clock, each hour.

With PostgreSQL a job does it (:mod:`bot.job_worker`), with SQLite the process that serves.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.settings import Settings
from catalog.dates import VIET_NAM
from catalog.errors import StoreError
from catalog.store import Store

log = logging.getLogger(__name__)

_MONTH = 30.5


async def erase_old(store: Store, settings: Settings) -> None:
    """Erase what is older than it may be. Raises StoreError."""
    now = datetime.now(UTC)
    messages_end = (now - timedelta(days=settings.keep_days)).timestamp()
    inquiries_end = (now - timedelta(days=settings.inquiry_days)).timestamp()
    await store.inbox.forget_before(messages_end)
    await store.outbox.forget_before(messages_end)
    await store.memory.forget_personal_notes_before(messages_end)
    await store.unmet.forget_old()
    await store.erasures.forget_old()
    await store.memory.forget_old_searches()
    await store.board_sessions.forget_old(now=now.timestamp())
    await store.lists.forget_old(now=now.timestamp())
    await store.fairs.forget_reminders(today=now.astimezone(VIET_NAM).date())
    await store.fair_visits.thin(await store.fairs.list_all(), today=now.astimezone(VIET_NAM).date())
    await store.buyers.forget_old(now=now.timestamp())
    await store.inquiries.forget_older_than(inquiries_end)
    await store.people.forget_idle(inquiries_end)
    await store.moves.forget_old(now=now.timestamp())
    await store.ratings.forget_old(now=now.timestamp())
    await store.editing.forget_joins(now=now.timestamp())
    await store.people.forget_looks((now - timedelta(days=_MONTH * settings.history_months)).timestamp())
    await store.memory.forget_drafts_before((now - timedelta(days=1)).timestamp())
    await store.settle_erased(due=True)


async def keep_erasing_old(
    store: Store, settings: Settings, *, sleep: Callable[[float], Awaitable[None]], every: float
) -> None:
    """Do that again and again until cancelled, where no job does."""
    while True:
        try:
            await erase_old(store, settings)
        except StoreError as error:
            log.warning("old messages could not be erased: %s", error)
        await sleep(every)
