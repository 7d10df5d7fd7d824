"""A producer asks the province to call packages back: which product, why, which packages; then officers decide.

The button under a warning ("I have read it") comes here too: everybody has that one.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from catalog.cells.days import day as read_day
from catalog.cells.problems import CellRefused
from catalog.inquiry import Address, Notice, NoticeKind
from catalog.model import Product
from catalog.officers import Act, reach, scope_of
from catalog.recalls import Recall, RecallAdvice, RecallReason, RecallScope
from catalog.text import fold
from handlers import limits, recalls
from handlers.actions import Action, Verb
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries.consumer import who
from handlers.inquiries.membership import memberships, not_a_member
from handlers.messages import Choice, Incoming, Reply, Style, Want
from handlers.phrases import speech

_MOST = 20
_LONGEST = 300
_WHOLE = re.compile(r"(?:tat ca|toan bo|het|all|every(?:thing)?)(?: .*)?")
_DAYS = re.compile(r"[0-9]{1,2}\s?[/.-]\s?[0-9]{1,2}\s?[/.-]\s?[0-9]{4}")
_USED_BY = re.compile(r"\b(?:hsd|han (?:su )?dung|han|het han|use by|exp)\b")
_LOT_WORDS = re.compile(r"(?i)(?<!\w)(?:các\s+)?(?:số\s+)?(?:lô|lots?|batch(?:es)?)(?:\s+(?:số|hàng|sx))?\s*[:.#]?\s+")


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Do what a button about a recall asks for."""
    what, _, rest = subject.partition(" ")
    if what == "read":
        return await recalls.note_read(rest, context=context, say=session.say, who=who(incoming)), session
    mine = {each.producer_id for each in await memberships(incoming, context)}
    if not mine:
        return not_a_member(session), session
    if what == "send":
        return await _send(incoming, mine, context=context, session=session)
    reason, _, ref = rest.partition(" ") if what == "why" else ("", "", rest)
    product = await context.store.product(ref) if ref else None
    if product is None or product.producer.id not in mine:
        return await _which_product(mine, context=context, session=session), session
    if reason not in set(RecallReason):
        return _why(product, session), session
    draft = Draft(DraftStep.RECALL, product.ref, kind=reason, begun_at=context.now())
    return _which_packages(product, session), replace(session, draft=draft)


async def _which_product(mine: set[str], *, context: Context, session: Session) -> Reply:
    made = [each for producer in sorted(mine) for each in await context.store.of_producer(producer)]
    choices = tuple(Choice(each.name, Action(Verb.RECALL, f"of {each.ref}")) for each in made[:_MOST])
    return Reply(session.say("Which product must be called back?"), choices=choices, language=session.say.language)


def _why(product: Product, session: Session) -> Reply:
    names = recalls.reason_names(session.say)
    choices = [Choice(name, Action(Verb.RECALL, f"why {reason} {product.ref}")) for reason, name in names.items()]
    choices.append(Choice(session.say("Cancel"), Action(Verb.CANCEL)))
    text = session.say("Why must {product} be called back?", product=product.name)
    return Reply(text, choices=tuple(choices), language=session.say.language)


def _which_packages(product: Product, session: Session) -> Reply:
    say = session.say
    lines = (
        say("Which packages of {product}? Write the lots or the days, or “all”.", product=product.name),
        say("For example: lô L12, L13 — or: lô L100 đến L120 — or: sản xuất 01/12/2026 đến 05/12/2026"),
    )
    cancel = (Choice(say("Cancel"), Action(Verb.CANCEL)),)
    return Reply("\n".join(lines), choices=cancel, wants=Want.TEXT, language=say.language)


def read_scope(words: str) -> RecallScope | None:
    """The packages that a producer names: all, lots, or the days on which they were made or are to be used; or None."""
    folded = fold(words).strip()
    if _WHOLE.fullmatch(folded):
        return RecallScope()
    days = [read_day(each) for each in _DAYS.findall(words)[:2]]
    if days:
        first, last = days[0], days[-1]
        if first and last and last.latest < first.earliest:
            first, last = last, first
        if _USED_BY.search(folded):
            return RecallScope(expires_from=first, expires_until=last)
        return RecallScope(made_from=first, made_until=last)
    pieces = re.split(r"[,;\n]|\s(?:và|and)\s", _LOT_WORDS.sub("", f"{words.strip()} "))
    lots = tuple(dict.fromkeys(each.strip(" .“”\"'") for each in pieces if any(map(str.isdigit, each))))
    return RecallScope(lots=tuple(each[:60] for each in lots)) if lots else None


async def words(body: str, draft: Draft, *, context: Context, session: Session) -> tuple[Reply, Session]:
    """What was written of the packages, shown back before it is sent."""
    say, product = session.say, await context.store.product(draft.about)
    try:
        scope = read_scope(limits.tidy(body)[:_LONGEST])
    except CellRefused:
        scope = None
    if product is None or scope is None:
        text = say("I found no lot and no day in that. Please write them again, or “all”.")
        return Reply(text, choices=(Choice(say("Cancel"), Action(Verb.CANCEL)),), wants=Want.TEXT), session
    lines = (
        say("You ask the province to call back:"),
        f"{product.name}: {recalls.scope_words(scope, say)}",
        say("Reason: {reason}.", reason=recalls.reason_names(say)[RecallReason(draft.kind)]),
        say("Two officers decide; whoever looked these packages up is warned once they have."),
    )
    choices = (
        Choice(say("Send it to the province"), Action(Verb.RECALL, "send"), style=Style.MAIN),
        Choice(say("Cancel"), Action(Verb.CANCEL)),
    )
    held = replace(draft, text=limits.tidy(body)[:_LONGEST])
    return Reply("\n".join(lines), choices=choices, language=say.language), replace(session, draft=held)


async def _send(incoming: Incoming, mine: set[str], *, context: Context, session: Session) -> tuple[Reply, Session]:
    say, draft = session.say, session.draft
    product = await context.store.product(draft.about) if draft is not None and draft.text else None
    scope = read_scope(draft.text) if draft is not None else None
    if draft is None or product is None or scope is None or product.producer.id not in mine:
        return Reply(say("There is nothing to send.")), replace(session, draft=None)
    asked = Recall(
        product.id,
        RecallReason(draft.kind),
        RecallAdvice.RETURN,
        scope,
        producer_id=product.producer.id,
        commune=scope_of(product.producer, context.places).commune,
    )
    number = await context.store.recalls.ask(asked, who(incoming), at=context.now())
    told = await _tell_officers(number, product, context=context)
    text = say("Sent to the province as recall {number}. You are told what is decided.", number=number)
    if not told:
        text += " " + say("No officer is known in a chat: please telephone the province, too.")
    return Reply(text, language=say.language), replace(session, draft=None)


async def _tell_officers(number: int, product: Product, *, context: Context) -> int:
    """Tell the officers who may act on it, in their chats; how many chats those are."""
    scope, today = scope_of(product.producer, context.places), context.today()
    fresh: list[Notice] = []
    for officer in await context.store.officers.list_all():
        if reach(officer.grants_in_force(today), Act.RECALL_LOT, today=today).covers(scope):
            chats = await context.store.officer_chats.of_officer(officer.number)
            fresh += notices(chats, officer.number, number, "asked")
    if fresh:
        await context.store.outbox.add(*fresh)
    return len(fresh)


def notices(chats: Sequence[Address], officer: int, number: int, what: str) -> list[Notice]:
    """What tells an officer in *chats* that a producer asks for a recall."""
    return [
        Notice(
            f"recall:{number}:{what}:{officer}:{to.channel}:{to.address}"[:200], to, NoticeKind.PROPOSAL,
            f"{officer} asked {number}", rank=0,
        )
        for to in chats
    ]  # fmt: skip


async def compose_asked(officer_language: str, number: int, *, context: Context) -> Reply | None:
    """What an officer is told of what a producer asks for; None once that is decided."""
    recall = await context.store.recalls.by_number(number)
    product = await context.store.product(recall.product_id) if recall else None
    if recall is None or product is None or recall.state != "asked":
        return None
    say = speech(officer_language)
    text = say(
        "{producer} asks to call back {product}: {scope}. Reason: {reason}.",
        producer=product.producer.name,
        product=product.name,
        scope=recalls.scope_words(recall.scope, say),
        reason=recalls.reason_names(say)[recall.reason],
    )
    link = Choice(say("Look at it"), url=f"{context.public_url}/board/recalls/{number}")
    return Reply(text, choices=(link,) if context.public_url else (), language=say.language)
