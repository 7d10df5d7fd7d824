"""What we keep about someone: shown, handed over, erased, all within the chat."""

import json
from dataclasses import asdict, replace

from catalog.inquiry import Role
from handlers import letters
from handlers.actions import Action, Verb
from handlers.desk import Desk, Known
from handlers.inquiry import who
from handlers.joining import pass_on
from handlers.messages import Choice, Incoming, Reply

_MOST = 200
_SHOWN = 10


async def data(*, incoming: Incoming, desk: Desk, known: Known) -> Reply:
    """Everything that is kept: products looked at, questions asked, roles; the whole of it as text to copy."""
    say, post, me = known.say, desk.store.post, who(incoming)
    looks = await post.looks(me, limit=_MOST)
    asked = await post.inquiries_of(me, limit=_MOST)
    roles = await post.roles_of(me)
    names = {each.id: each.name for each in await desk.store.products(look.product_id for look in looks)}
    lines = [
        say("This is all we keep about you:"),
        say.count("{number} product looked at", "{number} products looked at", len(looks)),
        *(f"  {letters.moment(look.at)} · {names.get(look.product_id, look.product_id)}" for look in looks[:_SHOWN]),
        say.count("{number} question to producers", "{number} questions to producers", len(asked)),
        *(f"  {letters.moment(each.opened_at)} · #{each.ref}" for each in asked[:_SHOWN]),
        say.count("{number} role", "{number} roles", len(roles)),
        say("Language: {language}", language=known.say.language),
        "",
        say("As data:"),
        json.dumps(
            {
                "language": known.language,
                "looks": [asdict(each) for each in looks],
                "inquiries": [_plain(each) for each in asked],
                "roles": [_plain(each) for each in roles],
            },
            ensure_ascii=False,
        ),
    ]
    choices = (
        Choice(say("My questions"), Action(Verb.MINE)),
        Choice(say("Erase everything"), Action(Verb.ERASE)),
    )
    return Reply("\n".join(lines), choices=choices)


async def erase(sure: str, *, incoming: Incoming, desk: Desk, known: Known) -> tuple[Reply, Known]:
    """Erase all of it, after asking once more."""
    say = known.say
    if sure != "yes":
        choices = (
            Choice(say("Yes, erase everything"), Action(Verb.ERASE, "yes")),
            Choice(say("No"), Action(Verb.DATA)),
        )
        asking = say("Erase everything we keep about you? Open questions to producers end, and this cannot be undone.")
        return Reply(asking, choices=choices), known
    me = who(incoming)
    roles = [each for each in await desk.store.post.roles_of(me) if each.role is Role.PRODUCER]
    await desk.store.post.erase(me)
    for role in roles:
        await pass_on(role, desk=desk)
    return Reply(say("Everything about you has been erased.")), replace(Known(), language=known.language)


def _plain(kept: object) -> dict[str, object]:
    return {name: value for name, value in asdict(kept).items() if name not in {"consumer", "who"}}  # type: ignore[call-overload]  # a dataclass
