"""A product's card to send on: as a picture with the day on which it was true, and as a link with a preview."""

from collections.abc import Sequence
from urllib.parse import quote

from catalog import passport
from catalog.card_picture import ColumnWords, ComparisonWords, Light, PictureForm, PictureWords, can_show
from catalog.dates import PartialDate
from catalog.model import Product
from catalog.passport import IN_FORCE, Standing
from handlers import verdict
from handlers.actions import Action, Verb
from handlers.card_facts import View, facts_of
from handlers.links import page_url
from handlers.messages import Card, Choice, Reply
from handlers.phrases import FIRST, SOURCE, Speech, speech

_LIGHTS = {
    Standing.VALID: Light.GOOD,
    Standing.ENDING: Light.UNSURE,
    Standing.UNCERTAIN: Light.UNSURE,
    Standing.PRESUMED_LAPSED: Light.UNSURE,
    Standing.UNDATED: Light.UNSURE,
    Standing.LAPSED: Light.BAD,
    Standing.ANNULLED: Light.BAD,
    Standing.WITHDRAWN: Light.BAD,
    Standing.UNRATED: Light.NEUTRAL,
    Standing.NONE: Light.NEUTRAL,
}


def state_words(standing: Standing, say: Speech) -> str:
    """How the star stands, in two or three words that are read from afar."""
    return {
        Standing.VALID: say("OCOP star in force"),
        Standing.ENDING: say("OCOP star in force, ending soon"),
        Standing.UNCERTAIN: say("OCOP star: not sure it is still in force"),
        Standing.PRESUMED_LAPSED: say("OCOP star ended, no renewal known"),
        Standing.LAPSED: say("OCOP star LAPSED"),
        Standing.ANNULLED: say("OCOP star ANNULLED"),
        Standing.WITHDRAWN: say("OCOP star WITHDRAWN"),
        Standing.UNDATED: say("OCOP star: its end is not known"),
        Standing.UNRATED: say("In the OCOP programme, star not known"),
        Standing.NONE: say("No OCOP certificate known"),
    }[standing]


def true_on(view: View) -> str:
    """The sentence that says on which day it was true."""
    return view.say("True on {day}", day=view.say.day(PartialDate.of(view.today)))


def picture_words(product: Product, view: View) -> PictureWords:
    """What the picture of *product* says; in English where the shipped letters cannot write the view's language.

    Stars are drawn only while they are in force: any other star may not be printed.
    """
    say = view.say if can_show(true_on(view)) else speech(SOURCE)
    view = View(say, view.today, view.places, view.public_url)
    held = passport.of(product.certificates, view.today)
    host = view.public_url.partition("://")[2]
    return PictureWords(
        state=state_words(held.standing, say),
        light=_LIGHTS[held.standing],
        name=product.name,
        stars=held.stars if held.standing in IN_FORCE else None,
        verdict=verdict.in_words(held, say),
        producer=" — ".join(filter(None, (product.producer.name, product.producer.commune))),
        true_on=" · ".join(filter(None, (true_on(view), "Hỏi OCOP", host))),
        caption=say("Scan for what is true today") if host else "",
        url=page_url(view.public_url, product, language=say.language) if host else "",
    )


def picture_address(public_url: str, product: Product, view: View, form: PictureForm) -> str:
    """Where the picture of *product* is; the day is in it, so that nobody keeps showing an old one for a new day."""
    spoken = "" if view.say.language == FIRST else f"&lang={view.say.language}"
    shape = "" if form is PictureForm.WIDE else f"&form={form}"
    return f"{public_url}/p/{quote(product.ref, safe='~')}/card.png?day={view.today}{shape}{spoken}"


def share(product: Product, view: View) -> Reply:
    """What to send on: the picture, the link, and where it can be sent with one tap."""
    say, url = view.say, page_url(view.public_url, product, language=view.say.language)
    held = passport.of(product.certificates, view.today)
    told = f"{product.name}: {state_words(held.standing, say)}. {verdict.in_words(held, say)} ({true_on(view)})"
    card = Card(
        product.name,
        subtitle=product.producer.name,
        standing=held.standing,
        verdict=verdict.in_words(held, say),
        picture=picture_address(view.public_url, product, view, PictureForm.WIDE),
        url=url,
        choices=(Choice(say("See"), Action(Verb.PRODUCT, product.ref)),),
    )
    if not view.public_url:
        text = say("Send this picture on. {true_on}.", true_on=true_on(view))
        return Reply(text, cards=(card,), language=say.language)
    text = say("Send this picture or this link on: {url}", url=url)
    there, words = quote(url, safe=""), quote(told, safe="")
    choices = (
        Choice(say("Open or copy the link"), url=url),
        Choice("Telegram", url=f"https://t.me/share/url?url={there}&text={words}"),
        Choice("Facebook", url=f"https://www.facebook.com/sharer/sharer.php?u={there}"),
    )
    return Reply(f"{text}\n{true_on(view)}.", cards=(card,), choices=choices, language=say.language)


def comparison_words(products: Sequence[Product], kilometres: Sequence[str], view: View) -> ComparisonWords:
    """What the picture of *products* side by side says; *kilometres* is how far each is, "" where that is not known."""
    say = view.say if can_show(true_on(view)) else speech(SOURCE)
    view = View(say, view.today, view.places, view.public_url)
    host = view.public_url.partition("://")[2]
    away = list(kilometres) if len(kilometres) == len(products) else [""] * len(products)
    columns = tuple(_column(product, far, view) for product, far in zip(products, away, strict=True))
    return ComparisonWords(say("Side by side"), columns, " · ".join(filter(None, (true_on(view), "Hỏi OCOP", host))))


def _column(product: Product, far: str, view: View) -> ColumnWords:
    say, held = view.say, passport.of(product.certificates, view.today)
    facts = [
        (say("Price"), known_value("price", product, view) or say("not known")),
        (say("In season"), known_value("season", product, view) or say("not known")),
        (say("Producer"), " — ".join(filter(None, (product.producer.name, product.producer.commune)))),
    ]
    if far:
        facts.append((say("Distance"), say("about {number} km", number=far)))
    stars = held.stars if held.standing in IN_FORCE else None
    return ColumnWords(product.name, stars, _LIGHTS[held.standing], verdict.in_words(held, say), tuple(facts))


def known_value(name: str, product: Product, view: View) -> str:
    """What is known of the field *name*, a price with its day; "" for nothing."""
    facts, _ = facts_of(product, name, view)
    return ", ".join(fact.value for fact in facts)


def compare(products: Sequence[Product], kilometres: Sequence[str], view: View) -> Reply:
    """*products* side by side as a picture."""
    say, refs = view.say, ",".join(quote(product.ref, safe="~") for product in products)
    spoken = "" if say.language == FIRST else f"&lang={say.language}"
    far = f"&km={','.join(kilometres)}" if all(kilometres) else ""
    names = ", ".join(product.name for product in products)
    address = f"{view.public_url}/compare.png?of={refs}&day={view.today}{far}{spoken}"
    text = say("Side by side: {names}. {true_on}.", names=names, true_on=true_on(view))
    card = Card(say("Side by side"), subtitle=names, verdict=true_on(view), picture=address)
    opens = [Choice(product.name, Action(Verb.PRODUCT, product.ref)) for product in products]
    return Reply(text, cards=(card,), choices=tuple(opens), language=say.language)
