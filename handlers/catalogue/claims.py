"""Is this star real? What a package or a shop's page claims, beside the certificate that counts today."""

import asyncio
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from catalog import ocr as label_words
from catalog import passport
from catalog.codes import CitizenId, lead
from catalog.model import Product
from catalog.ocr import LabelWords, StarClaim, Strength
from catalog.ocr.label import without_marks
from catalog.passport import IN_FORCE, TAKEN_AWAY, Passport, Standing
from catalog.search import Band
from catalog.text import fold
from catalog.translated_words import to_vietnamese
from handlers import cards, verdict
from handlers.actions import Action, Verb
from handlers.acts.hits import tied_hits
from handlers.catalogue import explain_code
from handlers.catalogue.label_text import MOST_PHOTOS, by_number, read_words
from handlers.catalogue.resolve import read_photo
from handlers.catalogue.search import clean, view
from handlers.context import Context, Session
from handlers.messages import Choice, Photo, Reply, Want
from handlers.phrases import Speech

_ASKED = re.compile(
    r"\b(?:sao|ocop|danh hieu|chung nhan)\b.{0,25}\b(?:that|gia|dung|thiet|xin)\b.{0,12}\b(?:khong|ko|k|hong|hay)\b"
    r"|\b(?:co dung|co that|co phai)\b.{0,12}\bsao\b|^(?:kiem tra|kiem chung|check) (?:sao|ocop)\b"
    r"|\b(?:star|stars|ocop)\b.{0,20}\b(?:real|true|genuine|fake)\b|\breally\b.{0,10}\bstars?\b"
)
_EAST_ASIAN = ("별점이 진짜", "별이 진짜", "진짜 별", "星级是真", "星是真", "真的是几星", "星级真假")
_ASKING = re.compile(
    r"\b(?:sao|nay|kia|that|gia|dung|thiet|xin|khong|ko|hay|ocop|co|phai|la|duoc|dat|kiem tra|kiem chung|check|the|is"
    r"|are|this|star|stars|real|true|genuine|fake|really|of|a|danh hieu|chung nhan|vay|nhi|ha|hong|k)\b"
)
_TAIL = re.compile(
    r"\s*\b(?:co |la |co phai )*(?:that|thiet|dung|gia|xin|chuan)(?: su)?(?: la)? (?:khong|ko|k|hong|hay)\b.*$"
    r"|\s*,? (?:is (?:this|it|that) )?(?:real|true|genuine|fake)\b.*$"
)
_WRONG = IN_FORCE | TAKEN_AWAY | {Standing.LAPSED}
_MOST, _SHORTEST_NAME = 8, 2

_PRICE = re.compile(r"\bgiá\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim with the product that it is made for, None where the catalogue has no such one or *several*."""

    stars: int
    name: str
    product: Product | None
    several: tuple[Product, ...] = ()


@lru_cache(maxsize=1024)
def asks_claim(words: str) -> bool:
    """True where *words* ask whether a star is real."""
    # Whoever asks the price of what has four stars ("4 sao giá bao nhiêu") doubts none of them.
    folded = fold(_PRICE.sub(" ", words))
    return len(words) <= 200 and (_ASKED.search(folded) is not None or any(each in words for each in _EAST_ASIAN))


def ask_for_photo(session: Session) -> Reply:
    """What to send so that a star can be checked."""
    say = session.say
    text = say(
        "Send a photo of the package or of the shop's page, or type what it says, for example “nem bùi OCOP 5 sao”: I "
        "compare the star that it claims with the certificate in force."
    )
    return Reply(text, wants=Want.PHOTO, then=Action(Verb.CLAIM), language=say.language)


async def answer(words: str, *, context: Context, session: Session) -> Reply | None:
    """Check the star that *words* tell of; None where they ask nothing of the kind, or only of what was spoken of."""
    if not asks_claim(words):
        return None
    asked = clean(to_vietnamese(words))
    claims = _claims_in(unicodedata.normalize("NFC", asked))
    if not claims:
        named = " ".join(_ASKING.sub(" ", fold(asked)).split())
        return None if session.thread.product or len(named) > _SHORTEST_NAME else ask_for_photo(session)
    nameless = all(not _names(each) for each in claims) and session.thread.product
    spoken = await context.products([session.thread.product]) if nameless else []
    found = await _check(claims, spoken[:1], [each.id for each in spoken], context=context)
    return _tell(found, context=context, session=session)


def _claims_in(told: str) -> Sequence[StarClaim]:
    """The stars that *told* speaks of, also where it names of what at its end: "… có đúng không: trà hoa cúc"."""
    tail = _TAIL.search(without_marks(told))
    if tail is None:
        return label_words.read_claims([f"OCOP {told}"])
    claims = label_words.read_claims([f"OCOP {told[: tail.start()]}"])
    behind = told[tail.start() :].partition(":")[2].strip()
    return tuple(replace(each, around=behind) for each in claims) if behind else claims


async def check_photos(photos: tuple[Photo, ...], *, context: Context, session: Session) -> Reply:
    """Check every star that can be read on *photos*; their codes say which product it is, or else their words do.

    Nothing of an identity card is looked at. Raises BadImage where none can be opened.
    """
    checked: list[CheckedClaim] = []
    shown: list[Product] = []
    for photo in photos[:MOST_PHOTOS]:
        sight = await read_photo(photo.image, context=context)
        words = await read_words(photo, context=context) if context.reads_words else LabelWords()
        if words.citizen or lead(sight.codes).personal:
            return Reply(explain_code.explain(CitizenId(), session.say), wants=Want.PHOTO)
        products, likely = await _shown_on(words, context=context)
        products = list(sight.products) or products
        claimed = (*words.claims, *label_words.read_claims(photo.caption.splitlines()))
        # A page of many products: what it claims of those that we do not know is not laid on the one that we do.
        known = products[:1] if sight.products or len(claimed) == 1 else []
        checked += await _check(claimed, known, [*(each.id for each in products), *likely], context=context)
        shown += products
    if checked:
        return _tell(checked, context=context, session=session)
    return _nothing_claimed(shown, context=context, session=session)


async def _shown_on(words: LabelWords, *, context: Context) -> tuple[list[Product], tuple[str, ...]]:
    """The product that the words of a label say for sure, if they do, and the ids of those that they may mean."""
    if numbered := await by_number(words, context=context):
        return numbered, ()
    matched = await asyncio.to_thread(label_words.match, words, context.index())
    sure = matched.strength is Strength.STRONG
    return (await context.store.products(matched.ids) if sure else []), tuple(matched.ids)


async def _check(
    claims: Sequence[StarClaim], known: Sequence[Product], likely: Sequence[str], *, context: Context
) -> list[CheckedClaim]:
    """Each claim with the product that its own words name, or else the one that is *known*.

    Of several with the same name the first one that is *likely*, by its id.
    """
    found = []
    for claim in claims[:_MOST]:
        named = await _named(claim, context=context)
        same = [each for key in likely for each in named if each.id == key]
        meant = same[:1] or named or list(known)
        if len(meant) > 1:
            found.append(CheckedClaim(claim.stars, meant[0].name, None, tuple(meant)))
        else:
            product = meant[0] if meant else None
            found.append(CheckedClaim(claim.stars, product.name if product else claim.around, product))
    return list({(each.stars, each.name): each for each in found}.values())


async def _named(claim: StarClaim, *, context: Context) -> list[Product]:
    """The products that the words beside *claim* name equally well; none where they name none for sure."""
    query = clean(claim.around)
    found = context.find(query, limit=_MOST) if _names(claim) else None
    if found is None or found.band is not Band.ANSWER or not found.hits:
        return []
    return await context.products([each.id for each in tied_hits(found.hits, query)])


def _names(claim: StarClaim) -> bool:
    """True where what stands beside *claim* may be a name."""
    return len("".join(_ASKING.sub(" ", fold(claim.around)).split())) > _SHORTEST_NAME


def _nothing_claimed(shown: Sequence[Product], *, context: Context, session: Session) -> Reply:
    say = session.say
    if not shown:
        text = say("I could not read which product it is and how many stars it claims. Type it as it is written there.")
        return Reply(text, wants=Want.TEXT, then=Action(Verb.CLAIM), language=say.language)
    text = say("I could not read how many stars are claimed. What the certificate says:")
    drawn = tuple(cards.short(each, view(context, session)) for each in shown[:_MOST])
    return Reply(text, cards=drawn, language=say.language)


def _tell(checked: Sequence[CheckedClaim], *, context: Context, session: Session) -> Reply:
    """A verdict for each claim, the products, and a button to report what is claimed and not so."""
    say, today = session.say, context.today()
    products = {each.product.id: each.product for each in checked if each.product is not None}
    products |= {product.id: product for each in checked for product in each.several}
    lines = [_line(each, passport.of(each.product.certificates, today), say) for each in checked if each.product]
    lines += [_unknown_line(each, say) for each in checked if each.product is None]
    choices = tuple(_reports([each for each in checked if each.product], context=context, say=say))
    if choices:
        lines.append(say("If it is offered so, you can tell the officer: it becomes a case with a number."))
    drawn = tuple(cards.short(each, view(context, session)) for each in list(products.values())[:_MOST])
    return Reply("\n".join(lines), cards=drawn, choices=choices, language=say.language)


def _line(claim: CheckedClaim, held: Passport, say: Speech) -> str:
    """The verdict on one claim."""
    told = {"product": claim.name, "claimed": say.count("{number} star", "{number} stars", claim.stars)}
    certified = say.count("{number} star", "{number} stars", held.stars or 0)
    in_words = verdict.in_words(held, say)
    if held.standing in IN_FORCE and claim.stars == held.stars:
        return say("✓ True: {product} has {claimed} of OCOP. {verdict}", verdict=in_words, **told)
    if held.standing in IN_FORCE and claim.stars > (held.stars or 0):
        return say(
            "✕ More than certified: {claimed} are claimed for {product}, its certificate has {certified}. {verdict}",
            certified=certified, verdict=in_words, **told,
        )  # fmt: skip
    if held.standing in IN_FORCE:
        return say(
            "! Less than certified: {claimed} are claimed for {product}, its certificate has {certified}. {verdict}",
            certified=certified, verdict=in_words, **told,
        )  # fmt: skip
    if held.standing in _WRONG:
        return say("✕ Not in force any more: {claimed} are claimed for {product}. {verdict}", verdict=in_words, **told)
    return say("? Not sure: {claimed} are claimed for {product}. {verdict}", verdict=in_words, **told)


def _unknown_line(claim: CheckedClaim, say: Speech) -> str:
    stars = say.count("{number} star", "{number} stars", claim.stars)
    if claim.several:
        return say(
            "? Several products are called “{product}”. Which one claims {claimed}?", product=claim.name, claimed=stars
        )
    if not claim.name:
        return say("? {claimed} are claimed; I could not read for which product.", claimed=stars)
    return say(
        "? Not found: the catalogue has no “{product}” for which {claimed} are claimed. That does not mean that it is "
        "a fake: ask to see the certificate.",
        product=claim.name[:80], claimed=stars,
    )  # fmt: skip


def is_false(stars: int, held: Passport) -> bool:
    """True where nobody may claim so many *stars*: more than certified, or of a certificate that counts no more."""
    return held.standing in _WRONG and (held.standing not in IN_FORCE or stars > (held.stars or 0))


def _reports(checked: Sequence[CheckedClaim], *, context: Context, say: Speech) -> Iterator[Choice]:
    for each in checked:
        product = each.product
        if product is not None and is_false(each.stars, passport.of(product.certificates, context.today())):
            yield Choice(
                say("Report the claim: {product}", product=product.name),
                Action(Verb.CLAIM, f"{product.ref} {each.stars}"),
            )
