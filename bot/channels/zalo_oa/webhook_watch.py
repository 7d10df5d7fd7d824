"""Is our webhook still on?

Zalo switches a webhook off for good after some failures and tells only an administrator's phone. But it also posts an
event for each message that we send: where those used to come and do not come any more, nobody is listening.
"""

from datetime import datetime, timedelta

PATIENCE = timedelta(minutes=10)


class Vigil:
    """Remembers when we spoke and when Zalo last posted anything."""

    def __init__(self) -> None:
        self._posted: datetime | None = None
        self._unheard_since: datetime | None = None
        self._echoes = False

    def note_webhook(self, at: datetime, *, echo: bool = False) -> None:
        """Zalo posted something to us at *at*; *echo*: about a message of ours."""
        self._posted = at
        self._unheard_since = None
        self._echoes = self._echoes or echo

    def spoke(self, at: datetime) -> None:
        """We sent a message at *at*."""
        self._unheard_since = self._unheard_since or at

    def warning(self, now: datetime) -> str:
        """What the operator must know; "" while all seems well."""
        since = self._unheard_since
        if not self._echoes or since is None or now - since < PATIENCE:
            return ""
        return f"Zalo has posted nothing since {self._posted:%Y-%m-%d %H:%M} UTC: switch the webhook on again"
