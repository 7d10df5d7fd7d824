"""Whether a request comes from our own pages, and by https."""

from urllib.parse import urlsplit

from aiohttp import web


def is_own(origin: str, *, host: str, public_url: str) -> bool:
    """True when *origin* is the very site that was asked for: the request's *host*, or our public address."""
    try:
        own = urlsplit(origin)
        public = urlsplit(public_url)
    except ValueError:
        return False
    if own.scheme not in {"http", "https"} or not own.netloc:
        return False
    return own.netloc.lower() == host.lower() or (own.scheme, own.netloc) == (public.scheme, public.netloc)


def is_secure(request: web.Request, public_url: str) -> bool:
    """Whether the person's browser speaks https, to us or to the proxy before us."""
    forwarded = request.headers.get("X-Forwarded-Proto", "").lower() == "https"
    return request.secure or forwarded or public_url == f"https://{request.host}"
