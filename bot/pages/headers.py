"""The headers that let a page do what it needs and nothing else."""

import re
from collections.abc import Sequence

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")
_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def for_chat(host: str, *, embedders: Sequence[str] = ()) -> dict[str, str]:
    """The headers of the chat page, which *embedders* (origins) may show in a frame of theirs."""
    # Browsers before 2022 do not count a WebSocket to the same host as 'self'.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob: https:",
        f"connect-src 'self'{sockets}",
        "base-uri 'none'",
        "form-action 'self'",
        " ".join(("frame-ancestors 'self'", *embedders)),
    )
    return _COMMON | {
        "Content-Security-Policy": "; ".join(policy),
        # A form must say where it comes from; other sites still learn nothing.
        "Referrer-Policy": "same-origin",
        "Vary": "Accept-Language, Cookie",
        "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    }


def for_plain_chat(host: str) -> dict[str, str]:
    """The headers of the chat page that runs no script; it is private, and shown in nobody's frame but ours."""
    secured = for_chat(host)
    policy = secured["Content-Security-Policy"].replace("script-src 'self'", "script-src 'none'")
    return secured | {"Content-Security-Policy": policy, "Cache-Control": "no-store"}


def for_move(to: str) -> dict[str, str]:
    """The headers of an answer that only leads to *to*."""
    return {"Location": to, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def for_page() -> dict[str, str]:
    """The headers of a product page, which runs no script at all and is shown in nobody's frame."""
    policy = (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data: https:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return _COMMON | {"Content-Security-Policy": "; ".join(policy), "Vary": "Accept-Language, Cookie"}
