"""hoi-ocop certificate: what was decided about a certificate, recorded and listed."""

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.app import today
from bot.commands import lists, terminal
from bot.commands.database_and_language import settings_here, speech_here
from catalog import passport
from catalog.cells.events import TypedDecision, read_decided
from catalog.cells.problems import CellRefused
from catalog.certificate_history import history
from catalog.commune_report import CommuneReport
from catalog.errors import NotFound
from catalog.model import Certificate, CertificateEvent, EventKind, Product
from catalog.paper import draw_commune_report
from catalog.places import Places
from catalog.store import Store, open_store
from handlers import card_facts, verdict
from handlers.phrases import Speech


def record(kind: str, product: str, told: TypedDecision, *, yes: bool, language: str = "") -> int:
    """Record a decision about the certificate of *product* that counts, once somebody said yes."""
    return terminal.run(_record(EventKind(kind), product, told, yes=yes, say=speech_here(language)))


async def _record(kind: EventKind, ref: str, told: TypedDecision, *, yes: bool, say: Speech) -> int:
    async with open_store(settings_here(say).database_url, migrate=True) as store:
        product = await _product(ref, store)
        about = passport.of(product.certificates, today()).current
        if about is None:
            terminal.complain(say("No certificate of {product} is known.", product=product.name))
            return terminal.BAD
        try:
            event = read_decided(kind, told, about.certificate, today())
        except CellRefused as refused:
            terminal.complain(refused.reason if say.language == "vi" else refused.reason_en)
            return terminal.WRONG_USE
        _preview(product, about.certificate, event, say)
        if not yes and not _insists(say):
            terminal.note(say("Nothing was recorded."))
            return terminal.BAD
        fresh = await store.events.record(product.id, event, about=about.certificate)
    terminal.out.print(say("It is recorded.") if fresh else say("It was recorded before."), markup=False)
    return terminal.OK


async def _product(ref: str, store: Store) -> Product:
    product = await store.product(ref)
    if product is None:
        raise NotFound(f"No product has the id {ref}. hoi-ocop ask finds ids by name.")
    return product


def _preview(product: Product, about: Certificate, event: CertificateEvent, say: Speech) -> None:
    """Show which certificate it is about, what people are told of it now, and what they will be told."""
    known = (
        card_facts.star_words(about, say),
        about.decision,
        about.decided.vietnamese_text() if about.decided else "",
    )
    after = [replace(each, events=(*each.events, event)) if each == about else each for each in product.certificates]
    begins = event.begins.latest if event.begins else today()
    for label, said in (
        (say("Product"), f"{product.name} — {product.producer.name}"),
        (say("Certificate"), " · ".join(filter(None, known))),
        (say("Told now"), _describe(product.certificates, today(), say)),
        (say("Told then"), _describe(after, max(begins, today()), say)),
    ):
        terminal.out.print(f"{label}: {said}", markup=False)


def _describe(certificates: tuple[Certificate, ...] | list[Certificate], on: date, say: Speech) -> str:
    return verdict.in_words(passport.of(certificates, on), say)


def _insists(say: Speech) -> bool:
    """Whether the person at the terminal says yes; nobody there says no."""
    if not sys.stdin.isatty():
        terminal.complain(say("Nobody is there to say yes; add --yes to record it."))
        return False
    return terminal.ask(say("Record it? Everyone who asks will be told. [y/N] ")).strip().casefold() in terminal.YES


def write_report(product: str, file: Path, *, force: bool, language: str = "") -> int:
    """Write the commune's report on the four criteria for *product*, with what the catalogue knows filled in."""
    return terminal.run(_write_report(product, file, force=force, say=speech_here(language)))


async def _write_report(ref: str, file: Path, *, force: bool, say: Speech) -> int:
    if not lists.may_write(file, (".pdf",), force=force, say=say):
        return terminal.WRONG_USE
    async with open_store(settings_here(say).database_url, migrate=True) as store:
        product = await _product(ref, store)
    maker = product.producer
    unit = Places.load_shipped().since_july_2025(maker.address or maker.commune, commune=maker.commune).new
    report = CommuneReport(str(unit) if unit else "", product.name, maker.name, maker.address or maker.commune)
    file.write_bytes(draw_commune_report(report))
    terminal.out.print(say("The report to fill in is in {file}.", file=file), markup=False)
    return terminal.OK


def print_history(product: str, *, language: str = "") -> int:
    """Print what happened to the certificates of *product*, the oldest first."""
    return terminal.run(_print_history(product, say=speech_here(language)))


async def _print_history(ref: str, *, say: Speech) -> int:
    async with open_store(settings_here(say).database_url, migrate=True) as store:
        product = await _product(ref, store)
    for event in history(product.certificates, today()):
        begins = event.begins.vietnamese_text() if event.begins else say("unknown day")
        told = (event.decision, event.issuer, verdict.reason_words(event, say))
        line = " · ".join(filter(None, (f"{begins}: {verdict.kind_words(event.kind, say)}", *told)))
        terminal.out.print(line, markup=False)
    terminal.out.print(_describe(product.certificates, today(), say), markup=False)
    return terminal.OK
