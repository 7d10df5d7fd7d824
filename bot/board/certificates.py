"""Certificates: the list, those of a product, decisions recorded by one officer, and withdrawals decided by two."""

from collections.abc import Mapping

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from bot.board.second_officer import ProposalPages, ProposalWords
from catalog.errors import NotFound
from catalog.model import EventKind, Product
from catalog.officers import Act, NotAllowed
from handlers import verdict
from handlers.board import certificate_decisions, certificates, proposals
from handlers.board.certificate_decisions import BadDecision, DraftDecision
from handlers.board.certificates import CertificateQuery, CertificateState
from handlers.phrases import Speech

PATH, PROPOSALS = f"{ROOT}/certificates", f"{ROOT}/proposals"
_FIELDS = (
    *("certificate", "decision", "date", "issuer", "begins", "reason", "note", "source", "scope", "lots", "made_from"),
    *("made_until", "name", "stars", "number", "expires", "score"),
)


def page_number(text: str) -> int:
    """The page that *text* asks for, the first where it says nothing."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


async def _list(visit: BoardVisit) -> Screen:
    query = visit.query
    asked = query.get("state", "")
    state = CertificateState(asked) if asked in set(CertificateState) else CertificateState.ALL
    commune, round_, words = (query.get(name, "")[:200] for name in ("commune", "round", "q"))
    wanted = CertificateQuery(state, commune, round_, words, page_number(query.get("page", "1")))
    sheet = await certificates.list_certificates(visit.desk, wanted)
    kept = {"commune": commune, "round": round_, "q": words}
    values = {
        "sheet": sheet,
        "states": certificates.state_names(visit.say),
        "kept": {name: value for name, value in kept.items() if value},
        "path": PATH,
        "may_propose": bool(visit.desk.reach_of(Act.WITHDRAW_CERTIFICATE)),
    }
    return Screen("certificates.html", visit.say("Certificates"), values)


async def _show(visit: BoardVisit) -> Screen:
    say, desk = visit.say, visit.desk
    sheet = await certificates.show_product(desk, visit.request.match_info["ref"])
    said = {
        "recorded": say("It is recorded; whoever asks is told so from now on."),
        "before": say("It was recorded before; nothing has changed."),
    }.get(visit.query.get("done", ""), "")
    values = {"sheet": sheet, "acts": act_names(say), "path": f"{PATH}/{sheet.product.ref}"}
    return Screen("certificate.html", sheet.product.name, values, said=said)


def act_names(say: Speech) -> Mapping[EventKind, str]:
    """What can be recorded, as a button says it."""
    return {
        EventKind.RECOGNISED: say("Record a recognition"),
        EventKind.RENAMED: say("Record a new name"),
        EventKind.ANNULLED: say("Record an annulment"),
        EventKind.REINSTATED: say("Record that it counts again"),
        EventKind.WITHDRAWN: say("Propose a withdrawal"),
    }


def _kind(text: str) -> EventKind:
    if text not in {str(each) for each in (*certificate_decisions.RECORDED, EventKind.WITHDRAWN)}:
        raise NotFound
    return EventKind(text)


def _act(kind: EventKind) -> Act:
    return Act.WITHDRAW_CERTIFICATE if kind is EventKind.WITHDRAWN else Act.RECORD_CERTIFICATE


async def _ask(visit: BoardVisit) -> Screen:
    """The empty form of one kind of decision."""
    kind = _kind(visit.query.get("kind", ""))
    product = await certificates.find_product(visit.desk, visit.request.match_info["ref"], _act(kind))
    return _form(visit, product, kind, {})


def _form(
    visit: BoardVisit, product: Product, kind: EventKind, entered: Mapping[str, str], *, wrong: str = ""
) -> Screen:
    say, today = visit.say, visit.context.today()
    values = {
        "product": product,
        "kind": kind,
        "cards": certificates.certificate_cards(product, today, say),
        "entered": {name: entered.get(name, "") for name in _FIELDS},
        "reasons": certificate_decisions.reason_choices(say),
        "stars": certificate_decisions.STARS,
        "path": f"{PATH}/{product.ref}",
        "draft": None,
    }
    return Screen("certificate_form.html", act_names(say)[kind], values, wrong=wrong, status=422 if wrong else 200)


def _preview(visit: BoardVisit, draft: DraftDecision, kind: EventKind) -> Screen:
    """What would be published, with the form's fields to send again."""
    screen = _form(visit, draft.product, kind, visit.form)
    event = draft.event and certificates.event_line(draft.event, visit.say)
    values = {**screen.values, "draft": draft, "event": event, "kind_words": verdict.kind_words(draft.kind, visit.say)}
    return Screen(screen.template, screen.title, values)


async def _decide(visit: BoardVisit) -> Screen | Redirect:
    """Show what one officer may record; record it once they are sure."""
    kind = _kind(visit.form.get("kind", ""))
    if kind is EventKind.WITHDRAWN:
        raise NotAllowed
    product = await certificates.find_product(visit.desk, visit.request.match_info["ref"])
    try:
        draft = certificate_decisions.read_draft(visit.desk, product, kind, visit.form)
    except BadDecision as error:
        return _form(visit, product, kind, visit.form, wrong=str(error))
    if not visit.form.get("sure"):
        return _preview(visit, draft, kind)
    fresh = await certificate_decisions.record(visit.desk, draft)
    return Redirect(f"{PATH}/{product.ref}?done={'recorded' if fresh else 'before'}")


async def _withdraw(visit: BoardVisit) -> Screen | Redirect:
    """Show what a withdrawal would publish; propose it once they are sure."""
    kind = EventKind.WITHDRAWN
    product = await certificates.find_product(visit.desk, visit.request.match_info["ref"])
    try:
        draft = certificate_decisions.read_draft(visit.desk, product, kind, visit.form)
        if not visit.form.get("sure"):
            return _preview(visit, draft, kind)
        number = await proposals.propose(visit.desk, draft)
    except BadDecision as error:
        return _form(visit, product, kind, visit.form, wrong=str(error))
    return Redirect(f"{PROPOSALS}/{number}?done=proposed")


async def _list_proposals(visit: BoardVisit) -> Screen:
    page = page_number(visit.query.get("page", "1"))
    lines, more = await proposals.list_proposals(visit.desk, page)
    values = {"lines": lines, "page": page, "more": more, "path": PROPOSALS}
    return Screen("proposals.html", visit.say("Withdrawals proposed"), values)


async def _draw_proposal(visit: BoardVisit) -> Screen:
    sheet = await proposals.show(visit.desk, visit.number("number"))
    title = visit.say("Withdraw: {product}", product=sheet.product.name)
    return Screen("proposal.html", title, {"sheet": sheet, "path": PROPOSALS, "certificates": PATH})


def _proposal_words(say: Speech) -> ProposalWords:
    return ProposalWords(
        {
            "proposed": say("Proposed. Nothing is published until a second person confirms it."),
            "confirmed": say("Confirmed and published: whoever asks is told so from now on."),
            "refused": say("Refused; who proposed it is told, and nothing is published."),
            "back": say("Taken back; nothing is published."),
        },
        say("This needs another person: not who proposed it, and nobody whom they let in. Nothing is published."),
        say("This was decided before, or its certificate is not here any more. Nothing more was done."),
    )


_PROPOSED = ProposalPages(PROPOSALS, Act.WITHDRAW_CERTIFICATE, proposals, _draw_proposal, _proposal_words)

PAGES = (
    BoardPage.get(PATH, Act.READ_CATALOGUE, _list, menu=lambda say: say("Certificates")),
    BoardPage.get(f"{PATH}/{{ref}}", Act.READ_CATALOGUE, _show),
    BoardPage.get(f"{PATH}/{{ref}}/new", Act.READ_CATALOGUE, _ask),
    BoardPage.post(f"{PATH}/{{ref}}/record", Act.RECORD_CERTIFICATE, _decide),
    BoardPage.post(f"{PATH}/{{ref}}/withdraw", Act.WITHDRAW_CERTIFICATE, _withdraw),
    BoardPage.get(PROPOSALS, Act.WITHDRAW_CERTIFICATE, _list_proposals),
    *_PROPOSED.pages(),
)
