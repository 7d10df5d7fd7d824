"""One message on its way from being kept to being answered."""

from dataclasses import dataclass

from bot.retry_schedule import Lane
from catalog.store import DeliveryResult, Received
from handlers.messages import Incoming, Reply


@dataclass(slots=True)
class Job:
    """A kept message and how far it has come: nothing that is done is done again when the next step fails.

    *incoming* has no bytes of pictures: *picture_bytes* are read from the store when their turn comes. *reply* is
    there once it was answered, *outcome* once it was sent. What is *unclaimed* was not ours to send until it is
    claimed. *is_last* unless more answers follow at once. The vendor has it *barred* until then. *tries* counts
    sending, *refusals* the times that the database refused. *received* tells what was known of the person when nothing
    of theirs was waiting, for then nothing can have changed it since.
    """

    seq: int
    incoming: Incoming
    reply: Reply | None = None
    received: Received | None = None
    outcome: DeliveryResult | None = None
    unclaimed: bool = False
    is_last: bool = True
    barred: float = 0.0
    tries: int = 0
    refusals: int = 0
    picture_bytes: int = 0

    @property
    def lane(self) -> Lane:
        """Whose it is."""
        return self.incoming.person.channel, self.incoming.person.address
