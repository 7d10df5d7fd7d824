"""Someone sent a photo of a label: its product, what else its codes are, or what would help to read it.

A link or number beside the product's code is compared with those of its producer; nothing is opened.
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from catalog import codes
from catalog.barcode import Trouble
from catalog.codes import (
    CitizenId,
    Code,
    ContactCard,
    Gtin,
    OtherLink,
    OwnFair,
    Payment,
    Phone,
    ShopLink,
    SocialLink,
    ZaloLink,
    trace_key,
)
from catalog.errors import BadImage
from catalog.model import LookUp, LookUpWay, Product
from catalog.search import Band
from handlers import cards
from handlers.actions import Action, Verb
from handlers.catalogue import explain_code, label_text, product, unmet
from handlers.catalogue.resolve import (
    ReadPhoto,
    Typed,
    confirmed_accounts,
    lot_of,
    products_of_payee,
    read_photo,
    typed_code,
)
from handlers.catalogue.search import by_words, view
from handlers.context import Context, Session
from handlers.links import phone_number
from handlers.messages import Card, Choice, Photo, Reply, Want
from handlers.phrases import Speech

_MOST_EXPLAINED = 3
# Our server shows this picture; how a good photo looks is seen faster than read.
EXAMPLE = "/static/photo.png"
_WEB = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/[^\s;,]*)?")
Offered = ShopLink | SocialLink | OtherLink | ZaloLink | Phone | ContactCard


async def answer_photos(
    photos: tuple[Photo, ...], *, context: Context, session: Session
) -> tuple[Reply, Action | None]:
    """Answer all *photos* of one message together; beside what is warned of, what a fair's code opens.

    Raises catalog.errors.BadImage if none can be opened.
    """
    sights = await _read_photos(photos, context=context)
    every = tuple(itertools.chain.from_iterable(sight.codes for sight in sights))
    led = codes.lead(every)
    if led.personal:
        told = explain_code.explain(CitizenId(), session.say)
        return Reply(told, wants=Want.PHOTO, language=session.say.language), None
    found = _products(sights)
    weighed = await _weigh(led.warnings, found, context=context, session=session)
    opens = None if found else link_of_fair(every)
    if opens is not None:
        return Reply(warnings=weighed.warnings), opens
    if found:
        return _product(found, sights, weighed, context=context, session=session), None
    return await _by_words(photos, sights, every, weighed, context=context, session=session), None


async def _by_words(
    photos: tuple[Photo, ...],
    sights: list[ReadPhoto],
    every: tuple[Code, ...],
    weighed: "_Weighed",
    *,
    context: Context,
    session: Session,
) -> Reply:
    """Answer photos whose codes lead to no product by the words on the label, or under it."""
    by_print = await label_text.recognise(photos, context=context, session=session)
    if by_print is not None and not by_print.cards:
        return by_print  # an identity card: nothing else of the photo is looked at
    if every:
        explained = await _explain_codes(every, sights, weighed, context=context, session=session)
        return _beside(explained, by_print)
    found_otherwise = by_print or await _by_caption(photos, context=context, session=session)
    return found_otherwise or _unread(sights[0], as_file=photos[0].as_file, context=context, say=session.say)


def link_of_fair(every: Iterable[Code]) -> Action | None:
    """What the first code of a booth or a fair among them opens, as a link to it does."""
    code = next((each for each in every if isinstance(each, OwnFair)), None)
    if code is None:
        return None
    return Action(Verb.BOOTH, code.token) if code.token else Action(Verb.FAIR, f"show {code.fair}" if code.fair else "")


def _products(sights: list[ReadPhoto]) -> tuple[Product, ...]:
    """The products that the codes stand for, each once."""
    return tuple({each.id: each for sight in sights for each in sight.products}.values())


async def _by_caption(photos: tuple[Photo, ...], *, context: Context, session: Session) -> Reply | None:
    """What the first words under the photos name; None if there are none."""
    caption = next((each.caption for each in photos if each.caption.strip()), "")
    if not caption:
        return None
    if coded := await typed_code(caption, store=context.store, ours=context.ours):
        return await answer_typed_code(coded, context=context, session=session)
    return await by_words(caption, context=context, session=session)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """What has to be said first: *warnings*, and payments to a *confirmed* account with what its owner makes."""

    warnings: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()


async def _weigh(
    alarming: tuple[Code, ...], found: tuple[Product, ...], *, context: Context, session: Session
) -> _Weighed:
    """Say what *alarming* codes are, beside the products *found* in the same photo."""
    weighed = _Weighed()
    for code in alarming:
        if isinstance(code, Payment):
            some = await _weigh_payment(code, found, context=context, say=session.say)
        else:
            some = _Weighed(warnings=(explain_code.warning(code, session.say),))
        weighed = _Weighed(
            tuple(dict.fromkeys(weighed.warnings + some.warnings)),
            weighed.confirmed + some.confirmed,
            weighed.products + some.products,
        )
    return weighed


async def _weigh_payment(code: Payment, found: tuple[Product, ...], *, context: Context, say: Speech) -> _Weighed:
    """Compare where the money goes with the confirmed account of the producer of what was *found*, or of anybody."""
    if not code.is_comparable:
        return _Weighed(warnings=(explain_code.payment(code, say),))
    owned = tuple(await products_of_payee(code, store=context.store))
    owner = owned[0].producer.name if owned else ""
    if owned and (not found or {each.producer.id for each in owned} & {each.producer.id for each in found}):
        confirmed = explain_code.payment_to_producer(code, owner, say)
        return _Weighed(confirmed=(confirmed,), products=() if found else owned)
    if owned:
        return _Weighed(warnings=(explain_code.payment_to_another(code, owner, found[0].producer.name, say),))
    betrayed = next((each.producer.name for each in found if confirmed_accounts(each)), "")
    if betrayed:
        return _Weighed(warnings=(explain_code.payment_elsewhere(code, betrayed, say),))
    return _Weighed(warnings=(explain_code.payment_to_nobody(code, say),))


def _beside(explained: Reply, by_print: Reply | None) -> Reply:
    """What the code is, and the product that the words name."""
    if by_print is None:
        return explained
    return replace(by_print, text=f"{explained.text}\n\n{by_print.text}", warnings=explained.warnings)


async def _read_photos(photos: tuple[Photo, ...], *, context: Context) -> list[ReadPhoto]:
    """What can be seen in *photos*, without those that cannot be opened as long as any can."""
    sights: list[ReadPhoto] = []
    failure: BadImage | None = None
    for each in photos:
        try:
            sights.append(await read_photo(each.image, context=context))
        except BadImage as error:
            failure = failure or error
    if failure is not None and not sights:
        raise failure
    return sights


def _product(
    found: tuple[Product, ...],
    sights: list[ReadPhoto],
    weighed: _Weighed,
    *,
    context: Context,
    session: Session,
) -> Reply:
    say = session.say
    if len(found) > 1:
        asking = (
            *weighed.confirmed,
            say("The codes lead to {number} products. Which one do you mean?", number=len(found)),
        )
        reply = product.several(found, "\n".join(asking), context=context, session=session)
        return replace(reply, warnings=weighed.warnings)
    lot = next((sight.lot for sight in sights if sight.lot is not None), None)
    led = codes.lead(code for sight in sights for code in sight.codes)
    card = replace(
        cards.whole(found[0], view(context, session), lot=lot),
        look_up=LookUp.by_code(LookUpWay.PHOTO, _key_of(led.first), lot),
    )
    beside = (code for code in led.beside if code not in led.warnings)
    lines = list(dict.fromkeys(lines_beside_code(beside, found[0], say)))[:_MOST_EXPLAINED]
    text = "\n".join([*weighed.confirmed, *lines])
    return Reply(text, cards=(card,), warnings=weighed.warnings, language=say.language)


async def _explain_codes(
    every: tuple[Code, ...], sights: list[ReadPhoto], weighed: _Weighed, *, context: Context, session: Session
) -> Reply:
    say = session.say
    await _note_unknown(every, context=context, session=session)
    led = codes.lead(every)
    doubtful = {code for sight in sights for code, sure in zip(sight.codes, sight.sure, strict=True) if not sure}
    lines = []
    for code in ((led.first,) if led.first else ()) + led.beside:
        if code in led.warnings:
            continue
        lines.append(explain_code.unsure(say) if _is_doubtful(code, doubtful) else explain_code.explain(code, say))
    lines = [*weighed.confirmed, *list(dict.fromkeys(lines))[:_MOST_EXPLAINED]]
    if weighed.products:
        made = product.several(weighed.products, "\n".join(lines), context=context, session=session)
        return replace(made, warnings=weighed.warnings)
    lines.append(say("Type the name on the label and I will look for it."))
    choices = (Choice(say("Send another photo"), Action(Verb.PHOTO)),)
    return Reply("\n".join(lines), choices=choices, warnings=weighed.warnings, wants=Want.TEXT, language=say.language)


def _is_doubtful(code: Code, doubtful: set[Code]) -> bool:
    return code in doubtful and isinstance(code, Gtin) and not code.vietnamese_prefix


async def _note_unknown(every: tuple[Code, ...], *, context: Context, session: Session) -> None:
    for code in every:
        await unmet.note_code(code, context=context, session=session)


def _unread(sight: ReadPhoto, *, as_file: bool, context: Context, say: Speech) -> Reply:
    advice = {
        Trouble.DARK: say("The photo is too dark: turn towards the light."),
        Trouble.BLURRED: say("The photo is blurred: hold still and tap the screen to focus."),
        Trouble.SMALL: say("The code is too small: bring the phone closer until the code fills half of the picture."),
        Trouble.GLARE: say("There is glare on the label: tilt it a little."),
        Trouble.UNREADABLE: say("I see a code but cannot read it: come closer, hold still, straight above it."),
        Trouble.NO_CODE: say("I see no code: photograph the QR code or barcode, or the name on the label.")
        if context.reads_words
        else say("I see no code: photograph the QR code or barcode."),
    }
    lines = [say("I could not read a code in this photo.")]
    lines += [advice[trouble] for trouble in sight.reading.troubles[:2]]
    if sight.reading.recompressed and not as_file and Trouble.SMALL in sight.reading.troubles:
        lines.append(say("Your messenger shrank the photo: send it as a file if you can."))
    if context.reads_words:
        lines.append(say("Or simply type the name of the product."))
    else:
        lines.append(say("Words on labels are not read here: please type the name of the product."))
    choices = (Choice(say("Send another photo"), Action(Verb.PHOTO)),)
    example = Card(say("Like this: the code fills half of the picture"), picture=f"{context.public_url}{EXAMPLE}")
    return Reply("\n".join(lines), cards=(example,), choices=choices, wants=Want.PHOTO, language=say.language)


async def answer_typed_code(said: Typed, *, context: Context, session: Session) -> Reply:
    """Answer a code that was typed or pasted instead of photographed, alone or between words."""
    found, say = said.products, session.say
    if len(found) == 1:
        lot = lot_of(said.code)
        by_code = LookUp.by_code(LookUpWay.TYPED, _key_of(said.code), lot)
        card = replace(cards.whole(found[0], view(context, session), lot=lot), look_up=by_code)
        return Reply(cards=(card,), language=say.language)
    if found:
        text = say("{number} products have it. Which one do you mean?", number=len(found))
        if said.several:
            text = say("The codes lead to {number} products. Which one do you mean?", number=len(found))
        return product.several(found, text, context=context, session=session)
    if isinstance(said.code, Payment):
        return await _answer_payment(said.code, context=context, session=session)
    await _note_unknown((said.code,), context=context, session=session)
    explained = explain_code.explain(said.code, say)
    if said.around and context.find(said.around, limit=1).band is Band.ANSWER:
        by_name = await by_words(said.around, context=context, session=session)
        return replace(by_name, text="\n".join(filter(None, (explained, by_name.text))))
    lines = (explained, say("Type the name on the label and I will look for it."))
    return Reply("\n".join(lines), wants=Want.TEXT, language=say.language)


def lines_beside_code(beside: Iterable[Code], product: Product, say: Speech) -> Iterator[str]:
    """One line for each link or number beside the code of *product*: listed by its producer, or not."""
    for code in beside:
        if not isinstance(code, Offered) or not code.shown:
            continue
        if is_listed(code, product):
            yield say("{shown} on the label is the producer's own.", shown=code.shown)
        else:
            yield say("{shown} on the label is not among what the producer lists; be careful.", shown=code.shown)


def is_listed(code: Offered, product: Product) -> bool:
    """True when the producer's record names this very number, or this address or the site above it."""
    match code:
        case Phone(number=number):
            return _are_own((number,), product)
        case ContactCard(phones=phones):
            return _are_own(phones, product)
        case ZaloLink(phone=phone):
            return _are_own((phone,), product)
    # All shops of a marketplace, all pages of a network stand under its bare address: that one says nothing.
    bare = isinstance(code, ShopLink | SocialLink)
    return any(_is_under(code.key, own) for own in _addresses(product) if not bare or "/" in own.rstrip("/"))


def _are_own(numbers: tuple[str, ...], product: Product) -> bool:
    own = {phone_number(phone) for phone in product.producer.phones} - {None}
    return any(numbers) and all(phone_number(number) in own for number in numbers)


def _addresses(product: Product) -> Iterator[str]:
    for text in (product.producer.website, product.buy):
        yield from (trace_key(found) for found in _WEB.findall(text))


def _is_under(address: str, own: str) -> bool:
    return bool(own) and (address == own or address.startswith(f"{own.rstrip('/')}/"))


def _key_of(code: Code | None) -> str:
    """What the catalogue is asked for the product of *code*."""
    return next((text for _, text in codes.lookups(code)), "") if code is not None else ""


async def _answer_payment(code: Payment, *, context: Context, session: Session) -> Reply:
    """A payment code that was pasted: whose account it is, or that it is nobody's we know."""
    say = session.say
    weighed = await _weigh_payment(code, (), context=context, say=say)
    text = "\n".join((*weighed.warnings, *weighed.confirmed))
    if weighed.products:
        return product.several(weighed.products, text, context=context, session=session)
    lines = (text, say("Type the name on the label and I will look for it."))
    return Reply("\n".join(lines), wants=Want.TEXT, language=say.language)
