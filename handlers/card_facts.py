"""The lines of a card: what is known of each field of a product, its producer and its certificate, in words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, assert_never

from babel import localedata
from babel.numbers import get_decimal_symbol

from catalog import certificate_term, passport
from catalog.cells.prices import part_day
from catalog.cells.seasons import YEAR, months_in
from catalog.cells.stock import read_stock
from catalog.field import CardLine, Field, Home, LineStyle
from catalog.fields import BY_NAME, card_lines
from catalog.model import Certificate, CertificateEvent, Producer, ProducerKind, Product, Source
from catalog.passport import Passport
from catalog.places import Places
from catalog.sale_points import SalePoints
from handlers import verdict
from handlers.citations import Sources
from handlers.links import mail_link, phone_links, web_link
from handlers.messages import Fact, Link, SourceLine
from handlers.phrases import Speech


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
            yield Fact(label, text, links=links, sources=sources)
        elif self.line.always:
            yield Fact(label, self.view.say("not known"), known=False)


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
        return shown.fact(end_by_decision(shown.ended_by, say), sourced=False)
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
        return shown.fact(say("{price} (no source says when)", price=say.prices(prices)))
    return shown.fact(say("{price} (as of {day})", price=say.prices(prices), day=say.day(day)))


def _show_stock(shown: _Line) -> Iterator[Fact]:
    """Whether there is any, with the day that it was said on; nothing once that has lapsed."""
    say, held = shown.view.say, read_stock(shown.value)
    if held is None or held.said is None or not held.is_current(shown.view.today):
        return shown.fact("")
    if held.any:
        told = say("{amount} in stock", amount=held.amount) if held.amount else say("in stock")
    else:
        told = say("out of stock until {day}", day=say.day(held.back)) if held.back else say("out of stock")
    return shown.fact(say("{stock} (as of {day})", stock=told, day=say.day(held.said)))


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
    LineStyle.STOCK: _show_stock,
    LineStyle.MONTHS: _show_months,
}
if missing := set(LineStyle) - set(_SHOW):
    raise TypeError(f"no way to show {missing}")


def home_facts(home: Home, product: Product, held: Passport, view: View, marks: Sources) -> tuple[Fact, ...]:
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


def _decimal(number: float, say: Speech) -> str:
    """*number* with the decimal mark of the language; a full stop where that is not known."""
    mark = get_decimal_symbol(say.language) if localedata.exists(say.language) else "."
    return f"{number:g}".replace(".", mark)


def _missing_commune(producer: Producer) -> str:
    return "" if producer.commune.casefold() in producer.address.casefold() else producer.commune


def end_by_decision(event: CertificateEvent, say: Speech) -> str:
    """The day on which a decision ended a certificate, and what it was."""
    what = verdict.kind_words(event.kind, say)
    return say("{day} ({what})", day=say.day(event.begins), what=what) if event.begins else what


def _maybe(label: str, value: str, say: Speech, **more: Any) -> Fact:
    return Fact(label, value, **more) if value else Fact(label, say("not known"), known=False)


def since_july_2025(producer: Producer, places: Places, say: Speech) -> str:
    """The commune of *producer* since 1 July 2025, or what it may be; "" when the table does not tell."""
    found = places.of_producer(producer)
    if found.new is not None:
        return say("{unit}, {province}", unit=found.new, province=found.new.province)
    if found.candidates:
        return say("one of: {units}", units="; ".join(str(unit) for unit in found.candidates[:3]))
    return ""
