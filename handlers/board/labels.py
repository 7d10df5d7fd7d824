"""Many labels at once on A4 sheets, and sheets of invitations for producers whom no messenger reaches.

The shapes of a page are arranged once and drawn as a picture to look at or as a PDF to print.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from catalog import label, passport
from catalog.audit import Deed
from catalog.errors import CatalogError, NotFound
from catalog.inquiry import Invitation, Role
from catalog.label import Shape
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.model import Product
from handlers.board import lists, today, wording, worklists
from handlers.board.desk import Desk
from handlers.board.worklists import Maker
from handlers.inquiries.invitations import DAY, page_link, telegram_link
from handlers.own_codes import new_code
from handlers.phrases import FIRST, Speech, speech

AT_ONCE = 240
"""How many labels one file has: ten pages of the smallest. More come in several files."""
MOST_COPIES = 100
MOST_INVITED = 100
DAYS = (7, 14, 30)
_MOST_LISTED = 20_000


class CannotPrint(CatalogError):
    """It cannot be printed; the words say why."""


@dataclass(frozen=True, slots=True)
class LabelRun:
    """What is to be printed: *products* within reach, each so often; *unknown* are lines of the list that name none."""

    products: Sequence[Product]
    copies: int
    grid: str
    unknown: Sequence[str] = ()

    @property
    def labels(self) -> int:
        """How many labels that is."""
        return len(self.products) * self.copies

    @property
    def pages(self) -> int:
        """How many sheets that is."""
        return -(-self.labels // label.GRIDS[self.grid].places)

    @property
    def files(self) -> int:
        """In how many files they come."""
        return -(-self.labels // AT_ONCE)

    def part(self, number: int) -> Sequence[Product]:
        """The products of the labels of one file, from 1 on, in order."""
        first = (number - 1) * AT_ONCE
        return [self.products[place // self.copies] for place in range(first, min(first + AT_ONCE, self.labels))]


@dataclass(frozen=True, slots=True)
class Uninvited:
    """A producer who can be invited, and how many products they have."""

    maker: Maker
    products: int


def wording_in(say: Speech) -> label.Wording:
    """The words of a label in a language."""
    return label.Wording(
        caption=say.pattern("Scan to ask: OCOP star, certificate, producer"),
        decision=say.pattern("Decision {number}"),
        until_day=say.pattern("Valid until {day}"),
        within_month=say.pattern("Ends in the month {day}"),
        within_year=say.pattern("Ends in the year {day}"),
    )


def product_url(product: Product, base: str) -> str:
    """What a label's code says: a GS1 Digital Link where there is a GTIN, else our own product address."""
    return f"{base}/01/{product.gtins[0].zfill(14)}" if product.gtins else f"{base}/p/{product.ref}"


async def choose(desk: Desk, query: Mapping[str, str]) -> LabelRun:
    """What *query* asks for: a list of ids or names, or what meets the filters. Raises StoreError."""
    copies, grid = query.get("copies", ""), query.get("size", "")
    number = int(copies) if copies.isascii() and copies.isdecimal() and len(copies) < 5 else 1
    listed = [each.strip() for each in query.get("list", "")[:_MOST_LISTED].splitlines() if each.strip()]
    products, unknown = await _find_by_lines(desk, listed) if listed else (await _find_by_filter(desk, query), [])
    size = grid if grid in label.GRIDS else next(iter(label.GRIDS))
    return LabelRun(products, min(max(number, 1), MOST_COPIES), size, unknown)


async def _find_by_lines(desk: Desk, listed: Sequence[str]) -> tuple[list[Product], list[str]]:
    """The products that lines name, each once in their order, and the lines that name none within reach."""
    by_name: dict[str, Product] = {}
    for product in await lists.find_exported(desk, lists.read_filter({})):
        for key in (product.name.casefold(), product.id, product.ref):
            by_name.setdefault(key, product)
    found, unknown = {}, []
    for line in listed:
        product_ = by_name.get(line) or by_name.get(line.casefold())
        if product_ is None:
            unknown.append(line[:100])
        else:
            found[product_.id] = product_
    return list(found.values()), unknown


async def _find_by_filter(desk: Desk, query: Mapping[str, str]) -> list[Product]:
    if not query.get("find"):
        return []
    return await lists.find_exported(desk, lists.read_filter(query))


async def draw_file(desk: Desk, run: LabelRun, part: int) -> bytes:
    """The PDF of one part of *run*, which the audit tells. Raises CannotPrint, NotFound, StoreError."""
    if not 1 <= part <= run.files:
        raise NotFound
    labels = _arrange(desk, run.part(part))
    done = {"labels": len(labels), "size": run.grid, "products": len(run.products), "part": part}
    await desk.context.store.audit.record(desk.doer.did(Deed.LABELS_PRINTED, "labels", after=done))
    pages = label.arrange_pages(labels, label.GRIDS[run.grid])
    title, day = desk.say("Labels"), desk.context.today()
    return await asyncio.to_thread(label.draw_pages, pages, title=title, today=day)


async def draw_preview(desk: Desk, run: LabelRun) -> bytes:
    """The first page of *run* as a picture. Raises CannotPrint and NotFound."""
    first = run.part(1)[: label.GRIDS[run.grid].places]
    if not first:
        raise NotFound
    (page,) = label.arrange_pages(_arrange(desk, first), label.GRIDS[run.grid])
    return await asyncio.to_thread(label.draw_preview, page)


def _arrange(desk: Desk, products: Sequence[Product]) -> list[tuple[Shape, ...]]:
    """The labels of *products*, in Vietnamese: they are for shoppers. Raises CannotPrint."""
    base, day = _base(desk), desk.context.today()
    words = wording_in(speech(FIRST))
    drawn: dict[str, tuple[Shape, ...]] = {}
    for each in products:
        if each.id in drawn:
            continue
        held = passport.of(each.certificates, day)
        try:
            drawn[each.id] = label.arrange(each, held, url=product_url(each, base), wording=words)
        except ValueError as error:
            raise CannotPrint(
                desk.say("The address of {product} is too long for a code.", product=each.name)
            ) from error
    return [drawn[each.id] for each in products]


def _base(desk: Desk) -> str:
    if not desk.context.public_url:
        raise CannotPrint(desk.say("Our public address is not set, so a printed code would lead nowhere."))
    return desk.context.public_url


def has_join_link(desk: Desk) -> bool:
    """Whether a code to join can be a link: to our page, or to our bot."""
    return bool(desk.context.public_url or desk.context.ours.telegram_bot)


async def list_uninvited(desk: Desk, commune: str = "") -> Sequence[Uninvited]:
    """The producers within reach of whom nobody answers in a chat. Raises StoreError."""
    watched = worklists.within(await today.watch_catalogue(desk.context), desk.reach)
    reached = await desk.context.store.worklists.producers_reached()
    found = worklists.unreached(watched, reached)
    return [
        Uninvited(maker, number)
        for maker, number in found
        if not commune or (maker.commune and maker.commune.code == commune)
    ]


async def invite_many(desk: Desk, producers: Sequence[str], *, days: int) -> list[list[Shape]]:
    """A fresh one-time code for each of *producers*, on pages to print; the codes stand nowhere else.

    Raises CannotPrint, NotAllowed, NotFound, StoreError.
    """
    say, context = desk.say, desk.context
    if not producers or len(producers) > MOST_INVITED:
        raise CannotPrint(say("Choose between 1 and {most} producers.", most=MOST_INVITED))
    if days not in DAYS:
        raise CannotPrint(say("Choose how long the codes are good for."))
    watched = await today.watch_catalogue(context)
    makers = {each.maker.id: each.maker for each in watched if each.maker.name != UNKNOWN_PRODUCER}
    chosen = []
    for key in dict.fromkeys(producers):
        if key not in makers:
            raise NotFound
        desk.require(makers[key].scope)
        chosen.append((makers[key], new_code()))
    pages = _arrange_invitations(desk, chosen, days=days)
    kept = [
        (Invitation(Role.PRODUCER, maker.id), code, desk.doer.did(Deed.PRODUCER_INVITED, f"producer {maker.id}"[:100]))
        for maker, code in chosen
    ]
    await context.store.members.invite_all(kept, expires_at=context.now() + days * DAY)
    return pages


async def draw_sheets(desk: Desk, pages: Sequence[Sequence[Shape]]) -> bytes:
    """The PDF of pages with invitations."""
    title, day = desk.say("Invitations"), desk.context.today()
    return await asyncio.to_thread(label.draw_pages, pages, title=title, today=day)


async def draw_invitation_preview(desk: Desk) -> bytes:
    """A page with one invitation whose code lets nobody in, as a picture. Raises CannotPrint, StoreError."""
    first = next(iter(await list_uninvited(desk)), None)
    maker = first.maker if first else Maker("", desk.say("Producer"))
    (page,) = _arrange_invitations(desk, [(maker, "ABCDEFGH2345")], days=DAYS[0])
    return await asyncio.to_thread(label.draw_preview, page)


def _arrange_invitations(desk: Desk, invited: Sequence[tuple[Maker, str]], *, days: int) -> list[list[Shape]]:
    say, context = speech(FIRST), desk.context
    until = wording.day(context.today() + timedelta(days=days))
    cards = []
    for maker, code in invited:
        url = page_link(code, context.public_url) or telegram_link(code, context.ours.telegram_bot)
        if not url:
            _base(desk)
        words = label.InvitationWording(
            asking=say("Scan with your phone to receive customers' questions in your chat."),
            code=f"/join {code}",
            until=say("Works once, until {day}. Give it to nobody else.", day=until),
            caption=say("Invitation of the OCOP programme"),
        )
        cards.append(label.arrange_invitation(maker.name, url=url, wording=words))
    return label.arrange_pages(cards, label.GRIDS["2x5"])
