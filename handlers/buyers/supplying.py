"""A producer's side: what it can supply, in one question after another; and being asked by a buyer without a name."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from catalog.buyers.deals import BuyerDeal, BuyerRequest
from catalog.buyers.demand import quantity_from_json, quantity_to_json
from catalog.buyers.fitting import SupplyStatement
from catalog.buyers.read_demand import read_months, read_packing, read_quantity
from catalog.cells.seasons import months_in, months_text
from catalog.model import Product
from catalog.text import fold
from handlers import limits
from handlers.actions import Action, Verb
from handlers.buyers import wording
from handlers.context import Context, Draft, DraftStep, Session
from handlers.inquiries.membership import memberships, not_a_member
from handlers.inquiries.wording import moment
from handlers.links import shown_phone, without_phones
from handlers.messages import Choice, Incoming, Reply, Style, Want
from handlers.phrases import Speech

PER_PAGE = 8
_LONGEST = 200
_STEPS = ("capacity", "months", "packing", "delivery", "certificates")
_NOT_YET = re.compile(r"\bthi (?:chua|khong)(?: co| duoc)?(?: a)?$")
_NONE = frozenset({"khong", "chua", "khong co", "chua co", "no", "none", ""})


def ask_producer(deal: BuyerDeal, request: BuyerRequest, product: Product, say: Speech) -> Reply:
    """What a producer is asked in a buyer's name, without the name."""
    phones = ", ".join(shown_phone(each) for each in product.producer.phones)
    lines = [
        say("A buyer looks for goods, and your {product} fits:", product=product.name),
        wording.describe_demand(request.demand, say),
        say(
            "Nobody has been named. If you agree, the buyer is told your name and published phone ({phones}), and you "
            "are told theirs.",
            phones=phones or say("none is published"),
        ),
        say("You can answer until {moment}; without an answer it ends by itself.", moment=moment(deal.ends_at)),
    ]
    choices = (
        Choice(say("I agree"), Action(Verb.DEAL, f"{deal.number} yes"), style=Style.MAIN),
        Choice(say("No, thank you"), Action(Verb.DEAL, f"{deal.number} no")),
        Choice(say("Say what I can supply"), Action(Verb.SUPPLY, f"p {product.ref}")),
    )
    return Reply("\n".join(lines), choices=choices, language=say.language)


async def act(subject: str, *, incoming: Incoming, context: Context, session: Session) -> tuple[Reply, Session]:
    """Choose a product (``p nem-1``), skip or answer a question, take back what was said (``drop nem-1``)."""
    what, _, rest = subject.partition(" ")
    mine = {each.producer_id for each in await memberships(incoming, context)}
    if not mine or incoming.public:
        return not_a_member(session), session
    draft = session.draft
    if what in {"skip", "is"} and draft is not None and draft.step is DraftStep.SUPPLY:
        return await _take(rest if what == "is" else "", draft, incoming=incoming, context=context, session=session)
    if what in {"p", "drop"}:
        return await _act_on_product(what, rest, mine, context=context, session=session)
    return await _choose(mine, int(rest) if rest.isdecimal() else 1, context=context, session=session), session


async def _act_on_product(
    what: str, ref: str, mine: set[str], *, context: Context, session: Session
) -> tuple[Reply, Session]:
    say, product = session.say, await context.store.product(ref)
    if product is None or product.producer.id not in mine:
        return Reply(say("You do not answer for that producer.")), session
    if what == "p":
        return _ask("capacity", product, {}, context=context, session=session)
    await context.store.buyers.forget_supply(product.id)
    again = Choice(say("Say it again"), Action(Verb.SUPPLY, f"p {product.ref}"))
    return Reply(say("Taken back: {product}.", product=product.name), choices=(again,)), session


async def _choose(producers: set[str], page: int, *, context: Context, session: Session) -> Reply:
    say = session.say
    products = [each for one in sorted(producers) for each in await context.store.of_producer(one)]
    said = await context.store.buyers.supplies(producers=producers)
    pages = max(1, -(-len(products) // PER_PAGE))
    number = min(max(page, 1), pages)
    shown = products[(number - 1) * PER_PAGE : number * PER_PAGE]
    lines = [say("What can you supply? Buyers in bulk see it with your product, without your name. Which product?")]
    lines += [f"• {each.name}: {wording.describe_supply(said[each.id], say)}" for each in shown if each.id in said]
    choices = [Choice(each.name, Action(Verb.SUPPLY, f"p {each.ref}")) for each in shown]
    if number < pages:
        choices.append(Choice(say("Next →"), Action(Verb.SUPPLY, f"list {number + 1}")))
    return Reply("\n".join(lines), choices=tuple(choices), language=say.language)


def _ask(
    step: str, product: Product, held: Mapping[str, Any], *, context: Context, session: Session, again: bool = False
) -> tuple[Reply, Session]:
    say = session.say
    season = months_in(product.details.get("season", ""))
    questions = {
        "capacity": say(
            "How much of {product} can you supply? Like: 5 tấn một vụ, 300 chai mỗi tháng.", product=product.name
        ),
        "months": say("In which months? Like: 6-7, tháng 11 đến 2, quanh năm."),
        "packing": say(
            "How is it packed? Like: túi 1 kg, thùng xốp 10 kg, hút chân không. Name all ways that you have."
        ),
        "delivery": say("How do you deliver? Press, or write it."),
        "certificates": say("Which papers can you show? Like: VietGAP, an toàn thực phẩm. Write “không” for none."),
    }
    choices = []
    if step == "months" and season:
        label = say("As in the catalogue: {months}", months=wording.format_months(season, say))
        choices.append(Choice(label, Action(Verb.SUPPLY, f"is tháng {months_text(season)}"), style=Style.MAIN))
    if step == "delivery":
        ways = (say("Fetched from us"), say("Delivered within the province"), say("Sent anywhere"))
        choices += [Choice(label, Action(Verb.SUPPLY, f"is {label}"[:40])) for label in ways]
    choices += [Choice(say("Leave it open"), Action(Verb.SUPPLY, "skip")), Choice(say("Cancel"), Action(Verb.CANCEL))]
    text = questions[step]
    if again:
        text = " ".join((say("I could not read that."), text))
    kept = json.dumps({**held, "again": again}, ensure_ascii=False)
    draft = Draft(DraftStep.SUPPLY, product.ref, kind=step, text=kept, begun_at=context.now())
    return Reply(text, choices=tuple(choices), wants=Want.TEXT, language=say.language), replace(session, draft=draft)


async def words(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    """The answer to the question that was asked last."""
    return await _take(body, draft, incoming=incoming, context=context, session=session)


async def _take(
    body: str, draft: Draft, *, incoming: Incoming, context: Context, session: Session
) -> tuple[Reply, Session]:
    product = await context.store.product(draft.about)
    mine = {each.producer_id for each in await memberships(incoming, context)}
    if product is None or product.producer.id not in mine:
        return not_a_member(session), replace(session, draft=None)
    held, step = json.loads(draft.text), draft.kind
    said = limits.tidy(body)[:_LONGEST]
    value = _read(step, said, context) if said else None
    if said and value is None and not held.get("again"):
        return _ask(step, product, held, context=context, session=session, again=True)
    held = {**held, step: value}
    rest = _STEPS[_STEPS.index(step) + 1 :]
    if rest:
        return _ask(rest[0], product, held, context=context, session=session)
    return await _keep(product, held, context=context, session=session)


def reads_answer(step: str, said: str, *, today: date) -> bool:
    """Whether *said* can be read as an answer to a *step*: "VietGAP thì chưa" tells of papers, and asks nothing."""
    if step in {"capacity", "months"}:
        return read_quantity(said) is not None if step == "capacity" else bool(read_months(said, today=today))
    packing = read_packing(said)
    return bool(step == "packing" and (packing.kinds or packing.sizes)) or bool(_NOT_YET.search(fold(said)))


def _read(step: str, said: str, context: Context) -> Any:
    """What *said* answers, in plain values; None where it cannot be read."""
    if step == "capacity":
        quantity = read_quantity(said)
        return quantity_to_json(quantity) if quantity else None
    if step == "months":
        return sorted(read_months(said, today=context.today())) or None
    # Buyers see it before either side is named.
    return "" if fold(said) in _NONE else " ".join(without_phones(said).split())


async def _keep(
    product: Product, held: Mapping[str, Any], *, context: Context, session: Session
) -> tuple[Reply, Session]:
    say = session.say
    said = SupplyStatement(
        product=product.id,
        producer=product.producer.id,
        capacity=quantity_from_json(held.get("capacity")),
        months=frozenset(held.get("months") or ()),
        packing=held.get("packing") or "",
        delivery=held.get("delivery") or "",
        certificates=held.get("certificates") or "",
        at=context.now(),
    )
    await context.store.buyers.note_supply(said)
    text = say("Noted for {product}: {supply}.", product=product.name, supply=wording.describe_supply(said, say))
    text += "\n" + say("Buyers in bulk see this, and that you say so. Keep it true: change it when it changes.")
    choices = (
        Choice(say("Change it"), Action(Verb.SUPPLY, f"p {product.ref}")),
        Choice(say("Another product"), Action(Verb.SUPPLY, "list")),
        Choice(say("Take it back"), Action(Verb.SUPPLY, f"drop {product.ref}")),
    )
    return Reply(text, choices=choices, language=say.language), replace(session, draft=None)
