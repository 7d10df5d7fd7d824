"""How a product looks: the whole passport, and the short card of a list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict, assert_never

from babel import localedata
from babel.numbers import get_decimal_symbol

from catalog import certificate_term, passport
from catalog.cells.prices import part_day
from catalog.cells.seasons import YEAR, months_in
from catalog.certificate_term import Term
from catalog.field import CardLine, Field, Home, LineStyle
from catalog.fields import BY_NAME, card_lines
from catalog.model import Certificate, CertificateEvent, Lot, Producer, ProducerKind, Product, Source
from catalog.passport import Passport, Standing
from catalog.places import Places
from catalog.recalls import Concern, Package, Recall
from catalog.sale_points import SalePoints
from handlers import answer_habits, recalls, sale_points, verdict
from handlers.actions import Action, Verb
from handlers.citing import Sources
from handlers.links import mail_link, page_url, phone_links, picture_url, web_link
from handlers.messages import Card, Choice, Fact, Link, Section, SourceLine, Style
from handlers.phrases import Speech

_MOST_SOLD_AT = 3


@dataclass(frozen=True, slots=True)
class View:
    """How a card is to be drawn: in which language, on which day, with which addresses.

    *usual* is within how many seconds producers (by id) usually answer, where that may be told. *sold* is where
    products are sold.
    """

    say: Speech
    today: date
    places: Places
    public_url: str = ""
    usual: Mapping[str, float] = field(default_factory=dict)
    sold: SalePoints = field(default_factory=SalePoints)


def whole(product: Product, view: View, *, lot: Lot | None = None, printed: Lot | None = None) -> Card:
    """The passport of *product*, with what the code said of this very *lot*.

    What is only *printed* on the package or told of it is asked for where it is called back, and shown by others.
    """
    say, marks = view.say, Sources()
    held = passport.of(product.certificates, view.today)
    package = (lot or printed or Lot()).package
    sections = [
        *_recall_sections(product, package, view),
        Section(say("OCOP certificate"), _certificate_facts(product, held, view, marks)),
    ]
    if lot is not None:
        sections.append(_lot_section(lot, view))
    maker = (*_facts(Home.PRODUCER, product, held, view, marks), *_answering_facts(product, view))
    sections.append(Section(say("Producer"), maker))
    sold = tuple(_sold_facts(product, view, marks))
    of_product = _facts(Home.PRODUCT, product, held, view, marks)
    # Where it is sold is known then, if no list says so.
    sections.append(Section(say("Product"), _without_buy(of_product, say) if sold else of_product))
    sections.append(Section(say("Points of sale"), sold))
    if held.earlier:
        sections.append(_history_section(held, say, marks))
    sections.append(_decisions_section(product, say, marks))
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
        choices=tuple(_choices(product, say, sold=bool(sold))),
    )


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
        yield _fact(each.name, told, links=links, sources=marks.mark(sale_points.source(each)))
    more = len(points) - _MOST_SOLD_AT
    if more > 0:
        yield _fact(say("More"), say.count("{number} more place", "{number} more places", more))


def within_sentence(label: str) -> str:
    """*label* as it stands inside a sentence; OCOP stays as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _gather_unknown(sections: Sequence[Section], say: Speech) -> Iterator[Section]:
    """*sections* with what is known; all that is not stands in one line at the end."""
    for section in sections:
        known = tuple(fact for fact in section.facts if fact.known)
        if known:
            yield Section(section.heading, known)
    labels = dict.fromkeys(fact.label for section in sections for fact in section.facts if not fact.known)
    if labels:
        words = ", ".join(map(within_sentence, labels))
        yield Section("", (_fact(say("Not known yet"), words, known=False),))


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
    said = verdict.in_words(held, view.say)
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


@dataclass(frozen=True, slots=True)
class _Line:
    """A field on its way to a card, with whose it is and how its sources are numbered."""

    field: Field
    line: CardLine
    product: Product
    held: Passport
    view: View
    marks: Sources

    @property
    def certificate(self) -> Certificate:
        """The one that counts; without any, one of which nothing is known."""
        return self.held.current.certificate if self.held.current else Certificate()

    @property
    def ended_by(self) -> CertificateEvent | None:
        """The decision that took it away."""
        return self.held.current.ended_by if self.held.current else None

    @property
    def value(self) -> Any:
        """What the catalogue holds of it."""
        match self.field.home:
            case Home.PRODUCT:
                return self.field.of(self.product)
            case Home.PRODUCER:
                return self.field.of(self.product.producer)
            case Home.CERTIFICATE:
                return self.field.of(self.certificate)
            case Home.EVENT | Home.LINE:
                return ""
            case _ as never:
                assert_never(never)

    @property
    def source(self) -> Source | None:
        """Who says it; an address without a source stands on its commune's."""
        if self.field.home is Home.CERTIFICATE:
            return self.certificate.source
        facts = (self.product.producer if self.field.home is Home.PRODUCER else self.product).facts
        return facts.get(self.field.column) or (facts.get("commune") if self.field.name == "address" else None)

    def fact(self, text: str, *, links: tuple[Link, ...] = (), sourced: bool = True) -> Iterator[Fact]:
        """The line that says *text*; without any, none, or that it is not known."""
        label = self.view.say.translate(self.line.label)
        if text:
            sources = self.marks.mark(self.source, self.line.topic) if sourced else ()
            yield _fact(label, text, links=links, sources=sources)
        elif self.line.always:
            yield _fact(label, self.view.say("not known"), known=False)


def _show_text(shown: _Line) -> Iterator[Fact]:
    return shown.fact(str(shown.value))


def _show_list(shown: _Line) -> Iterator[Fact]:
    # A name that the product had is told as such, once.
    former = shown.product.details.get("former_name", "").split("; ") if shown.field.name == "aliases" else ()
    return shown.fact(", ".join(each for each in shown.value if each not in former))


def _show_maker(shown: _Line) -> Iterator[Fact]:
    return shown.fact(" — ".join(filter(None, (shown.value, kind_name(shown.product.producer.kind, shown.view.say)))))


def _show_address(shown: _Line) -> Iterator[Fact]:
    """Both addresses: as printed with its commune, and where that is since July 2025."""
    yield from shown.fact(", ".join(filter(None, (shown.value, _missing_commune(shown.product.producer)))))
    say = shown.view.say
    yield _maybe(say("Address since 1 July 2025"), since_july_2025(shown.product.producer, shown.view.places, say), say)


def _show_phones(shown: _Line) -> Iterator[Fact]:
    links = phone_links(shown.value)
    return shown.fact(", ".join(link.label for link in links), links=links)


def _show_mail(shown: _Line) -> Iterator[Fact]:
    for link in mail_link(shown.value):
        yield from shown.fact(link.label, links=(link,))


def _show_web(shown: _Line) -> Iterator[Fact]:
    return shown.fact(shown.value, links=web_link(shown.value))


def _show_stars(shown: _Line) -> Iterator[Fact]:
    say, stars = shown.view.say, star_words(shown.certificate, shown.view.say)
    if stars and shown.ended_by is not None:
        stars = say("{stars} ({what})", stars=stars, what=verdict.kind_words(shown.ended_by.kind, say))
    return shown.fact(stars)


def _show_points(shown: _Line) -> Iterator[Fact]:
    say = shown.view.say
    return shown.fact("" if shown.value is None else say("{score} of 100", score=_decimal(shown.value, say)))


def _show_day(shown: _Line) -> Iterator[Fact]:
    return shown.fact(shown.view.say.day(shown.value) if shown.value else "")


def _show_end(shown: _Line) -> Iterator[Fact]:
    """The day that the certificate names, or the one that we counted: that one has no source.

    Of one that was taken away, the day on which that took effect.
    """
    term, say = certificate_term.term(shown.certificate, shown.view.today), shown.view.say
    if shown.ended_by is not None:
        return shown.fact(_end_by_decision(shown.ended_by, say), sourced=False)
    if not term.computed or term.ends is None:
        return shown.fact(say.day(term.ends) if term.ends else "")
    day = say.day(term.ends)
    return shown.fact(say("{day} (36 months from the decision, as the rules say)", day=day), sourced=False)


def _show_price(shown: _Line) -> Iterator[Fact]:
    """The price with the day that it was asked on: prices change."""
    (prices, day), say = part_day(shown.value), shown.view.say
    if not prices:
        return shown.fact("")
    day = day or (shown.source.as_of if shown.source else None)
    if day is None:
        return shown.fact(say("{price} (no source says when)", price=prices))
    return shown.fact(say("{price} (as of {day})", price=prices, day=say.day(day)))


def _show_months(shown: _Line) -> Iterator[Fact]:
    say, months = shown.view.say, shown.value
    if len(months_in(months)) == YEAR:
        return shown.fact(say("all year round"))
    return shown.fact(say("months {months}", months=months) if months else "")


_SHOW: Mapping[LineStyle, Callable[[_Line], Iterator[Fact]]] = {
    LineStyle.TEXT: _show_text,
    LineStyle.LIST: _show_list,
    LineStyle.MAKER: _show_maker,
    LineStyle.ADDRESS: _show_address,
    LineStyle.PHONES: _show_phones,
    LineStyle.MAIL: _show_mail,
    LineStyle.WEB: _show_web,
    LineStyle.STARS: _show_stars,
    LineStyle.POINTS: _show_points,
    LineStyle.DAY: _show_day,
    LineStyle.END: _show_end,
    LineStyle.PRICE: _show_price,
    LineStyle.MONTHS: _show_months,
}
if missing := set(LineStyle) - set(_SHOW):
    raise TypeError(f"no way to show {missing}")


def _facts(home: Home, product: Product, held: Passport, view: View, marks: Sources) -> tuple[Fact, ...]:
    """The lines of the fields of *home*, in their order."""
    lines = (_Line(field, line, product, held, view, marks) for field, line in card_lines(home))
    return tuple(fact for line in lines for fact in _SHOW[line.line.style](line))


def facts_of(product: Product, name: str, view: View) -> tuple[tuple[Fact, ...], tuple[SourceLine, ...]]:
    """What is known of the field *name*, as on the card, and who says it; nothing where it is not known."""
    field, marks = BY_NAME[name], Sources()
    if field.card is None:
        return (), ()
    line = _Line(field, field.card, product, passport.of(product.certificates, view.today), view, marks)
    facts = tuple(fact for fact in _SHOW[field.card.style](line) if fact.known)
    return facts, marks.lines(view.say)


def _certificate_facts(product: Product, held: Passport, view: View, marks: Sources) -> tuple[Fact, ...]:
    if held.current is None:
        return (_fact(view.say("OCOP certificate"), view.say("none is known"), known=False),)
    return _facts(Home.CERTIFICATE, product, held, view, marks)


def _answering_facts(product: Product, view: View) -> Iterator[Fact]:
    """How soon its producer usually answers; nothing where that is not known from enough people."""
    usual = answer_habits.usual_words(view.usual.get(product.producer.id), view.say)
    if usual:
        yield _fact(view.say("When you ask"), usual)


def _decimal(number: float, say: Speech) -> str:
    """*number* with the decimal mark of the language; a full stop where that is not known."""
    mark = get_decimal_symbol(say.language) if localedata.exists(say.language) else "."
    return f"{number:g}".replace(".", mark)


def _missing_commune(producer: Producer) -> str:
    return "" if producer.commune.casefold() in producer.address.casefold() else producer.commune


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
    return Section(package_heading(say), tuple(_fact(label, value) for label, value in rows if value))


def _history_section(held: Passport, say: Speech, marks: Sources) -> Section:
    return Section(say("Earlier certificates"), tuple(_history_fact(term, say, marks) for term in held.earlier))


def _history_fact(term: Term, say: Speech, marks: Sources) -> Fact:
    certificate = term.certificate
    stars = star_words(certificate, say) or say("star unknown")
    from_day = say.day(certificate.decided) if certificate.decided else say("unknown day")
    until = _end_in_words(term, say)
    period = say("{start} to {end}", start=from_day, end=until)
    return _fact(
        stars, " · ".join(filter(None, (period, certificate.decision))), sources=marks.mark(certificate.source)
    )


def _end_in_words(term: Term, say: Speech) -> str:
    """When an earlier certificate ended: by the calendar, or by a decision before that."""
    begins = term.ended_by.begins if term.ended_by else None
    if term.ended_by is not None and begins and (term.ends is None or begins.earliest <= term.ends.latest):
        return _end_by_decision(term.ended_by, say)
    return say.day(term.ends) if term.ends else say("unknown day")


def _end_by_decision(event: CertificateEvent, say: Speech) -> str:
    what = verdict.kind_words(event.kind, say)
    return say("{day} ({what})", day=say.day(event.begins), what=what) if event.begins else what


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
    return _fact(label[:1].upper() + label[1:], value, sources=marks.mark(event.source))


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


def _fact(
    label: str, value: str, *, links: tuple[Link, ...] = (), sources: tuple[int, ...] = (), known: bool = True
) -> Fact:
    return Fact(label, value, links=links, sources=sources, known=known)


def _maybe(label: str, value: str, say: Speech, **more: Any) -> Fact:
    return _fact(label, value, **more) if value else _fact(label, say("not known"), known=False)


def since_july_2025(producer: Producer, places: Places, say: Speech) -> str:
    """The commune of *producer* since 1 July 2025, or what it may be; "" when the table does not tell."""
    found = places.of_producer(producer)
    if found.new is not None:
        return say("{unit}, {province}", unit=found.new, province=found.new.province)
    if found.candidates:
        return say("one of: {units}", units="; ".join(str(unit) for unit in found.candidates[:3]))
    return ""
