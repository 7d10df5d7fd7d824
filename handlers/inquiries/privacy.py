"""What we keep about someone: shown in the chat, page by page, and erased there."""

import json
from dataclasses import replace

from catalog.inquiry import Address, Role
from handlers.actions import Action, Verb
from handlers.context import Context, Session
from handlers.inquiries import personal_data
from handlers.inquiries.consumer import who
from handlers.inquiries.membership import pass_on
from handlers.inquiries.personal_data import ExportPart, Rows
from handlers.messages import Choice, Incoming, Page, Reply
from handlers.phrases import Speech

# Longer data do not fit into a chat's message: then it is the file and the pages.
_LONGEST = 3000
PER_PAGE = 8


async def data(part: str, page: int, *, incoming: Incoming, context: Context, session: Session) -> Reply:
    """Everything that is kept: how much of each kind, its pages, and the whole of it as data."""
    rows = await context.store.people.rows_about(who(incoming))
    every = await personal_data.list_parts(rows, context=context, session=session)
    for each in every:
        if each.name == part and each.entries:
            return _page(each, page, session.say)
    return _overview(every, rows, me=who(incoming), context=context, session=session)


def _overview(
    every: tuple[ExportPart, ...],
    rows: Rows,
    *,
    me: Address,
    context: Context,
    session: Session,
) -> Reply:
    say = session.say
    spelled = json.dumps(personal_data.as_data(rows, language=session.language), ensure_ascii=False)
    lines = [say("This is all we keep about you:"), *(f"• {each.title}: {len(each.entries)}" for each in every)]
    if len(spelled) <= _LONGEST:
        lines += ["", say("As data:"), spelled]
    elif context.public_url:
        lines += ["", say("The file has all of it, pictures too. Its link works for an hour; keep it to yourself.")]
    choices = [Choice(each.title, Action(Verb.DATA, each.name)) for each in every if each.entries]
    if context.public_url:
        link = f"{context.public_url}/d/{personal_data.sign_file(me, context=context)}"
        choices.insert(0, Choice(say("Download everything"), url=link))
    return Reply(
        "\n".join(lines),
        choices=(
            *choices,
            Choice(say("My questions"), Action(Verb.MINE)),
            Choice(say("Erase everything"), Action(Verb.ERASE)),
        ),
    )


def _page(part: ExportPart, page: int, say: Speech) -> Reply:
    """One page of one kind, in words."""
    pages = -(-len(part.entries) // PER_PAGE)
    number = min(max(page, 1), pages)
    shown = part.entries[(number - 1) * PER_PAGE : number * PER_PAGE]
    turns = ((say("← Previous"), number - 1), (say("Next →"), number + 1))
    choices = [
        Choice(label, Action(Verb.DATA, f"{part.name} {there}")) for label, there in turns if 1 <= there <= pages
    ]
    back = Choice(say("All we keep"), Action(Verb.DATA))
    text = "\n\n".join((part.title, *shown))
    return Reply(text, choices=(*choices, back), page=Page(number, pages, len(part.entries)))


async def erase(sure: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Erase all of it, after asking once more."""
    say = session.say
    if sure != "yes":
        choices = (
            Choice(say("Yes, erase everything"), Action(Verb.ERASE, "yes")),
            Choice(say("No"), Action(Verb.DATA)),
        )
        asking = say(
            "Erase everything we keep about you? Open questions to producers end, you hear no more of what you follow "
            "or of a recall of what you scanned, and this cannot be undone."
        )
        return Reply(asking, choices=choices), session
    me = who(incoming)
    roles = [each for each in await context.store.members.roles_of(me) if each.role is Role.PRODUCER]
    await context.store.people.erase(me)
    for role in roles:
        await pass_on(role, context=context)
    # Wait here until the database files hold none of it; where that takes longer, a background task goes on.
    settled = await context.store.people.settle_erased()
    return confirm_erasure(say, settled=settled), replace(Session(), language=session.language)


def confirm_erasure(say: Speech, *, settled: bool) -> Reply:
    """Say that all is erased; where it is not *settled*, what is left in the database's files."""
    done = say("Everything about you has been erased.")
    if not settled:
        done += " " + say("What is left of it in the server's own log follows as soon as nobody reads that.")
    return Reply(done, erased=True, language=say.language)
