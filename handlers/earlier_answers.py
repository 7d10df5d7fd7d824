"""Answers that could not go out for a while: whoever wrote meanwhile gets the newest, and the others on request."""

from dataclasses import replace

from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.messages import Choice, Incoming, Reply
from handlers.phrases import speech

AT_A_TIME = 10


def with_earlier_answers(reply: Reply, count: int) -> Reply:
    """*reply* with the way to the *count* earlier answers that were put aside."""
    say = speech(reply.language)
    label = say.count("Show {number} earlier answer", "Show {number} earlier answers", count)
    return replace(reply, choices=(*reply.choices, Choice(label, Action(Verb.EARLIER))))


async def show(*, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Have the earlier answers given after this one, the oldest first."""
    person = incoming.person
    count = await context.store.waiting.ask_for(person.channel, person.address, limit=AT_A_TIME)
    if not count:
        return Reply(session.say("There are no earlier answers left."))
    return Reply(session.say("We could not reach you for a while. Your earlier answers, the oldest first:"))
