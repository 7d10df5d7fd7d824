"""Recalls: the list, a new one with whom it reaches, what two officers decide, and how far people were told."""

from collections.abc import Mapping
from functools import partial

from bot.board.certificates import page_number
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen, carry_out
from bot.board.second_officer import ProposalPages, ProposalWords
from catalog.model import Product
from catalog.officers import Act
from handlers import recalls as recall_words
from handlers.board import matching, recall_proposals, recalls
from handlers.board.certificate_decisions import BadDecision
from handlers.board.recall_proposals import RecallDraft
from handlers.phrases import Speech

PATH = f"{ROOT}/recalls"
PROPOSALS = f"{PATH}/proposals"


async def _list(visit: BoardVisit) -> Screen:
    sheet = await recalls.list_recalls(visit.desk, page_number(visit.query.get("page", "1")))
    values = {"sheet": sheet, "path": PATH, "may": bool(visit.desk.reach_of(Act.RECALL_LOT))}
    return Screen("recalls.html", visit.say("Recalls"), values)


async def _ask(visit: BoardVisit) -> Screen:
    """Find the product, then the form: empty, or as a recall or a producer's wish has it."""
    number = visit.query.get("number", "")
    if number:
        recall = await recalls.find(visit.desk, page_number(number))
        product = await recalls.find_product(visit.desk, recall.product_id)
        return _form(visit, product, recall_proposals.entered_of(recall), number=recall.number)
    if ref := visit.query.get("product", ""):
        return _form(visit, await recalls.find_product(visit.desk, ref), {})
    asked = visit.query.get("q", "")
    hits = await matching.find_products(visit.desk, asked)
    return Screen(
        "recall_whom.html", visit.say("What is to be called back?"), {"path": PATH, "words": asked, "hits": hits}
    )


def _form(
    visit: BoardVisit,
    product: Product,
    entered: Mapping[str, str],
    *,
    number: int = 0,
    draft: RecallDraft | None = None,
    wrong: str = "",
) -> Screen:
    say = visit.say
    values = {
        "path": PATH,
        "product": product,
        "number": number,
        "entered": {name: entered.get(name, "") for name in recall_proposals.FIELDS},
        "reasons": recall_words.reason_names(say),
        "advices": recall_words.advice_names(say),
        "draft": draft,
        "names": _channel_names(visit),
    }
    title = say("Recall: {product}", product=product.name)
    return Screen("recall_form.html", title, values, wrong=wrong, status=422 if wrong else 200)


def _channel_names(visit: BoardVisit) -> dict[str, str]:
    """What the channels are called; one that is not here goes by its own name."""
    return {"web": visit.say("web chat"), **visit.desk.context.channel_titles}


async def _propose(visit: BoardVisit) -> Screen | Redirect:
    """Show whom it reaches; propose it once they are sure."""
    form, desk = visit.form, visit.desk
    product = await recalls.find_product(desk, form.get("product", ""))
    asked = form.get("number", "0")
    number = page_number(asked) if asked != "0" else 0
    held = await recalls.find(desk, number, Act.RECALL_LOT) if number else None
    try:
        draft = await recall_proposals.read_draft(desk, product, form)
        if not form.get("sure"):
            return _form(visit, product, form, number=number, draft=draft)
        what = recall_proposals.CHANGE if held is not None and held.state == "active" else recall_proposals.BEGIN
        proposal = await recall_proposals.propose(desk, draft, what, number=number)
    except BadDecision as error:
        return _form(visit, product, form, number=number, wrong=str(error))
    return Redirect(f"{PROPOSALS}/{proposal}?done=proposed")


async def _show(visit: BoardVisit) -> Screen:
    said = {"dismissed": visit.say("Noted: it is not followed. The producer is told why.")}
    return await _sheet(visit, said=visit.said(said))


async def _sheet(visit: BoardVisit, *, said: str = "", wrong: str = "") -> Screen:
    sheet = await recalls.show(visit.desk, visit.number("number"))
    title = visit.say("Recall {number}: {product}", number=sheet.recall.number, product=sheet.product.name)
    return Screen(
        "recall.html",
        title,
        {"sheet": sheet, "path": PATH, "names": _channel_names(visit)},
        said,
        wrong,
        422 if wrong else 200,
    )


async def _close(visit: BoardVisit) -> Screen | Redirect:
    """Propose that it ends, or is cancelled."""
    what, why = visit.form.get("what", ""), visit.form.get("why", "")
    try:
        number = await recall_proposals.propose_closing(visit.desk, visit.number("number"), what, why)
    except BadDecision as error:
        return await _sheet(visit, wrong=str(error))
    return Redirect(f"{PROPOSALS}/{number}?done=proposed")


async def _dismiss(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    work = recalls.dismiss(visit.desk, number, visit.form.get("why", ""))
    return await carry_out(work, BadDecision, partial(_sheet, visit), done=f"{PATH}/{number}?done=dismissed")


async def _draw_proposal(visit: BoardVisit) -> Screen:
    sheet = await recall_proposals.show_proposal(visit.desk, visit.number("number"))
    title = f"{recall_proposals.what_names(visit.say)[sheet.what]}: {sheet.draft.product.name}"
    return Screen("recall_proposal.html", title, {"sheet": sheet, "path": PATH, "names": _channel_names(visit)})


def _proposal_words(say: Speech) -> ProposalWords:
    return ProposalWords(
        {
            "proposed": say("Proposed. Nobody is warned until a second person confirms it."),
            "confirmed": say("Confirmed: people are being told now."),
            "refused": say("Refused; who proposed it is told, and nobody is warned."),
            "back": say("Taken back; nobody is warned."),
        },
        say("This needs another person: not who proposed it, and nobody whom they let in. Nobody is warned."),
        say("This was decided before, or the recall is not as it was. Nothing more was done."),
    )


_PROPOSED = ProposalPages(PROPOSALS, Act.RECALL_LOT, recall_proposals, _draw_proposal, _proposal_words)

PAGES = (
    BoardPage.get(PATH, Act.READ_CATALOGUE, _list, menu=lambda say: say("Recalls")),
    BoardPage.get(f"{PATH}/new", Act.RECALL_LOT, _ask),
    BoardPage.post(f"{PATH}/new", Act.RECALL_LOT, _propose),
    BoardPage.get(f"{PATH}/{{number}}", Act.READ_CATALOGUE, _show),
    BoardPage.post(f"{PATH}/{{number}}/close", Act.RECALL_LOT, _close),
    BoardPage.post(f"{PATH}/{{number}}/dismiss", Act.RECALL_LOT, _dismiss),
    *_PROPOSED.pages(),
)
