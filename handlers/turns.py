"""What is remembered of a message and its answer: which act it was, and of which field and products."""

import re
from dataclasses import replace

from catalog.text import fold
from catalog.translated_words import to_vietnamese
from handlers import cards, plain
from handlers.actions import Action, Verb
from handlers.catalogue import narrow
from handlers.catalogue.search import PER_PAGE, clean
from handlers.context import Context, Session
from handlers.messages import Card, Reply, Want
from handlers.thread import MessageAct, SpokenTurn

_WHICH = re.compile(r"^(?:which|what)\b|\bnao\b")


def note(reply: Reply, act: MessageAct, *, context: Context, session: Session, words: str = "") -> Session:
    """Remember what *reply* answered, and that the message was *act*; another page is of the list before."""
    before = narrow.last_list(session)
    if not words and before is not None and reply.page is not None and reply.page.number > 1:
        words = before.words
    shown = SpokenTurn(act, "", refs_in(reply), context.now(), words=words, onwards=plain.onwards(reply))
    thread = session.thread.after(shown)
    for card in reply.cards:
        package = next((each for each in card.sections if each.heading == cards.package_heading(session.say)), None)
        if package is not None:
            told = tuple(f"{fact.label}: {fact.value}" for fact in package.facts)
            thread = replace(thread, package=told, package_of=card.product)
    return replace(session, thread=thread)


def note_star(reply: Reply, *, context: Context, session: Session) -> Session:
    """Remember that the star of what *reply* shows was asked for."""
    refs = refs_in(reply)
    if len(refs) != 1:
        return note(reply, act_of(reply, otherwise=MessageAct.CHAT), context=context, session=session)
    return note_field("stars", refs, context=context, session=session)


def note_field(field: str, refs: tuple[str, ...], *, context: Context, session: Session) -> Session:
    """Remember that *field* of the product in *refs* was asked for."""
    turn = SpokenTurn(MessageAct.FIELD, field, refs, context.now())
    return replace(session, thread=session.thread.after(turn))


def act_of(reply: Reply, *, otherwise: MessageAct) -> MessageAct:
    """The act that a reply with cards or without any answers."""
    if reply.wants is Want.LOCATION:
        return MessageAct.NEAR
    refs = refs_in(reply)
    last_page = reply.page is not None and reply.page.number > 1
    if len(refs) == 1 and reply.cards[0].product and not last_page:
        return MessageAct.CARD
    return MessageAct.LIST if refs else otherwise


def act_of_action(action: Action) -> MessageAct:
    """The act that an action is which shows no product: fairs are listed or shown, the rest is for people."""
    if action.verb is not Verb.FAIR:
        return MessageAct.ASK
    what = action.subject.partition(" ")[0]
    acts = {
        "near": MessageAct.NEAR,
        "show": MessageAct.CARD,
        "booth": MessageAct.CARD,
        "sold": MessageAct.ASK,
        "leads": MessageAct.ASK,
    }
    return acts.get(what, MessageAct.LIST)


def act_of_search(words: str, reply: Reply, *, context: Context, session: Session) -> MessageAct:
    """The act of what was looked up and answered with *reply*."""
    found = context.find(clean(to_vietnamese(words)), limit=PER_PAGE, here=session.here)
    if found.filters.near:
        return MessageAct.NEAR
    act = act_of(reply, otherwise=MessageAct.NOTHING)
    if not found.rest and (found.filters.price_words or found.filters.month_words):
        return MessageAct.WISH
    if not found.rest and found.filters and act is MessageAct.NOTHING:
        return MessageAct.LIST
    # Whoever names conditions and no name wants a list, if only one product meets them.
    listed = found.filters and (not found.rest or _WHICH.search(fold(words)))
    return MessageAct.LIST if act is MessageAct.CARD and listed else act


def refs_in(reply: Reply) -> tuple[str, ...]:
    """The products whose cards are shown."""
    return tuple(ref for card in reply.cards if (ref := _ref(card)))


def _ref(card: Card) -> str:
    opens = (choice.action for choice in card.choices if choice.action is not None)
    return card.product or next((each.subject for each in opens if each.verb is Verb.PRODUCT), "")
