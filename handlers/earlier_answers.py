"""Answers that could not be sent for a while: the person gets the newest at once, and the others on request."""

from dataclasses import replace

from catalog.inquiry import Address
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.messages import Choice, Incoming, Reply
from handlers.phrases import speech

AT_A_TIME = 10


def with_earlier_answers(reply: Reply, count: int) -> Reply:
    """*reply* with a button for the *count* earlier answers that were put aside."""
    say = speech(reply.language)
    label = say.count("Show {number} earlier answer", "Show {number} earlier answers", count)
    return replace(reply, choices=(*reply.choices, Choice(label, Action(Verb.EARLIER))))


async def show(*, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Have the earlier answers given after this one, the oldest first."""
    person = incoming.person
    count = await context.store.outbox.request(
        Address(person.channel, person.address), limit=AT_A_TIME, now=context.now()
    )
    if not count:
        return Reply(session.say("There are no earlier answers left."))
    return Reply(session.say("We could not reach you for a while. Your earlier answers, the oldest first:"))
