"""How a product looks: the whole passport, and the short card of a list."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TypedDict

from catalog import passport
from catalog.certificate_term import Term
from catalog.field import Home
from catalog.model import CertificateEvent, Lot, Product
from catalog.passport import Passport, Standing
from catalog.recalls import Concern, Package, Recall
from handlers import answer_habits, recalls, sale_points, verdict
from handlers.actions import Action, Verb
from handlers.card_facts import View, end_by_decision, home_facts, star_words
from handlers.citations import Sources
from handlers.links import page_url, phone_links, picture_url, web_link
from handlers.messages import Card, Choice, Fact, Section, Style
from handlers.phrases import Speech

_MOST_SOLD_AT = 3
ALL = "all"
"""Behind a product's ref in an action: all of its card, with nothing folded."""


def whole(
    product: Product, view: View, *, lot: Lot | None = None, printed: Lot | None = None, folds: bool = True
) -> Card:
    """The passport of *product*, with what the code said of this very *lot*.

    What is only *printed* on the package or told of it is asked for where it is called back, and shown by others. It
    opens with the verdict, the producer and how to call them, and *folds* what else is known.
    """
    say, marks = view.say, Sources()
    held = passport.of(product.certificates, view.today)
    package = (lot or printed or Lot()).package
    recall = tuple(_recall_sections(product, package, view))
    certificate = Section(say("OCOP certificate"), _certificate_facts(product, held, view, marks))
    maker = home_facts(Home.PRODUCER, product, held, view, marks)
    calls = tuple(fact for fact in maker if fact.known and fact.label == say("Phone"))
    others = (*(fact for fact in maker if fact not in calls), *_answering_facts(product, view))
    sold = tuple(_sold_facts(product, view, marks))
    of_product = home_facts(Home.PRODUCT, product, held, view, marks)
    open_ones = [Section("", calls), *recall, *([_lot_section(lot, view)] if lot is not None else [])]
    more = [
        certificate,
        Section(say("Producer"), others),
        # Where it is sold is known then, if no list says so.
        Section(say("Product"), _without_buy(of_product, say) if sold else of_product),
        Section(say("Points of sale"), sold),
        *([_history_section(held, say, marks)] if held.earlier else []),
        _decisions_section(product, say, marks),
    ]
    sections = [*open_ones, *(replace(each, folds=folds) for each in more)]
    return Card(
        title=product.name,
        product=product.id,
        subtitle=product.producer.name,
        stars=held.stars,
        **_verdict(product, held, package, view),
        sections=tuple(_gather_unknown(sections, say)),
        sources=marks.lines(say),
        note=say("Being in the catalogue does not prove that the item in your hand is genuine."),
        picture=picture_url(view.public_url, product),
        url=page_url(view.public_url, product, language=view.say.language),
        choices=(*_choices(product, say, sold=bool(sold)), *(_unfold(product, say) if folds else ())),
    )


def _unfold(product: Product, say: Speech) -> Iterator[Choice]:
    yield Choice(say("See all of it"), Action(Verb.PRODUCT, f"{product.ref} {ALL}"), style=Style.UNFOLD)


def _without_buy(facts: Sequence[Fact], say: Speech) -> tuple[Fact, ...]:
    return tuple(each for each in facts if each.known or each.label != say("Where to buy"))


def _sold_facts(product: Product, view: View, marks: Sources) -> Iterator[Fact]:
    """Where it is sold: a few of the shops, and how many more there are."""
    say, points = view.say, view.sold.selling(product)
    for each in points[:_MOST_SOLD_AT]:
        link = sale_points.link(each, view.places, say)
        stale = each.is_stale(view.today)
        told = sale_points.facts(each, view.places, say, stale=stale)
        links = (link,) if link else ()
        yield Fact(each.name, told, links=links, sources=marks.mark(sale_points.source(each)))
    more = len(points) - _MOST_SOLD_AT
    if more > 0:
        yield Fact(say("More"), say.count("{number} more place", "{number} more places", more))


def within_sentence(label: str) -> str:
    """*label* as it stands inside a sentence; OCOP stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _gather_unknown(sections: Sequence[Section], say: Speech) -> Iterator[Section]:
    """*sections* with what is known; all that is not stands in one line at the end."""
    for section in sections:
        known = tuple(fact for fact in section.facts if fact.known)
        if known:
            yield replace(section, facts=known)
    labels = dict.fromkeys(fact.label for section in sections for fact in section.facts if not fact.known)
    if labels:
        words = ", ".join(map(within_sentence, labels))
        yield Section("", (Fact(say("Not known yet"), words, known=False),), folds=sections[-1].folds)


def short(product: Product, view: View) -> Card:
    """*product* as one of several: what tells it apart, and a button that opens it."""
    held = passport.of(product.certificates, view.today)
    where = " — ".join(filter(None, (product.producer.name, product.producer.commune)))
    return Card(
        title=product.name,
        subtitle=where,
        stars=held.stars,
        **_verdict(product, held, Package(), view),
        picture=picture_url(view.public_url, product),
        url=page_url(view.public_url, product, language=view.say.language),
        choices=(Choice(view.say("See"), Action(Verb.PRODUCT, product.ref), style=Style.MAIN),),
    )


class _Verdict(TypedDict):
    verdict: str
    standing: Standing


def _verdict(product: Product, held: Passport, package: Package, view: View) -> _Verdict:
    """The line that matters: while packages are called back, and it is not known that this is none, that first."""
    said = verdict.in_short(held, view.say)
    for recall in _in_force(product, view):
        concern = recall.scope.concerns(package)
        if concern is not Concern.NO:
            line = recalls.card_line(recall, concern, view.say)
            return {"verdict": f"{line} {said}", "standing": Standing.WITHDRAWN}
    return {"verdict": said, "standing": held.standing}


def _in_force(product: Product, view: View) -> list[Recall]:
    return [each for each in product.recalls if each.is_in_force(view.today)]


def _recall_sections(product: Product, package: Package, view: View) -> Iterator[Section]:
    facts: list[Fact] = []
    for recall in _in_force(product, view):
        facts += recalls.card_facts(recall, recall.scope.concerns(package), view.say)
    if facts:
        yield Section(recalls.heading(view.say), tuple(facts))


def _certificate_facts(product: Product, held: Passport, view: View, marks: Sources) -> tuple[Fact, ...]:
    if held.current is None:
        return (Fact(view.say("OCOP certificate"), view.say("none is known"), known=False),)
    facts = home_facts(Home.CERTIFICATE, product, held, view, marks)
    told = verdict.in_words(held, view.say)
    return facts if told == verdict.in_short(held, view.say) else (*facts, Fact(view.say("Validity"), told))


def _answering_facts(product: Product, view: View) -> Iterator[Fact]:
    """How soon its producer usually answers; nothing where that is not known from enough people."""
    usual = answer_habits.usual_words(view.usual.get(product.producer.id), view.say)
    if usual:
        yield Fact(view.say("When you ask"), usual)


def package_heading(say: Speech) -> str:
    """What stands over what a code says of the very package."""
    return say("On this package, as its code says")


def _lot_section(lot: Lot, view: View) -> Section:
    say = view.say
    over = lot.expires is not None and lot.expires.latest < view.today
    expires = say.day(lot.expires) if lot.expires else ""
    rows = (
        (say("Lot"), lot.number),
        (say("Serial number"), lot.serial),
        (say("Made on"), say.day(lot.made) if lot.made else ""),
        (say("Use by"), say("{day} — this date has passed", day=expires) if over else expires),
        (say("Best before"), say.day(lot.best_before) if lot.best_before else ""),
    )
    return Section(package_heading(say), tuple(Fact(label, value) for label, value in rows if value))


def _history_section(held: Passport, say: Speech, marks: Sources) -> Section:
    return Section(say("Earlier certificates"), tuple(_history_fact(term, say, marks) for term in held.earlier))


def _history_fact(term: Term, say: Speech, marks: Sources) -> Fact:
    certificate = term.certificate
    stars = star_words(certificate, say) or say("star unknown")
    from_day = say.day(certificate.decided) if certificate.decided else say("unknown day")
    until = _end_in_words(term, say)
    period = say("{start} to {end}", start=from_day, end=until)
    return Fact(stars, " · ".join(filter(None, (period, certificate.decision))), sources=marks.mark(certificate.source))


def _end_in_words(term: Term, say: Speech) -> str:
    """When an earlier certificate ended: by the calendar, or by a decision before that."""
    begins = term.ended_by.begins if term.ended_by else None
    if term.ended_by is not None and begins and (term.ends is None or begins.earliest <= term.ends.latest):
        return end_by_decision(term.ended_by, say)
    return say.day(term.ends) if term.ends else say("unknown day")


def _decisions_section(product: Product, say: Speech, marks: Sources) -> Section:
    """What was decided about any of its certificates, in the order of the days."""
    events = [event for each in product.certificates for event in each.events]
    events.sort(key=lambda event: event.begins.earliest if event.begins else date.min)
    return Section(say("Decisions about the certificate"), tuple(_decision_fact(each, say, marks) for each in events))


def _decision_fact(event: CertificateEvent, say: Speech, marks: Sources) -> Fact:
    decided = say.day(event.decided) if event.decided else ""
    begins = say.day(event.effective) if event.effective else ""
    told = (
        say("decision {number}", number=event.decision) if event.decision else "",
        say("of {day}", day=decided) if decided else "",
        event.issuer,
        say("in effect from {day} on", day=begins) if begins and begins != decided else "",
        verdict.reason_words(event, say),
    )
    label = verdict.kind_words(event.kind, say)
    value = " · ".join(filter(None, told)) or say("nothing more is known")
    return Fact(label[:1].upper() + label[1:], value, sources=marks.mark(event.source))


def _choices(product: Product, say: Speech, *, sold: bool) -> Iterator[Choice]:
    yield Choice(say("Ask the producer"), Action(Verb.ASK, product.ref), style=Style.MAIN)
    for link in phone_links(product.producer.phones)[:1]:
        yield Choice(say("Call {phone}", phone=link.label), url=link.url)
    for link in web_link(product.producer.website):
        yield Choice(say("Open the website"), url=link.url)
    if sold:
        yield Choice(say("Buy near me"), Action(Verb.SHOP, f"near {product.ref}"))
    yield Choice(say("More from this producer"), Action(Verb.MAKER, product.ref))
    yield Choice(say("Follow"), Action(Verb.FOLLOW, f"p {product.ref}"))
    yield Choice(say("Wrong product?"), Action(Verb.NOT_THIS, product.ref))
    yield Choice(say("Share"), Action(Verb.SHARE, product.ref))
