"""The fields of a posted form; a malformed one is answered with 400. No field holds signs that no database takes."""

import re

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

# What aiohttp raises for a charset that there is not, bytes that are not of it, and a multipart body without its
# boundary, with a transfer encoding that there is not, or with headers that are none.
MALFORMED = (ValueError, LookupError, RuntimeError, HttpProcessingError)


_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def names_unkept(request: web.Request) -> bool:
    """Whether the address names what no database can hold, a NUL or half a sign: there is nothing of that name."""
    return any(map(_UNKEPT.search, (*request.match_info.values(), *request.query.values())))


@web.middleware
async def replace_unkept(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A NUL or half a sign in an address becomes the sign for what cannot be read, and each page says it has none such.

    PostgreSQL would refuse the question, which looks like a database that is away.
    """
    for name, value in request.match_info.items():
        request.match_info[name] = _UNKEPT.sub("\ufffd", value)
    return await handler(request)


def text_of(sent: bytes) -> str:
    """What a part of a form says, without what no database can hold."""
    return _UNKEPT.sub("", sent.decode(errors="replace"))


async def fields_of(request: web.Request, *, most: int) -> dict[str, str]:
    """The fields of a form of at most *most* bytes that hold text. Raises HTTPRequestEntityTooLarge, HTTPBadRequest."""
    if request.content_length is None or request.content_length > most:
        raise web.HTTPRequestEntityTooLarge(most, request.content_length or 0)
    try:
        sent = await request.post()
    except MALFORMED as error:
        raise web.HTTPBadRequest from error
    return {name: _UNKEPT.sub("", value) for name, value in sent.items() if isinstance(value, str)}
