"""One message on its way from being kept to being answered."""

from dataclasses import dataclass

from bot.message_retry import Attempt, Lane
from bot.traces import Traced
from catalog.store import Received
from handlers.messages import Incoming, Reply


@dataclass(slots=True)
class Job:
    """A kept message and how far it has come: nothing that is done is done again when the next step fails.

    *incoming* has no bytes of pictures: *picture_bytes* are read from the store when their turn comes. *reply* is
    there once it was answered, then the answer has a *number* in the outbox, *attempt* once it was sent. It *is_late*
    while its photo is to be fetched later. It *follows* where earlier answers still wait to be sent. *refusals* counts
    the times that the database refused. *received* tells what was known of the person when nothing of theirs was
    waiting, for then nothing can have changed it since. It was *answered_at* that time, in UTC seconds. It
    *is_over* once there is nothing left to do for it.
    """

    seq: int
    incoming: Incoming
    reply: Reply | None = None
    received: Received | None = None
    number: int = 0
    attempt: Attempt | None = None
    follows: bool = False
    is_late: bool = False
    refusals: int = 0
    picture_bytes: int = 0
    received_at: float = 0.0
    answered_at: float = 0.0
    is_over: bool = False

    @property
    def traced(self) -> Traced:
        """Which message its steps belong to."""
        return Traced(self.incoming.person.channel, self.seq, self.received_at)

    @property
    def lane(self) -> Lane:
        """Whose it is."""
        return self.incoming.person.channel, self.incoming.person.address
