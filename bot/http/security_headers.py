"""The headers that every answer carries, whatever it is and wherever it went wrong."""

from aiohttp import web

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    # Which software answers, and how old it is, is nobody's business.
    "Server": "hoi-ocop",
}


async def secure(_request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Add what *response* does not say of itself."""
    for name, value in EVERYWHERE.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = EVERYWHERE["Server"]


def plain(status: int, words: str) -> web.Response:
    """A short answer that needs no application around it."""
    return web.Response(status=status, text=f"{words}\n", headers=EVERYWHERE)
