"""No code was read, or none we know: the words on the label may still say which product it is."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from catalog import ocr as label_words
from catalog.codes import CitizenId
from catalog.errors import BadImage
from catalog.model import LookUp, LookUpWay, Product
from catalog.ocr import LabelWords, Strength
from handlers import cards
from handlers.actions import Action, Verb
from handlers.catalogue import explain_code
from handlers.catalogue.search import view
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Fact, Photo, Reply, Section, Style, Want
from handlers.phrases import Speech

# Seconds for one photo; a model that is loaded for the first time takes two of them.
DEADLINE = 12.0
MOST_PHOTOS = 3
MOST_OFFERED = 3


async def recognise(photos: tuple[Photo, ...], *, context: Context, session: Session) -> Reply | None:
    """Answer from the words on *photos*, or None when they say nothing of use.

    A citizen identity card is refused; nothing of it is kept, looked up or logged.
    """
    if not context.reads_words:
        return None
    said = [await read_words(photo, context=context) for photo in photos[:MOST_PHOTOS]]
    if any(words.citizen for words in said):
        return _refuse_citizen_id(session.say)
    for words in said:
        if numbered := await by_number(words, context=context):
            return await _choose_by_number(numbered, words, context=context, session=session)
    for words in said:
        matched = await asyncio.to_thread(label_words.match, words, context.index())
        found = await context.store.products(matched.ids)
        if found and matched.strength is Strength.STRONG:
            return _recognised_reply(found[0], words, context=context, session=session)
        if found:
            return _asking(tuple(found), words, context=context, session=session)
    return None


async def read_words(photo: Photo, *, context: Context) -> LabelWords:
    """A photo whose words cannot be read has none: its code was looked for already, and that is answered."""
    try:
        lines = await context.reader.run(label_words.LINES, photo.image, deadline=DEADLINE)
    except BadImage:
        return LabelWords()
    return label_words.read(lines)


async def by_number(words: LabelWords, *, context: Context) -> list[Product]:
    """The products of the first number on the label that any has."""
    for gtin in words.gtins:
        if found := await context.store.by_gtin(gtin):
            return found
    for number in words.numbers:
        if found := await context.store.by_number(number):
            return found
    return []


async def _choose_by_number(found: list[Product], words: LabelWords, *, context: Context, session: Session) -> Reply:
    """One product has the number, or the words say which of several."""
    if len(found) == 1:
        return _recognised_reply(found[0], words, context=context, session=session)
    matched = await asyncio.to_thread(label_words.match, words, context.index())
    meant = [each for ref in matched.ids for each in found if each.id == ref]
    if meant and matched.strength is Strength.STRONG:
        return _recognised_reply(meant[0], words, context=context, session=session)
    rest = [each for each in found if each not in meant]
    return _asking((*meant, *rest), words, context=context, session=session)


def _recognised_reply(found: Product, words: LabelWords, *, context: Context, session: Session) -> Reply:
    say = session.say
    text = say("I read no code I know; I recognised the product by the words on its label. Please compare.")
    printed = label_words.package_on(words)
    card = cards.whole(found, view(context, session), printed=printed)
    card = replace(card, look_up=LookUp.by_code(LookUpWay.PHOTO, "", printed))
    return Reply(text, cards=(_with_print(card, words, say, today=context.today()),), language=say.language)


def _asking(found: tuple[Product, ...], words: LabelWords, *, context: Context, session: Session) -> Reply:
    """Ask which one is meant, with a button for each and what was read of the package."""
    say = session.say
    offered = found[:MOST_OFFERED]
    if len(offered) == 1:
        one = offered[0]
        lines = [say("By the words on the label: is it “{name}” by {maker}?", name=one.name, maker=one.producer.name)]
    else:
        lines = [say("By the words on the label it may be one of these. Which one is it?")]
    lines += [f"{fact.label}: {fact.value}" for fact in _print(words, say, today=context.today())]
    lines.append(say("If it is none of them, type the name on the label and I will look for it."))
    shown = tuple(cards.short(each, view(context, session)) for each in offered)
    none = Choice(say("None of these"), Action(Verb.HELP, "find"), style=Style.PLAIN)
    return Reply("\n".join(lines), cards=shown, choices=(none,), wants=Want.TEXT, language=say.language)


def _refuse_citizen_id(say: Speech) -> Reply:
    return Reply(explain_code.explain(CitizenId(), say), wants=Want.PHOTO, language=say.language)


def _with_print(card: Card, words: LabelWords, say: Speech, *, today: date) -> Card:
    facts = tuple(_print(words, say, today=today))
    if not facts:
        return card
    section = Section(say("On this package, as read from the photo"), facts)
    return replace(card, sections=(*card.sections[:1], section, *card.sections[1:]))


def _print(words: LabelWords, say: Speech, *, today: date) -> Iterator[Fact]:
    rows = (
        (say("Lot"), words.lot),
        (say("Made on"), words.made),
        (say("Use by"), _expiry(words.expires, say, today=today)),
        (say("Net weight"), words.net_weight),
    )
    return (Fact(label, value) for label, value in rows if value)


def _expiry(text: str, say: Speech, *, today: date) -> str:
    """As read; a date that is over is said to be over."""
    day = label_words.date_in(text)
    over = day is not None and day.latest < today
    return say("{day} — this date has passed", day=text) if over else text
