"""The database: the only home of SQLAlchemy. Open it with :func:`open_store`."""

from catalog.store.database import sqlite_file
from catalog.store.digests import Gathered, Pace
from catalog.store.inbox import DeliveryResult, InboxRow, Received, StoredAnswer
from catalog.store.inbox_store import Backlog
from catalog.store.inquiries import InquiryStep
from catalog.store.keyring import is_sealed
from catalog.store.members import Refusal
from catalog.store.memory import Exchange
from catalog.store.outbox import NoticeResult
from catalog.store.people import Look
from catalog.store.post import Post
from catalog.store.serving_lock import Watch, only_server
from catalog.store.store import Store, open_store
from catalog.store.unmet import Wish

__all__ = [
    "Backlog",
    "DeliveryResult",
    "Exchange",
    "Gathered",
    "InboxRow",
    "InquiryStep",
    "Look",
    "NoticeResult",
    "Pace",
    "Post",
    "Received",
    "Refusal",
    "Store",
    "StoredAnswer",
    "Watch",
    "Wish",
    "is_sealed",
    "only_server",
    "open_store",
    "sqlite_file",
]
