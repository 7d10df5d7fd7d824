"""What comes in and what goes out: the states of both, how often something may be sent, and what can keep it back."""

from enum import StrEnum

# The kind of an answer in the outbox; notices have the kinds of catalog.inquiry.NoticeKind.
REPLY = "reply"


IN_DOUBT = "stopped while sending"
"""The trouble of what may have been sent, and nobody knows."""


class InboxState(StrEnum):
    """Where a message stands that came in."""

    WAITING = "waiting"
    """Not answered yet."""
    ANSWERED = "answered"
    """Its answer is in the outbox."""
    FAILED = "failed"
    """It cannot be answered: another version kept it in words that we do not know."""


class OutboxState(StrEnum):
    """Where something stands that goes out: an answer or a notice."""

    WAITING = "waiting"
    """Surely not sent; to be sent when it is due."""
    SENDING = "sending"
    """Its owner is sending what may be sent once only."""
    SENT = "sent"
    HELD = "held"
    """Until its person writes again."""
    UNKNOWN = "unknown"
    """It may have been sent, and is not sent again."""
    FAILED = "failed"
    """Refused for good, or given up."""
    ASIDE = "aside"
    """An answer older than what its person was told since; theirs on request."""
    REQUESTED = "requested"
    """Put aside, then asked for by its person: about to be given."""
    MOOT = "moot"
    """Nobody needs it any more."""
    GATHERED = "gathered"
    """Its receiver was told enough within the hour: a digest tells of it."""
    LISTED = "listed"
    """Told of in a digest."""


class Queue(StrEnum):
    """Where something waits."""

    MESSAGES = "messages"
    """What came in, for its answer."""
    ANSWERS = "answers"
    """For their way out."""
    NOTICES = "notices"
    """As answers, once they are due."""


class Policy(StrEnum):
    """How often something may be sent, should we not know whether it went out."""

    AT_MOST_ONCE = "at_most_once"
    AT_LEAST_ONCE = "at_least_once"


class Obstacle(StrEnum):
    """Why something did not go out, or may not have."""

    NOT_YET = "not yet"
    """Our own limits let it go only later: that is no failure."""
    UNREACHABLE = "unreachable"
    """The vendor did not take it."""
    CHANNEL_OFF = "channel off"
    UNSURE = "unsure"
    """It may have been sent."""
    WINDOW_CLOSED = "window closed"
    """We may speak again only after the person does."""
    GONE = "gone"
    """The person blocked us, left, or never was."""
    REFUSED = "refused"
    """The vendor refused the message itself."""
