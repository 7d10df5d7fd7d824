"""A question about one fact of a product, answered in a sentence with who says it; or who could be asked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from catalog import passport
from catalog.field import Home
from catalog.fields import BY_NAME
from catalog.model import Product
from catalog.sale_points import SaleKind, SalePoint
from catalog.text import fold
from handlers import card_facts, cards, sale_points, verdict
from handlers.actions import LONGEST, Action, Verb
from handlers.acts import Understood
from handlers.catalogue.search import view
from handlers.context import Context, Session
from handlers.links import phone_links, web_link
from handlers.messages import Card, Choice, Fact, Reply, SourceLine, Style, Want
from handlers.phrases import Speech
from handlers.thread import MessageAct, SpokenTurn

# What is told along with a field: why it has these stars, who says so.
_ALONG = {
    "stars": ("stars", "score", "decision", "decided", "issuer"),
    "issuer": ("issuer", "decision", "decided"),
    "decision": ("decision", "decided"),
    "producer": ("producer", "address"),
}
_ASKS_STOCK = re.compile(
    r"\b(?:con hang|het hang|chay hang|co san|co hang|con (?:ban|loai nay|cai nay|mon nay|nhieu|it)"
    r"|in stock|out of stock|sold out|still available|available now)\b"
)
_ASKS_HOURS = re.compile(
    r"\b(?:may gio|gio nao|gio (?:mo|ban|lam|don)|mo cua|dong cua|(?:opening|business) (?:hours|times?)|open)\b"
)
# What keeps how long is asked of the food; whoever names the certificate, the programme or "in force" asks of that.
_ASKS_SHELF = re.compile(
    r"\b(?:han (?:su )?dung|hsd|(?<!chat )bao quan|date|dat|shelf life|best before|use by|expiry date"
    r"|(?:de|cat|giu|tru|an|uong|dung)(?: \w+){0,3}? (?:bao lau|lau|may|bao nhieu|duoc)"
    r"|how long (?:does|do|will|can|may) (?:it|this|they)(?: be)? (?:keep|kept|last|stored))\b"
)
_ASKS_STORING = re.compile(r"\b(?:(?<!chat )bao quan|tu (?:lanh|dong)|ngan (?:da|mat|dong)|fridge|store)\b")
_OF_CERTIFICATE = re.compile(r"\b(?:giay|chung|sao|ocop|hieu luc|gia tri|certificates?|stars?|valid|in force)\b")
# Which question each part belongs to.
_PART_OF = {"stock": "buy", "hours": "buy", "shelf": "expires"}
_MAP = "https://www.google.com/maps/search/?api=1&query="
_LONGEST_SOURCE = 90
_MOST_POINTS = 4
_LONGEST_WORDS = 300
# So many words make a question of its own; fewer are spoken of better by ours.
_FEWEST_WORDS = 4
# By field: the answer in a sentence, "" where it is not known, and what can be done with it at a touch.
_Told = Mapping[str, tuple[str, tuple[Choice, ...]]]


async def answer(
    understood: Understood, words: str, *, context: Context, session: Session
) -> tuple[Reply, Session] | None:
    """Answer the question that *understood* has been read from *words*; None if its products are gone meanwhile."""
    field = understood.fields[0]
    if not understood.products:
        return _ask_which(field, context=context, session=session)
    products = await context.products(understood.products)
    if not products:
        return None
    answered = SpokenTurn(MessageAct.FIELD, field, tuple(each.ref for each in products), context.now())
    fields = _parts_asked(understood.fields, words)
    if len(products) > 1 and not _same_answer(products, understood):
        several = replace(understood, fields=tuple(each for each in fields if _PART_OF.get(each) != "buy"))
        return _of_each(products, several, context=context, session=session), _remember(session, answered)
    known = {each: _of_one(products[0], each, context=context, session=session) for each in fields}
    told = _without_unasked(known, understood.fields)
    if not all(text for text, _ in told.values()):
        answered = replace(answered, words=words[:_LONGEST_WORDS])
    shown = _short_card(products[0], understood, context=context, session=session)
    return _tell_facts(products[0], told, shown=shown, say=session.say), _remember(session, answered)


def _parts_asked(fields: Sequence[str], words: str) -> Sequence[str]:
    """*fields*, and which part of "where to buy" *words* ask for: whether there is any, or when one can come.

    Until when the food itself keeps is no matter of the certificate, and asked instead of that.
    """
    said = fold(words)
    if _ASKS_SHELF.search(said) and not _OF_CERTIFICATE.search(said):
        about = {"expires", "ingredients"} if _ASKS_STORING.search(said) else {"expires"}
        fields = tuple(dict.fromkeys("shelf" if each in about else each for each in fields))
    part = "stock" if _ASKS_STOCK.search(said) else "hours" if _ASKS_HOURS.search(said) else ""
    return [part, *fields] if part and "buy" in fields else fields


def _without_unasked(told: _Told, asked: Sequence[str]) -> _Told:
    """*told* without "nobody knows where to buy it", where only whether there is any was asked; or hours were told."""
    parts = [each for each in told if each not in asked]
    if not parts or "buy" not in told:
        return told
    text, _ = told["buy"]
    if "hours" in told and told["hours"][0]:
        return {name: each for name, each in told.items() if name != "hours"}
    return told if text else {name: each for name, each in told.items() if name != "buy"}


def _ask_which(field: str, *, context: Context, session: Session) -> tuple[Reply, Session]:
    """Ask back which product is meant; its name or photo then answers the question about *field*."""
    asking = session.say("Of which product? Type its name, or send a photo of its label.")
    turn = SpokenTurn(MessageAct.FIELD, field, at=context.now(), open=True)
    return Reply(asking, wants=Want.PHOTO, language=session.say.language), _remember(session, turn)


def _tell_facts(product: Product, told: _Told, *, shown: tuple[Card, ...], say: Speech) -> Reply:
    """The facts of *product* that are *told*, a line each; what is not known can be asked of its producer."""
    lines = [text or _unknown(product, field, say) for field, (text, _) in told.items()]
    choices = [choice for _, links in told.values() for choice in links]
    whole = () if shown else (Choice(say("See the whole card"), Action(Verb.PRODUCT, product.ref)),)
    unknown = next((field for field, (text, _) in told.items() if not text), None)
    if unknown is None:
        choices = [*whole, *choices, Choice(say("Ask the producer"), Action(Verb.ASK, product.ref))]
    else:
        lines.append(say("Shall I ask {producer}?", producer=product.producer.name) if _has_maker(product) else "")
        choices = [_ask(product, unknown, say), *whole, *choices]
    return Reply("\n".join(filter(None, lines)), cards=shown, choices=tuple(choices), language=say.language)


def tell_price(product: Product, *, context: Context, session: Session) -> str:
    """The price of *product* in a sentence, or that it is not known."""
    told, _ = _of_one(product, "price", context=context, session=session)
    return told or _unknown(product, "price", session.say)


def _remember(session: Session, turn: SpokenTurn) -> Session:
    return replace(session, thread=session.thread.after(turn))


def _has_maker(product: Product) -> bool:
    return product.producer.name not in {"", "-"}


def _same_answer(products: Sequence[Product], understood: Understood) -> bool:
    """True where one producer's fact is asked for, and all of them are that producer's."""
    of_maker = all(each in BY_NAME and BY_NAME[each].home is Home.PRODUCER for each in understood.fields)
    return of_maker and len({each.producer.id for each in products}) == 1


def _of_each(products: Sequence[Product], understood: Understood, *, context: Context, session: Session) -> Reply:
    """One line for each of several products, and a button that opens it."""
    say = session.say
    lines = [] if understood.sure else [say("Did you mean…")]
    for product in products:
        for field in understood.fields:
            text, _ = _of_one(product, field, context=context, session=session)
            lines.append(f"• {text or _unknown(product, field, say)}")
    choices = tuple(Choice(product.name, Action(Verb.PRODUCT, product.ref)) for product in products)
    return Reply("\n".join(lines), choices=choices, language=say.language)


def _of_one(product: Product, field: str, *, context: Context, session: Session) -> tuple[str, tuple[Choice, ...]]:
    """The answer in a sentence, "" where it is not known; and what can be done with it at a touch."""
    say, shown = session.say, view(context, session)
    if field == "buy" and (points := shown.sold.selling(product)):
        return _sold_at(product, points, context=context, session=session)
    if field not in BY_NAME or field in {"source", "images"}:
        return _beside_card(product, field, shown, session), ()
    told = [card_facts.facts_of(product, each, shown) for each in _ALONG.get(field, (field,))]
    value = _value(field, product, [fact for facts, _ in told for fact in facts], shown) if told[0][0] else ""
    if not value:
        return "", ()
    source = next((lines[0] for _, lines in told if lines), None)
    return _sentence(product, field, value, source, say), _links(product, field, say)


def _sold_at(
    product: Product, points: Sequence[SalePoint], *, context: Context, session: Session
) -> tuple[str, tuple[Choice, ...]]:
    """Where it is sold, a line each with who says so; what the list says besides; and how to get the nearest."""
    say, today = session.say, context.today()
    lines = [say("{name} is sold here:", name=product.name)]
    for each in points[:_MOST_POINTS]:
        told = sale_points.facts(each, context.places, say, stale=each.is_stale(today))
        lines.append(f"• {each.name}: {told} ({sale_points.confirmed(each, say)})")
    if product.buy:
        lines.append(say("The list says where to buy it: {places}", places=product.buy))
    near = Choice(say("Buy near me"), Action(Verb.SHOP, f"near {product.ref}"))
    online = [each for each in points if each.kind is SaleKind.ONLINE][:1]
    return "\n".join(lines), (near, *(Choice(each.name[:60], url=each.link) for each in online))


def _beside_card(product: Product, field: str, shown: card_facts.View, session: Session) -> str:
    """What no line of the card tells: the package, where all is from, a picture."""
    match field:
        case "lot":
            return _package(product, session)
        case "hours":
            return next((each.hours for each in shown.sold.selling(product) if each.hours), "")
        case "source":
            return _sources(product, shown)
        case "images" if product.images:
            return shown.say("{name}: here is its picture.", name=product.name)
    return ""


def _value(field: str, product: Product, facts: Sequence[Fact], shown: card_facts.View) -> str:
    held = passport.of(product.certificates, shown.today)
    if field == "expires":
        return verdict.of_certificate(held, shown.say) if held.current is not None else ""
    first, *along = facts
    more = [f"{fact.label[:1].lower()}{fact.label[1:]} {fact.value}" for fact in along]
    return "; ".join((first.value, *more))


def _sentence(product: Product, field: str, value: str, source: SourceLine | None, say: Speech) -> str:
    of_maker = BY_NAME[field].home is Home.PRODUCER and field != "producer" and _has_maker(product)
    name = product.producer.name if of_maker else product.name
    value, stop = value.rstrip(".。"), "。" if say.language == "zh" else "."
    if field == "expires":
        return f"{name}: {value}{_from(source, say)}{stop}"
    text = say("{name} — {field}: {value}", name=name, field=_small_label(field, say), value=value)
    return f"{text}{_from(source, say)}{stop}"


def _from(source: SourceLine | None, say: Speech) -> str:
    """Who says it and as of when, in brackets."""
    if source is None:
        return ""
    text = source.text if len(source.text) <= _LONGEST_SOURCE else f"{source.text[:_LONGEST_SOURCE].rstrip()}…"
    told = ", ".join(filter(None, (text, source.as_of)))
    words = say("source: {source}", source=told)
    return f" ({words})" if told else ""


def _links(product: Product, field: str, say: Speech) -> tuple[Choice, ...]:
    maker = product.producer
    match field:
        case "phones":
            return tuple(
                Choice(say("Call {phone}", phone=each.label), url=each.url) for each in phone_links(maker.phones)
            )
        case "website":
            return tuple(Choice(say("Open the website"), url=each.url) for each in web_link(maker.website))
        case "address":
            place = ", ".join(filter(None, (maker.address, "" if maker.commune in maker.address else maker.commune)))
            return (Choice(say("Look for it on a map"), url=f"{_MAP}{quote(place)}"),) if place else ()
    return ()


def _package(product: Product, session: Session) -> str:
    """What the code scanned last says of the very package, while that is remembered."""
    thread = session.thread
    if thread.package_of not in {product.id, product.ref} or not thread.package:
        return ""
    told = "; ".join(thread.package)
    return session.say("{name}, as the code on your package says: {told}.", name=product.name, told=told)


def _sources(product: Product, shown: card_facts.View) -> str:
    lines = cards.whole(product, shown).sources[:3]
    told = "; ".join(", ".join(filter(None, (each.text or each.url, each.as_of))) for each in lines)
    return shown.say("{name} — what we know is from: {sources}.", name=product.name, sources=told) if told else ""


def _short_card(product: Product, understood: Understood, *, context: Context, session: Session) -> tuple[Card, ...]:
    """The product with its star and picture, where it was not spoken of before or its picture is wanted.

    So whoever asks of a product for the first time sees which one it is.
    """
    if session.thread.product in {product.id, product.ref} and "images" not in understood.fields:
        return ()
    return (cards.short(product, view(context, session)),)


def _unknown(product: Product, field: str, say: Speech) -> str:
    if field == "lot":
        return say(
            "{name}: I know no package of it. Photograph the code on yours: some tell the lot.", name=product.name
        )
    if field == "shelf":
        return say(
            "{name}: how long it keeps, and how, stands on its package; the catalogue does not know it.",
            name=product.name,
        )
    if field in BY_NAME and BY_NAME[field].home is Home.CERTIFICATE and not product.certificates:
        return f"{product.name}: {say('No OCOP certificate is known for this product.')}"
    field = _small_label(field, say)
    return say("{name} — {field}: the catalogue does not know it yet.", name=product.name, field=field)


def _small_label(field: str, say: Speech) -> str:
    """The word for *field* inside a sentence."""
    return cards.within_sentence(label(field, say))


def _ask(product: Product, field: str, say: Speech) -> Choice:
    """The button that asks the producer this very question."""
    words = f"{Verb.ASK} {product.ref} {field}"
    action = Action.parse(words if len(words) <= LONGEST else f"{Verb.ASK} {product.ref}")
    return Choice(say("Yes, ask the producer"), action, style=Style.MAIN)


def question_words(field: str, session: Session) -> str:
    """The question about *field* as it goes to a producer: as it was asked, where that makes a question; "" if none."""
    last = session.thread.last
    asked = last.words.strip() if last is not None and last.field in {field, _PART_OF.get(field)} else ""
    if len(asked.split()) >= _FEWEST_WORDS:
        return asked
    return _questions(session.say).get(field, "")


def _questions(say: Speech) -> dict[str, str]:
    return {
        "phones": say("On which phone number can I reach you?"),
        "address": say("Where are you, and how do I get there?"),
        "email": say("What is your e-mail address?"),
        "website": say("Do you have a website or a page?"),
        "buy": say("Where can I buy this product? Is it in stock?"),
        "price": say("How much is it?"),
        "stock": say("Is it in stock?"),
        "hours": say("When are you open?"),
        "shelf": say("How long does it keep, and how should it be stored?"),
        "season": say("In which months is it available?"),
        "stars": say("How many OCOP stars does this product have?"),
        "score": say("How many points did this product get?"),
        "expires": say("Until when is the OCOP certificate valid?"),
        "issuer": say("Who issued the OCOP certificate?"),
        "decision": say("What is the number of the decision on its OCOP star?"),
        "certificate": say("What is the number of the OCOP certificate?"),
        "decided": say("When was it recognised as OCOP?"),
        "producer": say("Who makes this product?"),
        "images": say("Could you send a picture of this product?"),
        "ingredients": say("What is it made of?"),
        "lot": say("From which lot is it, and when was it made?"),
        "group": say("To which product group does it belong?"),
        "ship": say("Do you deliver, and what does that cost?"),
        "wholesale": say("Do you sell wholesale, and at what price?"),
    }


def label(field: str, say: Speech) -> str:
    """The word for *field*."""
    more = {
        "images": say("Picture"),
        "hours": say("Opening hours"),
        "ingredients": say("Ingredients"),
        "lot": say("Lot and date of this package"),
        "source": say("Sources"),
        "expires": say("OCOP certificate"),
    }
    line = BY_NAME[field].card if field in BY_NAME else None
    return more.get(field) or (say.translate(line.label) if line else field)
