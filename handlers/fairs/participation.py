"""A producer's side of a fair: the invitation in their messenger, their answer, what their booth needs."""

from catalog.errors import NotFound
from catalog.fairs.calendar import Fair
from catalog.fairs.participation import BoothNeed, FairAnswer, FairInvitation
from handlers.actions import Action, Verb, number_in
from handlers.context import Context, Session
from handlers.fairs import notices, wording
from handlers.inquiries.membership import memberships
from handlers.messages import Choice, Incoming, Reply, Style
from handlers.phrases import Speech

LATER_DAYS = 3
DAY = 24 * 3600.0


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Take the answer to an invitation (``in 7 yes``), or what a booth needs (``need 7 power``). Raises StoreError."""
    what, number, said = (*subject.split(" "), "", "")[:3]
    say = session.say
    try:
        held = await context.store.fair_invitations.by_number(number_in(number))
        fair = await context.store.fairs.by_key(held.fair)
    except NotFound:
        return Reply(say("That invitation is not open any more."))
    mine = {each.producer_id for each in await memberships(incoming, context)}
    if held.producer not in mine:
        return Reply(say("You do not answer for that producer."))
    if fair.is_cancelled or fair.is_over(context.today()):
        return Reply(say("“{fair}” is over or was called off: there is nothing to answer.", fair=fair.name))
    if what == "need" and said in set(BoothNeed):
        needs = held.needs ^ {BoothNeed(said)}
        held = await context.store.fair_invitations.answer(held.number, held.answer, needs)
        return _ask_needs(held, fair, say)
    if said not in {FairAnswer.YES, FairAnswer.NO, FairAnswer.LATER}:
        return invitation(held, fair, context=context, say=say)
    return await _answered(FairAnswer(said), held, fair, context=context, say=say)


def invitation(held: FairInvitation, fair: Fair, *, context: Context, say: Speech) -> Reply:
    """The invitation itself, with its three answers."""
    return notices.invite(held, fair, context.places, say)


async def _answered(answer: FairAnswer, held: FairInvitation, fair: Fair, *, context: Context, say: Speech) -> Reply:
    tell = []
    if answer is FairAnswer.LATER:
        again = context.now() + LATER_DAYS * DAY
        members = await context.store.members.of_producer(held.producer)
        if again < fair.opening.timestamp():
            tell = [each for each in notices.invitations(fair, [held], members, now=again) if each.due_at >= again]
    held = await context.store.fair_invitations.answer(held.number, answer, tell=tell)
    change = Choice(say("Change my answer"), Action(Verb.FAIR, f"in {held.number} ask"))
    about = Choice(say("About the fair"), Action(Verb.FAIR, f"show {fair.key}"))
    if answer is FairAnswer.YES:
        return _ask_needs(held, fair, say)
    if answer is FairAnswer.NO:
        text = say("Noted: you do not take part in “{fair}”. You can change that here.", fair=fair.name)
        return Reply(text, choices=(change, about), language=say.language)
    text = (
        say("All right, I will ask you again in {number} days.", number=LATER_DAYS)
        if tell
        else say("All right. The fair is near: answer here as soon as you know.")
    )
    return Reply(text, choices=(change, about), language=say.language)


def _ask_needs(held: FairInvitation, fair: Fair, say: Speech) -> Reply:
    names = wording.need_names(say)
    lines = [
        say("Noted: you take part in “{fair}” ({when}).", fair=fair.name, when=wording.when(fair, say)),
        say("Does your booth need anything? Press what it needs; press again to take it back."),
    ]
    if held.needs:
        lines.append(say("It needs: {needs}", needs=", ".join(names[each] for each in BoothNeed if each in held.needs)))
    lines.append(say("I will tell you the number of your booth as soon as it is given."))
    choices = [
        Choice(("✓ " if each in held.needs else "") + names[each], Action(Verb.FAIR, f"need {held.number} {each}"))
        for each in BoothNeed
    ]
    choices.append(Choice(say("Change my answer"), Action(Verb.FAIR, f"in {held.number} ask"), style=Style.PLAIN))
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)
