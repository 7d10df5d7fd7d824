"""What we keep about someone: shown, handed over, erased, all within the chat."""

import json
from dataclasses import replace

from catalog.inquiry import Address, Role
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.inquiries import data_export
from handlers.inquiries.consumer import who
from handlers.inquiries.membership import pass_on
from handlers.messages import Choice, Incoming, Page, Reply
from handlers.phrases import Speech

# Longer data do not fit into a chat's message: then it is the file and the pages.
_LONGEST = 3000
_SIGNED_FOR = "data"
SECONDS = 3600


async def data(part: str, page: int, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Everything that is kept: how much of each kind, its pages, and the whole of it as data."""
    rows = await context.store.post.rows_about(who(incoming))
    products = {each["product_id"] for table in ("history", "inquiries") for each in rows[table]}
    names = {each.id: each.name for each in await context.store.products(products)}
    every = data_export.parts(rows, names, say=session.say, language=session.say.language)
    for each in every:
        if each.name == part and each.entries:
            return _page(each, page, session.say)
    return _overview(every, rows, me=who(incoming), context=context, session=session)


def _overview(
    every: tuple[data_export.ExportPart, ...],
    rows: data_export.Rows,
    *,
    me: Address,
    context: Context,
    session: Session,
) -> Reply:
    say = session.say
    spelled = json.dumps(data_export.as_data(rows, language=session.language), ensure_ascii=False)
    lines = [say("This is all we keep about you:"), *(f"• {each.title}: {len(each.entries)}" for each in every)]
    if len(spelled) <= _LONGEST:
        lines += ["", say("As data:"), spelled]
    elif context.public_url:
        lines += ["", say("The file has all of it, pictures too. Its link works for an hour; keep it to yourself.")]
    choices = [Choice(each.title, Action(Verb.DATA, each.name)) for each in every if each.entries]
    if context.public_url:
        link = f"{context.public_url}/d/{context.store.post.sign(f'{_SIGNED_FOR} {me.channel} {me.address}')}"
        choices.insert(0, Choice(say("Download everything"), url=link))
    return Reply(
        "\n".join(lines),
        choices=(
            *choices,
            Choice(say("My questions"), Action(Verb.MINE)),
            Choice(say("Erase everything"), Action(Verb.ERASE)),
        ),
    )


def _page(part: data_export.ExportPart, page: int, say: Speech) -> Reply:
    """One page of one kind, in words."""
    pages = -(-len(part.entries) // data_export.PER_PAGE)
    number = min(max(page, 1), pages)
    shown = part.entries[(number - 1) * data_export.PER_PAGE : number * data_export.PER_PAGE]
    turns = ((say("← Previous"), number - 1), (say("Next →"), number + 1))
    choices = [
        Choice(label, Action(Verb.DATA, f"{part.name} {there}")) for label, there in turns if 1 <= there <= pages
    ]
    back = Choice(say("All we keep"), Action(Verb.DATA))
    text = "\n\n".join((part.title, *shown))
    return Reply(text, choices=(*choices, back), page=Page(number, pages, len(part.entries)))


async def file(proof: str, *, context: Context) -> str | None:
    """All that is kept about whoever was given *proof* in the last hour, as JSON; None for anybody else."""
    signed = context.store.post.verify(proof, seconds=SECONDS) or ""
    kind, _, rest = signed.partition(" ")
    channel, _, address = rest.partition(" ")
    if kind != _SIGNED_FOR or not address:
        return None
    rows = await context.store.post.rows_about(Address(channel, address))
    language, _ = await context.store.person(channel, address)
    return json.dumps(data_export.as_data(rows, language=language, pictures=True), ensure_ascii=False, indent=1)


async def erase(sure: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Erase all of it, after asking once more."""
    say = session.say
    if sure != "yes":
        choices = (
            Choice(say("Yes, erase everything"), Action(Verb.ERASE, "yes")),
            Choice(say("No"), Action(Verb.DATA)),
        )
        asking = say("Erase everything we keep about you? Open questions to producers end, and this cannot be undone.")
        return Reply(asking, choices=choices), session
    me = who(incoming)
    roles = [each for each in await context.store.post.roles_of(me) if each.role is Role.PRODUCER]
    await context.store.post.erase(me)
    for role in roles:
        await pass_on(role, context=context)
    # Here only what the files still hold of it is waited for; the house goes on where that takes longer.
    done = say("Everything about you has been erased.")
    if not await context.store.post.settle_erased():
        done += " " + say("What is left of it in the server's own log follows as soon as nobody reads that.")
    return Reply(done, erased=True), replace(Session(), language=session.language)
