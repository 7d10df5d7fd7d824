"""The database: the only home of SQLAlchemy. Open it with :func:`open_store`."""

from catalog.store.mail import Answer, Letter, Outcome
from catalog.store.notes import Exchange, Wish
from catalog.store.store import Store, open_store

__all__ = ["Answer", "Exchange", "Letter", "Outcome", "Store", "Wish", "open_store"]
