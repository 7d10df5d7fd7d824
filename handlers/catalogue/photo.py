"""Someone sent a photo of a label: its product, what else its codes are, or what would help to read it."""

from dataclasses import replace

from catalog import codes
from catalog.barcode import Trouble
from catalog.codes import CitizenId, Code, Gtin
from catalog.errors import BadImage
from catalog.model import Product
from catalog.search import Band
from handlers import cards, listed
from handlers.actions import Action, Verb
from handlers.catalogue import explain_code, label_text, product, unmet
from handlers.catalogue.resolve import ReadPhoto, Typed, lot_of, see, typed_code
from handlers.catalogue.search import by_words, view
from handlers.context import Context, Session
from handlers.messages import Card, Choice, Photo, Reply, Want
from handlers.phrases import Speech

_MOST_EXPLAINED = 3
# Our server shows this picture; how a good photo looks is seen faster than read.
EXAMPLE = "/static/photo.png"


async def look(photos: tuple[Photo, ...], *, context: Context, session: Session) -> Reply:
    """Answer all *photos* of one message together. Raises catalog.errors.BadImage if none can be opened."""
    sights = await _sights(photos, context=context)
    every = tuple(code for sight in sights for code in sight.codes)
    if any(isinstance(code, CitizenId) for code in every):
        return Reply(explain_code.explain(CitizenId(), session.say), wants=Want.PHOTO, language=session.say.language)
    found = tuple({each.id: each for sight in sights for each in sight.products}.values())
    warnings = tuple(dict.fromkeys(explain_code.warning(code, session.say) for code in codes.lead(every).warnings))
    if found:
        return _product(found, sights, warnings, context=context, session=session)
    by_print = await label_text.recognise(photos, context=context, session=session)
    if by_print is not None and not by_print.cards:
        return by_print  # an identity card: nothing else of the photo is looked at
    if every:
        explained = await _explain_codes(every, sights, warnings, context=context, session=session)
        return _beside(explained, by_print)
    caption = next((each.caption for each in photos if each.caption.strip()), "")
    if by_print is None and caption:
        coded = await typed_code(caption, store=context.store, ours=context.ours)
        return await (
            answer_typed_code(coded, context=context, session=session)
            if coded
            else by_words(caption, context=context, session=session)
        )
    return by_print or _unread(sights[0], as_file=photos[0].as_file, context=context, say=session.say)


def _beside(explained: Reply, by_print: Reply | None) -> Reply:
    """What the code is, and the product that the words name."""
    if by_print is None:
        return explained
    return replace(by_print, text=f"{explained.text}\n\n{by_print.text}", warnings=explained.warnings)


async def _sights(photos: tuple[Photo, ...], *, context: Context) -> list[ReadPhoto]:
    """What can be seen in *photos*, without those that cannot be opened as long as any can."""
    sights: list[ReadPhoto] = []
    failure: BadImage | None = None
    for each in photos:
        try:
            sights.append(await see(each.image, context=context))
        except BadImage as error:
            failure = failure or error
    if failure is not None and not sights:
        raise failure
    return sights


def _product(
    found: tuple[Product, ...],
    sights: list[ReadPhoto],
    warnings: tuple[str, ...],
    *,
    context: Context,
    session: Session,
) -> Reply:
    say = session.say
    if len(found) > 1:
        text = say("The codes lead to {number} products. Which one do you mean?", number=len(found))
        reply = product.several(found, text, context=context, session=session)
        return Reply(reply.text, cards=reply.cards, warnings=warnings, language=say.language)
    lot = next((sight.lot for sight in sights if sight.lot is not None), None)
    card = cards.whole(found[0], view(context, session), lot=lot)
    led = codes.lead(code for sight in sights for code in sight.codes)
    beside = (code for code in led.beside if code not in led.warnings)
    lines = list(dict.fromkeys(listed.sentences(beside, found[0], say)))[:_MOST_EXPLAINED]
    return Reply("\n".join(lines), cards=(card,), warnings=warnings, language=say.language)


async def _explain_codes(
    every: tuple[Code, ...], sights: list[ReadPhoto], warnings: tuple[str, ...], *, context: Context, session: Session
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
    lines = list(dict.fromkeys(lines))[:_MOST_EXPLAINED]
    lines.append(say("Type the name on the label and I will look for it."))
    choices = (Choice(say("Send another photo"), Action(Verb.PHOTO)),)
    return Reply("\n".join(lines), choices=choices, warnings=warnings, wants=Want.TEXT, language=say.language)


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
        Trouble.NO_CODE: say("I see no code: photograph the QR code or barcode, or the name on the label."),
    }
    lines = [say("I could not read a code in this photo.")]
    lines += [advice[trouble] for trouble in sight.reading.troubles[:2]]
    if sight.reading.recompressed and not as_file and Trouble.SMALL in sight.reading.troubles:
        lines.append(say("Your messenger shrank the photo: send it as a file if you can."))
    lines.append(say("Or simply type the name of the product."))
    choices = (Choice(say("Send another photo"), Action(Verb.PHOTO)),)
    example = Card(say("Like this: the code fills half of the picture"), picture=f"{context.public_url}{EXAMPLE}")
    return Reply("\n".join(lines), cards=(example,), choices=choices, wants=Want.PHOTO, language=say.language)


async def answer_typed_code(said: Typed, *, context: Context, session: Session) -> Reply:
    """Answer a code that was typed or pasted instead of photographed, alone or between words."""
    found, say = said.products, session.say
    if len(found) == 1:
        lot = lot_of(said.code)
        return Reply(cards=(cards.whole(found[0], view(context, session), lot=lot),), language=say.language)
    if found:
        text = say("{number} products have it. Which one do you mean?", number=len(found))
        if said.several:
            text = say("The codes lead to {number} products. Which one do you mean?", number=len(found))
        return product.several(found, text, context=context, session=session)
    await _note_unknown((said.code,), context=context, session=session)
    explained = explain_code.explain(said.code, say)
    if said.around and context.find(said.around, limit=1).band is Band.ANSWER:
        by_name = await by_words(said.around, context=context, session=session)
        return replace(by_name, text="\n".join(filter(None, (explained, by_name.text))))
    lines = (explained, say("Type the name on the label and I will look for it."))
    return Reply("\n".join(lines), wants=Want.TEXT, language=say.language)
