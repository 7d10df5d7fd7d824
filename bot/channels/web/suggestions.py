"""Type-ahead: the products whose names begin like what stands in the box."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.channel import Suggestions
from bot.channels.web import frames
from catalog.errors import StoreError
from handlers.messages import Card

FEWEST_LETTERS = 2
MOST_LETTERS = 100
LINES = 6


@dataclass(frozen=True, slots=True)
class Suggest:
    """Answers ``GET /chat/suggest?q=…&language=…``."""

    suggest: Suggestions

    async def answer(self, request: web.Request) -> web.Response:
        """At most six lines, none below the second letter; nothing rather than an error while the store is away."""
        asked = frames.clean_text(request.query.get("q", ""))[:MOST_LETTERS].strip()
        language = frames.known_language(request.query.get("language")) or "vi"
        cards = await self._cards(asked, language) if len(asked) >= FEWEST_LETTERS else ()
        lines = [_line(card) for card in cards]
        return web.json_response({"q": asked, "suggestions": lines}, headers={"Cache-Control": "no-store"})

    async def _cards(self, asked: str, language: str) -> tuple[Card, ...]:
        try:
            return tuple(await self.suggest(asked, language=language, limit=LINES))
        except StoreError:
            return ()


def _line(card: Card) -> dict[str, Any]:
    action = next((str(choice.action) for choice in card.choices if choice.action), "")
    return {
        "title": card.title,
        "subtitle": card.subtitle,
        "stars": card.stars,
        "standing": card.standing,
        "action": action,
    }
