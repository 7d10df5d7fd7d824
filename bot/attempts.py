"""Handing answers to their channel, and what its errors mean for them.

Only what a channel refuses for good is given up. What is surely unsent waits, what needs the person to speak is held
for that, and what may have been sent is not sent again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from bot.channel import Channel, Delivery, Gone, MaybeSent, NotSent, NotYet, Refused, WindowClosed
from bot.logs import outline
from bot.outages import Outages
from bot.retry_schedule import pause
from catalog.errors import StoreError
from catalog.store import DeliveryResult

log = logging.getLogger(__name__)

_STORE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of an answer; *barred* is until when the vendor will not have it."""

    outcome: DeliveryResult
    barred: float = 0.0


class AnswerSender:
    """Sends, and calls *mended* with a channel whose vendor takes answers again."""

    def __init__(self, *, clock: Callable[[], float], mended: Callable[[str], None]) -> None:
        self._clock = clock
        self._mended = mended
        self._outages = Outages(clock)

    async def send(self, delivery: Delivery, channel: Channel, *, seq: int, tries: int = 0) -> Fate:
        """Send; what became of it."""
        try:
            sent_id = await channel.deliver(delivery)
        except Exception as error:  # noqa: BLE001 - what a channel did not foresee may have been sent
            return self._unsent(error, channel.name, seq=seq, tries=tries)
        if self._outages.note_success(channel.name):
            self._mended(channel.name)
        return Fate(DeliveryResult(seq, "sent", sent_id=sent_id))

    def _unsent(self, error: Exception, channel: str, *, seq: int, tries: int) -> Fate:
        match error:
            case NotSent():
                return self._later(error, channel, seq=seq, tries=tries)
            case StoreError():
                # A channel asks its memory before it sends, and what fails afterwards it keeps to itself.
                wait = NotSent("the database refused what the channel needs to know", seconds=_STORE_SECONDS)
                return self._later(wait, channel, seq=seq, tries=tries)
            case WindowClosed() | Gone():
                return Fate(DeliveryResult(seq, "held", trouble=str(error)))
            case MaybeSent():
                return Fate(DeliveryResult(seq, "unknown", trouble=str(error)))
            case Refused():
                log.warning("%s refused message %d: %s", channel, seq, error)
                return Fate(DeliveryResult(seq, "failed", trouble=str(error)))
        log.error("%s failed at message %d: %s", channel, seq, outline(error))
        return Fate(DeliveryResult(seq, "unknown", trouble=type(error).__name__))

    def _later(self, error: NotSent, channel: str, *, seq: int, tries: int) -> Fate:
        """Waiting for our own limits costs no try; otherwise the pauses grow."""
        barred = self._clock() + error.seconds
        if isinstance(error, NotYet):
            return Fate(DeliveryResult(seq, "ready", due_at=barred, trouble=str(error), tried=False), barred)
        self._outages.note_failure(channel, why=str(error))
        due = self._clock() + pause(error, tries=tries)
        return Fate(DeliveryResult(seq, "ready", due_at=due, trouble=str(error)), barred)
