"""Who receives what a consumer writes about a product, and the sentences that say so. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.authorities import Authority
from catalog.inquiry import Address, Member
from catalog.model import Product
from handlers.inquiries import escalation, wording
from handlers.links import phone_links
from handlers.phrases import Speech


@dataclass(frozen=True, slots=True)
class Receivers:
    """The producer's people and mailbox, the officers, and whether more is being asked than is delivered one by one.

    For somebody whom the producer has blocked only the officers are left. *concerned* is the authority that gets a
    complaint of fakes or hygiene besides, and *authority* where that is.
    """

    product: Product
    members: Sequence[Member]
    officers: Sequence[Address]
    now: float
    mailbox: Address | None = None
    crowded: bool = False
    blocked: bool = False
    concerned: Authority | None = None
    authority: Address | None = None

    @property
    def mail(self) -> Address | None:
        """The producer's mailbox; None if they have none or take nothing from the writer."""
        return None if self.blocked else self.mailbox

    @property
    def people(self) -> Sequence[Member]:
        """Who may be notified for the producer."""
        return () if self.blocked else self.members

    @property
    def away_until(self) -> float:
        """When the producer is back, if nobody can be notified for them before; else 0."""
        if self.mail or not self.people or any(each.paused_until <= self.now for each in self.people):
            return 0.0
        return min(escalation.after_quiet(each, self.now) for each in self.people)


def before_sending(receivers: Receivers, say: Speech) -> list[str]:
    """The lines that say who will read it, where that is not simply the producer at once."""
    also = [_also(receivers.concerned, say)] if receivers.concerned else []
    if receivers.away_until:
        return [_away(receivers, say), *also]
    if receivers.mail or receivers.people:
        return also
    if receivers.blocked and receivers.officers:
        return [say("Only the programme officer gets this, not the producer."), *also]
    if receivers.officers:
        return [
            say("This producer is not connected yet: a programme officer gets your message and passes it on."),
            *also,
        ]
    return also or [
        say(
            "Nobody receives messages for this producer yet, and no officer is named. Yours is kept; "
            "the first officer who is named will find it."
        )
    ]


def after_sending(ref: str, receivers: Receivers, say: Speech) -> list[str]:
    """The lines that say where a new inquiry has gone."""
    if not (receivers.mail or receivers.people or receivers.officers or receivers.concerned):
        return [say("Kept. Its number is #{ref}.", ref=ref), say("The first officer who is named will find it.")]
    return [
        say("Sent. Its number is #{ref}.", ref=ref),
        *_crowd(receivers, say),
        say("The answer comes here as soon as there is one."),
    ]


def after_adding(ref: str, receivers: Receivers, say: Speech) -> list[str]:
    """The lines that say where an addition has gone."""
    if receivers.away_until:
        return [say("Added to #{ref}.", ref=ref), _away(receivers, say)]
    if receivers.mail or receivers.people or receivers.officers:
        return [say("Added to #{ref} and passed on.", ref=ref), *_crowd(receivers, say)]
    return [say("Added to #{ref}.", ref=ref), say("The first officer who is named will find it.")]


def blocked_words(receivers: Receivers, say: Speech) -> str:
    """What somebody whom the producer has blocked can still do."""
    phones = phone_links(receivers.product.producer.phones)
    if phones and receivers.officers:
        return say("This producer does not take messages from you. You can still call, or write to an officer.")
    words = [say("This producer does not take messages from you.")]
    if phones:
        words.append(say("You can still call {phone}.", phone=phones[0].label))
    return " ".join(words)


def _also(authority: Authority, say: Speech) -> str:
    return say("{authority} gets it too, by e-mail, without your name and number.", authority=authority.name)


def _away(receivers: Receivers, say: Speech) -> str:
    text = say("The producer is away until {day} and will be told then.", day=wording.moment(receivers.away_until, say))
    phones = phone_links(receivers.product.producer.phones)
    return f"{text} " + say("In a hurry? Call {phone}.", phone=phones[0].label) if phones else text


def _crowd(receivers: Receivers, say: Speech) -> list[str]:
    if not receivers.crowded:
        return []
    return [
        say("Many people are asking this producer now: yours is in their list, and they are told of it with others.")
    ]
