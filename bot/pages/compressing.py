"""Texts go out packed to whoever can unpack them."""

import re

from aiohttp import web
from aiohttp.typedefs import Handler

GZIP = "gzip"
_SMALLEST = 1000
_REFUSED = re.compile(r"gzip\s*;\s*q=0(\.0+)?\s*(,|$)")
_PACKABLE = frozenset(
    ("text/html", "text/plain", "text/csv", "text/css", "text/javascript", "application/json", "image/svg+xml")
)


def accepts_gzip(request: web.BaseRequest) -> bool:
    """Whether whoever asks can unpack gzip."""
    accepted = request.headers.get("Accept-Encoding", "").lower()
    return GZIP in accepted and not _REFUSED.search(accepted)


@web.middleware
async def pack(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pack the answer if it is a text worth it."""
    response = await handler(request)
    if not isinstance(response, web.Response) or response.prepared or "Content-Encoding" in response.headers:
        return response
    body = response.body
    if response.content_type in _PACKABLE and isinstance(body, bytes) and len(body) >= _SMALLEST:
        response.headers.add("Vary", "Accept-Encoding")
        if accepts_gzip(request):
            response.enable_compression(web.ContentCoding.gzip)
    return response
