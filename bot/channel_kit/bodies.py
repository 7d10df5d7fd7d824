"""Bodies that others send, read to a limit and no further."""

from aiohttp import StreamReader, web


class BodyTooLarge(Exception):
    """There is more of a body than we take."""


async def read_bounded(stream: StreamReader, most: int) -> bytes:
    """All of *stream*. Raises BodyTooLarge as soon as it has brought more than *most* bytes."""
    # Mostly it has come together with the head.
    body = stream.read_nowait() if stream.is_eof() else b""
    parts, size = [body], len(body)
    while size <= most and not stream.at_eof():
        parts.append(await stream.readany())
        size += len(parts[-1])
    if size > most:
        raise BodyTooLarge
    return b"".join(parts)


async def read_request(request: web.Request, most: int) -> bytes:
    """The body of *request*. Raises HTTPRequestEntityTooLarge where it has or announces more than *most* bytes."""
    announced = request.content_length or 0
    if announced > most:
        raise web.HTTPRequestEntityTooLarge(most, announced)
    try:
        return await read_bounded(request.content, most)
    except BodyTooLarge:
        raise web.HTTPRequestEntityTooLarge(most, most + 1) from None
