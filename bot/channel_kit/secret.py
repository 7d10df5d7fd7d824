"""Secrets that a vendor shows us."""

import hmac


def is_secret(shown: str, secret: str) -> bool:
    """Whether *shown*, which may be any bytes of a header, is *secret*; how long this takes tells nothing of it."""
    return hmac.compare_digest(shown.encode(errors="replace"), secret.encode())
