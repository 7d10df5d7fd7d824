"""Names while someone types: the door of the web chat's type-ahead and of Telegram's inline mode."""

from collections.abc import Sequence

from catalog.text import fold
from handlers import cards
from handlers.context import Context, Session
from handlers.messages import Card

FEWEST_LETTERS = 2


async def names(words: str, *, context: Context, language: str, limit: int, offset: int = 0) -> Sequence[Card]:
    """Short cards of the products whose names begin like *words*, best first; none below two letters."""
    if len(fold(words).replace(" ", "")) < FEWEST_LETTERS:
        return ()
    hits = context.index().complete(words[:200], limit=offset + limit)[offset:]
    products = await context.store.products(hit.id for hit in hits)
    view = cards.View(Session(language=language).say, context.today(), context.places, context.public_url)
    return tuple(cards.short(product, view) for product in products)
