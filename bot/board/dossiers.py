"""Communes' reports on products: the form, its PDF, the hand-over, and what the province says to it."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from bot.board.certificates import page_number
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.commune_report import Dossier, DossierState
from catalog.errors import NotFound
from catalog.officers import Act
from catalog.paper import draw_commune_report
from handlers.board import dossiers, matching, rounds
from handlers.board.dossiers import PROVINCE, BadDossier, DossierChanged

PATH = f"{ROOT}/dossiers"


async def _list(visit: BoardVisit) -> Screen:
    state = visit.query.get("state", "")
    sheet = await dossiers.list_dossiers(visit.desk, page_number(visit.query.get("page", "1")), state)
    values = {
        "sheet": sheet,
        "path": PATH,
        "state": state,
        "states": {
            each: name for each, name in dossiers.state_names(visit.say).items() if each != DossierState.DROPPED
        },
        "may_begin": bool(visit.desk.reach_of(Act.REPORT_PRODUCT)),
    }
    said = {"dropped": visit.say("The draft is thrown away.")}.get(visit.query.get("done", ""), "")
    return Screen("dossiers.html", visit.say("Communes' reports"), values, said=said)


async def _begin(visit: BoardVisit) -> Screen:
    """Choose the product, or say that it is new; then the empty form."""
    query = visit.query
    product, commune, words = (query.get(name, "") for name in ("product", "commune", "q"))
    if not product and "commune" not in query:
        return await _choose(visit, words)
    try:
        dossier = await dossiers.begin(visit.desk, product, commune)
    except BadDossier as error:
        return await _choose(visit, words, wrong=str(error))
    return _form(visit, dossier)


async def _choose(visit: BoardVisit, words: str, *, wrong: str = "") -> Screen:
    values = {
        "path": PATH,
        "words": words,
        "hits": await matching.find_products(visit.desk, words),
        "communes": dossiers.own_communes(visit.desk),
    }
    title = visit.say("A report on which product?")
    return Screen("dossier_whom.html", title, values, wrong=wrong, status=422 if wrong else 200)


def _form(
    visit: BoardVisit, dossier: Dossier, *, wrong: str = "", status: int = 422, again: Mapping[str, str] | None = None
) -> Screen:
    say = visit.say
    required, supporting = dossiers.paper_lists(say)
    values = {
        "path": PATH,
        "dossier": dossier,
        "criteria": dossiers.criterion_names(say),
        "required": required,
        "supporting": supporting,
        "again": again,
    }
    title = dossier.report.product or say("A new product")
    return Screen("dossier_form.html", title, values, wrong=wrong, status=status if wrong else 200)


async def _keep_new(visit: BoardVisit) -> Screen | Redirect:
    form = visit.form
    try:
        empty = await dossiers.begin(visit.desk, form.get("product_ref", ""), form.get("commune", ""))
    except BadDossier as error:
        return await _choose(visit, "", wrong=str(error))
    return await _keep(visit, empty)


async def _save(visit: BoardVisit) -> Screen | Redirect:
    return await _keep(visit, await dossiers.find(visit.desk, visit.number("number")))


async def _keep(visit: BoardVisit, held: Dossier) -> Screen | Redirect:
    try:
        dossier = dossiers.read_dossier(visit.desk, held, visit.form)
    except BadDossier as error:
        return _form(visit, held, wrong=str(error), again=visit.form)
    try:
        number = await dossiers.keep(visit.desk, dossier)
    except DossierChanged:
        wrong = visit.say(
            "Somebody else has changed this report meanwhile. Below is what you wrote; their words stand on the "
            "report's page. Compare, then save again."
        )
        current = await dossiers.find(visit.desk, held.number)
        return _form(visit, current, wrong=wrong, status=409, again=visit.form)
    return Redirect(f"{PATH}/{number}?done=saved")


async def _show(visit: BoardVisit) -> Screen:
    say = visit.say
    said = {
        "saved": say("The draft is kept."),
        "handed": say("Handed over to the province."),
        "received": say("Received."),
        "back": say("Sent back to the commune with your reason."),
        "round": say("It takes part in the round now. That is no star yet."),
    }
    return await _sheet(visit, said=visit.said(said))


async def _sheet(visit: BoardVisit, *, said: str = "", wrong: str = "", status: int = 422) -> Screen:
    sheet = await dossiers.show(visit.desk, visit.number("number"))
    say = visit.say
    required, supporting = dossiers.paper_lists(say)
    values = {
        "sheet": sheet,
        "path": PATH,
        "criteria": dossiers.criterion_names(say),
        "required": required,
        "supporting": supporting,
        "rounds": await rounds.list_open(visit.desk) if sheet.may_decide else [],
        "rounds_path": f"{ROOT}/rounds",
    }
    title = sheet.dossier.report.product
    return Screen("dossier.html", title, values, said, wrong, status if wrong else 200)


async def _edit(visit: BoardVisit) -> Screen:
    dossier = await dossiers.find(visit.desk, visit.number("number"))
    return _form(visit, dossier)


async def _pdf(visit: BoardVisit) -> web.Response:
    dossier = await dossiers.find(visit.desk, visit.number("number"))
    body = await asyncio.to_thread(draw_commune_report, dossier.report)
    named = {"Content-Disposition": f'attachment; filename="bao-cao-ocop-{dossier.number}.pdf"'}
    return web.Response(body=body, content_type="application/pdf", headers=named)


async def _hand_over(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    try:
        await dossiers.hand_over(visit.desk, number)
    except BadDossier as error:
        return await _sheet(visit, wrong=str(error))
    except NotFound:
        return await _gone_on(visit)
    return Redirect(f"{PATH}/{number}?done=handed")


async def _drop(visit: BoardVisit) -> Screen | Redirect:
    try:
        await dossiers.drop(visit.desk, visit.number("number"))
    except NotFound:
        return await _gone_on(visit)
    return Redirect(f"{PATH}?{urlencode({'done': 'dropped'})}")


async def _receive(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    try:
        await dossiers.decide(visit.desk, number, received=True)
    except NotFound:
        return await _gone_on(visit)
    return Redirect(f"{PATH}/{number}?done=received")


async def _send_back(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    try:
        await dossiers.decide(visit.desk, number, received=False, reason=visit.form.get("reason", ""))
    except BadDossier as error:
        return await _sheet(visit, wrong=str(error))
    except NotFound:
        return await _gone_on(visit)
    return Redirect(f"{PATH}/{number}?done=back")


async def _gone_on(visit: BoardVisit) -> Screen:
    """It is elsewhere by now. Raises NotFound where it never was."""
    return await _sheet(visit, wrong=visit.say("That was done before; this is how the report stands now."), status=409)


async def _put_into_round(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    dossier = await dossiers.find(visit.desk, number)
    try:
        await rounds.add_dossier(visit.desk, visit.form.get("round", ""), dossier)
    except rounds.BadRound as error:
        return await _sheet(visit, wrong=str(error))
    except NotFound:
        return await _gone_on(visit)
    return Redirect(f"{PATH}/{number}?done=round")


PAGES = (
    BoardPage.get(PATH, Act.REPORT_PRODUCT, _list, menu=lambda say: say("Communes' reports")),
    BoardPage.get(f"{PATH}/new", Act.REPORT_PRODUCT, _begin),
    BoardPage.post(f"{PATH}/new", Act.REPORT_PRODUCT, _keep_new),
    BoardPage.get(f"{PATH}/{{number}}", Act.REPORT_PRODUCT, _show),
    BoardPage.get(f"{PATH}/{{number}}/edit", Act.REPORT_PRODUCT, _edit),
    BoardPage.get(f"{PATH}/{{number}}/report.pdf", Act.REPORT_PRODUCT, _pdf),
    BoardPage.post(f"{PATH}/{{number}}/save", Act.REPORT_PRODUCT, _save),
    BoardPage.post(f"{PATH}/{{number}}/hand-over", Act.REPORT_PRODUCT, _hand_over),
    BoardPage.post(f"{PATH}/{{number}}/drop", Act.REPORT_PRODUCT, _drop),
    BoardPage.post(f"{PATH}/{{number}}/receive", PROVINCE, _receive),
    BoardPage.post(f"{PATH}/{{number}}/send-back", PROVINCE, _send_back),
    BoardPage.post(f"{PATH}/{{number}}/round", PROVINCE, _put_into_round),
)
