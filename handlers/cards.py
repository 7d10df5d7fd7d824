"""How a product looks: the whole passport, and the short card of a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog import passport
from catalog.certificate_term import Term
from catalog.dates import PartialDate
from catalog.model import Certificate, Lot, Producer, ProducerKind, Product
from catalog.passport import IN_FORCE, Passport, Standing
from catalog.places import Places
from handlers.actions import Action, Verb
from handlers.addresses import since_july_2025
from handlers.citing import Sources, Topic
from handlers.links import mail_link, page_url, phone_links, picture_url, web_link
from handlers.messages import Card, Choice, Fact, Link, Section, Style
from handlers.phrases import Speech


@dataclass(frozen=True, slots=True)
class View:
    """How a card is to be drawn: in which language, on which day, with which addresses."""

    say: Speech
    today: date
    places: Places
    public_url: str = ""


def whole(product: Product, view: View, *, lot: Lot | None = None) -> Card:
    """The passport of *product*, with what the code said of this very *lot*."""
    say, marks = view.say, Sources()
    held = passport.of(product.certificates, view.today)
    sections = [_certificate_section(held, say, marks)]
    if lot is not None:
        sections.append(_lot_section(lot, view))
    sections.append(_producer_section(product.producer, view, marks))
    sections.append(_product_section(product, say, marks))
    if held.earlier:
        sections.append(_history_section(held, say, marks))
    return Card(
        title=product.name,
        product=product.id,
        subtitle=product.producer.name,
        stars=held.stars,
        standing=held.standing,
        verdict=verdict(held, say),
        sections=tuple(section for section in sections if section.facts),
        sources=marks.lines(say),
        note=say("Being in the catalogue does not prove that the item in your hand is genuine."),
        picture=picture_url(view.public_url, product),
        url=page_url(view.public_url, product, language=view.say.language),
        choices=tuple(_choices(product, say)),
    )


def short(product: Product, view: View) -> Card:
    """*product* as one of several: what tells it apart, and a button that opens it."""
    held = passport.of(product.certificates, view.today)
    where = " — ".join(filter(None, (product.producer.name, product.producer.commune)))
    return Card(
        title=product.name,
        subtitle=where,
        stars=held.stars,
        standing=held.standing,
        verdict=verdict(held, view.say),
        picture=picture_url(view.public_url, product),
        url=page_url(view.public_url, product, language=view.say.language),
        choices=(Choice(view.say("See"), Action(Verb.PRODUCT, product.ref), style=Style.MAIN),),
    )


def verdict(held: Passport, say: Speech) -> str:
    """The one line that matters: is the star in force, until when, or since when not."""
    current = held.current
    if current is None:
        return say("No OCOP certificate is known for this product.")
    if held.standing is Standing.UNRATED:
        return say("It is in the OCOP programme; no source tells its star.")
    if current.ends is None:
        return say("We do not know until when the star is valid.")
    if held.standing in IN_FORCE:
        return _in_force(held.standing, current, current.ends, say)
    return _not_in_force(held, current.ends, say)


def _not_in_force(held: Passport, ends: PartialDate, say: Speech) -> str:
    if held.standing is Standing.LAPSED:
        return say("Lapsed since {day}. Ask the producer whether it was recognised again.", day=ends.vietnamese_text())
    if held.standing is Standing.PRESUMED_LAPSED:
        return _presumed_lapsed(ends, held.known_as_of, say)
    start, end = (PartialDate.of(each).vietnamese_text() for each in (ends.earliest, ends.latest))
    return say("Ends some time between {start} and {end}: no source gives the day.", start=start, end=end)


def _presumed_lapsed(ends: PartialDate, known_as_of: PartialDate | None, say: Speech) -> str:
    text = say("The certificate we know of ended {when}; we have no news that it was renewed", when=when(ends, say))
    if known_as_of is None:
        return f"{text}."
    day = known_as_of.vietnamese_text()
    return f"{text} " + (
        say("(source as of {day}).", day=day) if known_as_of.exact else say("(source of {day}).", day=day)
    )


def _in_force(standing: Standing, current: Term, ends: PartialDate, say: Speech) -> str:
    if current.days_left is None:
        if standing is Standing.ENDING:
            return say("Ending soon: it ends {when}", when=when(ends, say))
        return say("Valid; it ends {when}", when=when(ends, say))
    day, left = ends.vietnamese_text(), say.count("{number} day left", "{number} days left", current.days_left)
    if standing is Standing.ENDING:
        return say("Ending soon: valid until {day} ({left})", day=day, left=left)
    return say("Valid until {day} ({left})", day=day, left=left)


def when(day: PartialDate, say: Speech) -> str:
    """*day* in words, as exactly as it is known: "ngày 31/08/2024", "tháng 08/2024", "năm 2024"."""
    if day.exact:
        return say("on {day}", day=day.vietnamese_text())
    return (
        say("in the month {day}", day=day.vietnamese_text())
        if day.month
        else say("in the year {day}", day=day.vietnamese_text())
    )


def kind_name(kind: ProducerKind, say: Speech) -> str:
    """The kind of a producer in words; "" when no source tells."""
    return {
        ProducerKind.COOPERATIVE: say("Co-operative"),
        ProducerKind.COMPANY: say("Company"),
        ProducerKind.GROUP: say("Co-operative group"),
        ProducerKind.HOUSEHOLD: say("Household business"),
        ProducerKind.UNKNOWN: "",
    }[kind]


def star_words(certificate: Certificate, say: Speech) -> str:
    """Say "4 sao" or "4 sao (tiềm năng 5 sao)"; "" when no star is known."""
    if certificate.stars is None:
        return ""
    stars = say.count("{number} star", "{number} stars", certificate.stars)
    return say("{stars} (potential 5 stars)", stars=stars) if certificate.potential_five else stars


def _certificate_section(held: Passport, say: Speech, marks: Sources) -> Section:
    if held.current is None:
        unknown = _fact(say("OCOP certificate"), say("none is known"), known=False)
        return Section(say("OCOP certificate"), (unknown,))
    return Section(say("OCOP certificate"), tuple(_term_facts(held.current, say, marks)))


def _term_facts(term: Term, say: Speech, marks: Sources) -> Iterator[Fact]:
    certificate = term.certificate
    source = marks.mark(certificate.source)
    rows = (
        (say("Rank"), star_words(certificate, say)),
        (say("Certificate number"), certificate.number),
        (say("Decision"), certificate.decision),
        (say("Issued by"), certificate.issuer),
        (say("Date of decision"), certificate.decided.vietnamese_text() if certificate.decided else ""),
    )
    for label, value in rows:
        yield _maybe(label, value, say, sources=source if value else ())
    yield _maybe(say("Valid until"), _end(term, say), say, sources=() if term.computed else source)
    if certificate.score is not None:
        yield _fact(say("Score"), say("{score} of 100", score=_decimal(certificate.score, say)), sources=source)


def _decimal(number: float, say: Speech) -> str:
    return f"{number:g}".replace(".", "," if say.language == "vi" else ".")


def _end(term: Term, say: Speech) -> str:
    if term.ends is None:
        return ""
    if term.computed:
        return say("{day} (36 months from the decision, as the rules say)", day=term.ends.vietnamese_text())
    return term.ends.vietnamese_text()


def _producer_section(producer: Producer, view: View, marks: Sources) -> Section:
    say, facts = view.say, producer.facts
    address = ", ".join(filter(None, (producer.address, _missing_commune(producer))))
    name = " — ".join(filter(None, (producer.name, kind_name(producer.kind, say))))
    phones = phone_links(producer.phones)
    rows = (
        _fact(say("Producer"), name, sources=marks.mark(facts.get("name"), Topic.MAKER)),
        _maybe(
            say("Address as printed"),
            address,
            say,
            sources=marks.mark(facts.get("address") or facts.get("commune"), Topic.ADDRESS),
        ),
        _maybe(say("Address since 1 July 2025"), since_july_2025(producer, view.places, say), say),
        _maybe(
            say("Phone"),
            ", ".join(link.label for link in phones),
            say,
            links=phones,
            sources=marks.mark(facts.get("phones"), Topic.PHONE),
        ),
        *_optional(say("E-mail"), mail_link(producer.email), marks.mark(facts.get("email"))),
        _maybe(
            say("Website"),
            producer.website,
            say,
            links=web_link(producer.website),
            sources=marks.mark(facts.get("website")),
        ),
    )
    return Section(say("Producer"), rows)


def _missing_commune(producer: Producer) -> str:
    return "" if producer.commune.casefold() in producer.address.casefold() else producer.commune


def _product_section(product: Product, say: Speech, marks: Sources) -> Section:
    facts = product.facts
    rows = [
        _maybe(say("Where to buy"), product.buy, say, sources=marks.mark(facts.get("buy"))),
        _maybe(say("Product group"), product.group, say, sources=marks.mark(facts.get("group"), Topic.GROUP)),
    ]
    if product.aliases:
        rows.append(_fact(say("Other names"), ", ".join(product.aliases), sources=marks.mark(facts.get("aliases"))))
    if product.gtins:
        rows.append(_fact(say("Barcode number (GTIN)"), ", ".join(product.gtins)))
    return Section(say("Product"), tuple(rows))


def _lot_section(lot: Lot, view: View) -> Section:
    say = view.say
    over = lot.expires is not None and lot.expires.latest < view.today
    expires = lot.expires.vietnamese_text() if lot.expires else ""
    rows = (
        (say("Lot"), lot.number),
        (say("Serial number"), lot.serial),
        (say("Made on"), lot.made.vietnamese_text() if lot.made else ""),
        (say("Use by"), say("{day} — this date has passed", day=expires) if over else expires),
        (say("Best before"), lot.best_before.vietnamese_text() if lot.best_before else ""),
    )
    return Section(
        say("On this package, as its code says"), tuple(_fact(label, value) for label, value in rows if value)
    )


def _history_section(held: Passport, say: Speech, marks: Sources) -> Section:
    return Section(say("Earlier certificates"), tuple(_history_fact(term, say, marks) for term in held.earlier))


def _history_fact(term: Term, say: Speech, marks: Sources) -> Fact:
    certificate = term.certificate
    stars = star_words(certificate, say) or say("star unknown")
    from_day = certificate.decided.vietnamese_text() if certificate.decided else say("unknown day")
    until = term.ends.vietnamese_text() if term.ends else say("unknown day")
    period = say("{start} to {end}", start=from_day, end=until)
    return _fact(
        stars, " · ".join(filter(None, (period, certificate.decision))), sources=marks.mark(certificate.source)
    )


def _choices(product: Product, say: Speech) -> Iterator[Choice]:
    yield Choice(say("Ask the producer"), Action(Verb.ASK, product.ref), style=Style.MAIN)
    for link in phone_links(product.producer.phones)[:1]:
        yield Choice(say("Call {phone}", phone=link.label), url=link.url)
    for link in web_link(product.producer.website):
        yield Choice(say("Open the website"), url=link.url)
    yield Choice(say("More from this producer"), Action(Verb.MAKER, product.ref))
    yield Choice(say("Wrong product?"), Action(Verb.NOT_THIS, product.ref))


def _fact(
    label: str, value: str, *, links: tuple[Link, ...] = (), sources: tuple[int, ...] = (), known: bool = True
) -> Fact:
    return Fact(label, value, links=links, sources=sources, known=known)


def _maybe(label: str, value: str, say: Speech, **more: Any) -> Fact:
    return _fact(label, value, **more) if value else _fact(label, say("not known"), known=False)


def _optional(label: str, links: tuple[Link, ...], sources: tuple[int, ...]) -> Iterator[Fact]:
    for link in links:
        yield _fact(label, link.label, links=(link,), sources=sources)
