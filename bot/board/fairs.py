"""Fairs on the board: the calendar, a fair with the plan of its booths, the forms of its organiser."""

from collections.abc import Mapping

from aiohttp import web

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.errors import NotFound
from catalog.fairs.calendar import Fair, FairKind
from catalog.officers import Act
from handlers.board import fair_notes, fairs
from handlers.board.fairs import BadFair
from handlers.fairs import wording

PATH = f"{ROOT}/fairs"
_PER_PAGE = 30


async def _list(visit: BoardVisit) -> Screen:
    over = visit.query.get("show") == "past"
    lines = await fairs.list_fairs(visit.desk, over=over)
    page = visit.page
    values = {
        "path": PATH,
        "over": over,
        "lines": lines[page * _PER_PAGE : (page + 1) * _PER_PAGE],
        "total": len(lines),
        "page": page,
        "more": len(lines) > (page + 1) * _PER_PAGE,
        "may_enter": fairs.may_enter(visit.desk),
        "calendar": wording.CALENDAR,
    }
    return Screen("fairs.html", visit.say("Fairs"), values, said=_done_words(visit))


def _done_words(visit: BoardVisit) -> str:
    say = visit.say
    words = {
        "entered": say("The fair was entered. Everybody sees it now."),
        "changed": say("The change was kept. Who wanted to be reminded is told, if the days or the place changed."),
        "cancelled": say("The fair was called off. Who wanted to be reminded is told."),
        "restored": say("The fair takes place again. Who wanted to be reminded is told."),
        "booths": say("The booths were made."),
        "booth": say("The booth was kept."),
        "removed": say("The booth was taken away."),
        "gate": say("What the gate counted was kept; it stands in the report."),
        "ungated": say("It is as it was typed before."),
    }
    return visit.said(words)


def _key(visit: BoardVisit) -> str:
    return visit.request.match_info["key"][:40]


async def _show(visit: BoardVisit) -> Screen:
    return await _sheet(visit, said=_done_words(visit))


async def _sheet(
    visit: BoardVisit, *, said: str = "", wrong: str = "", entered: Mapping[str, str] | None = None
) -> Screen:
    sheet = await fairs.show(visit.desk, _key(visit))
    fair = sheet.line.fair
    values = {
        "path": PATH,
        "here": f"{PATH}/{fair.key}",
        "sheet": sheet,
        "fair": fair,
        "has_cards": bool(visit.context.public_url),
        "public": wording.page_url(visit.context.public_url, fair, language=visit.say.language),
        "entered": {name: (entered or {}).get(name, "") for name in ("zone", "codes", "reason")},
        "gate": await fair_notes.show_gate(visit.desk, fair, entered) if sheet.may else None,
    }
    return Screen("fair.html", fair.name, values, said, wrong, 422 if wrong else 200)


async def _show_new(visit: BoardVisit) -> Screen:
    return _form(visit, None)


async def _show_edit(visit: BoardVisit) -> Screen:
    return _form(visit, (await fairs.show(visit.desk, _key(visit))).line.fair)


def _form(visit: BoardVisit, fair: Fair | None, *, wrong: str = "", entered: Mapping[str, str] | None = None) -> Screen:
    say = visit.say
    reach = visit.desk.reach_of(Act.MANAGE_FAIR)
    communes = visit.context.places.communes()
    values = {
        "path": PATH,
        "fair": fair,
        "action": f"{PATH}/{fair.key}/edit" if fair else f"{PATH}/new",
        "entered": fairs.entered_of(fair, entered),
        "kinds": [(str(kind), wording.kind_name(kind, say)) for kind in FairKind],
        "communes": [each for each in communes if reach.everywhere or each.code in reach.communes],
        "anywhere": reach.everywhere,
    }
    title = say("Change the fair") if fair else say("Enter a fair")
    return Screen("fair_form.html", title, values, wrong=wrong, status=422 if wrong else 200)


async def _enter(visit: BoardVisit) -> Screen | Redirect:
    try:
        fair = await fairs.enter(visit.desk, visit.form)
    except BadFair as error:
        return _form(visit, None, wrong=str(error), entered=visit.form)
    return Redirect(f"{PATH}/{fair.key}?done=entered")


async def _edit(visit: BoardVisit) -> Screen | Redirect:
    try:
        fair = await fairs.change(visit.desk, _key(visit), visit.form)
    except BadFair as error:
        before = (await fairs.show(visit.desk, _key(visit))).line.fair
        return _form(visit, before, wrong=str(error), entered=visit.form)
    return Redirect(f"{PATH}/{fair.key}?done=changed")


async def _cancel(visit: BoardVisit) -> Screen | Redirect:
    try:
        await fairs.cancel(visit.desk, _key(visit), visit.form.get("reason", ""))
    except BadFair as error:
        return await _sheet(visit, wrong=str(error))
    return Redirect(f"{PATH}/{_key(visit)}?done=cancelled")


async def _restore(visit: BoardVisit) -> Redirect:
    await fairs.restore(visit.desk, _key(visit))
    return Redirect(f"{PATH}/{_key(visit)}?done=restored")


async def _add_booths(visit: BoardVisit) -> Screen | Redirect:
    try:
        await fairs.add_booths(visit.desk, _key(visit), visit.form)
    except BadFair as error:
        return await _sheet(visit, wrong=str(error), entered=visit.form)
    return Redirect(f"{PATH}/{_key(visit)}?done=booths#booths")


async def _note_gate(visit: BoardVisit) -> Screen | Redirect:
    try:
        await fair_notes.note_gate(visit.desk, _key(visit), visit.form)
    except BadFair as error:
        return await _sheet(visit, wrong=str(error), entered=visit.form)
    return Redirect(f"{PATH}/{_key(visit)}?done=gate#gate")


async def _take_gate_back(visit: BoardVisit) -> Redirect:
    await fair_notes.take_gate_back(visit.desk, _key(visit), visit.number("number"))
    return Redirect(f"{PATH}/{_key(visit)}?done=ungated#gate")


async def _papers(visit: BoardVisit) -> web.Response:
    """``cards.pdf`` and ``plates.pdf``."""
    kind = visit.request.match_info["kind"]
    if kind not in {"cards", "plates"}:
        raise NotFound(kind)
    fair, body = await fairs.print_papers(visit.desk, _key(visit), kind)
    named = {"Content-Disposition": f'attachment; filename="{fair.key}-{kind}.pdf"'}
    return web.Response(body=body, content_type="application/pdf", headers=named)


async def _show_booth(visit: BoardVisit) -> Screen:
    return await _booth(visit)


async def _booth(visit: BoardVisit, *, wrong: str = "", entered: Mapping[str, str] | None = None) -> Screen:
    desk, key = visit.desk, _key(visit)
    fair = await desk.context.store.fairs.by_key(key)
    (line,) = await fairs.name_booths(desk, [await desk.context.store.fairs.booth(key, visit.number("number"))])
    kept = {"who": line.name, "zone": line.booth.zone}
    values = {
        "here": f"{PATH}/{key}",
        "fair": fair,
        "line": line,
        "may": fairs.may_change(desk, fair),
        "entered": {name: entered.get(name, "") for name in kept} if entered else kept,
        "producers": await fairs.list_known_producers(desk),
    }
    title = visit.say("Booth {code}", code=line.booth.code)
    return Screen("fair_booth.html", title, values, wrong=wrong, status=422 if wrong else 200)


async def _assign_booth(visit: BoardVisit) -> Screen | Redirect:
    try:
        await fairs.assign_booth(visit.desk, _key(visit), visit.number("number"), visit.form)
    except BadFair as error:
        return await _booth(visit, wrong=str(error), entered=visit.form)
    return Redirect(f"{PATH}/{_key(visit)}?done=booth#booths")


async def _remove_booth(visit: BoardVisit) -> Redirect:
    await fairs.remove_booth(visit.desk, _key(visit), visit.number("number"))
    return Redirect(f"{PATH}/{_key(visit)}?done=removed#booths")


PAGES = (
    BoardPage.get(PATH, Act.READ_CATALOGUE, _list, menu=lambda say: say("Fairs")),
    BoardPage.get(f"{PATH}/new", Act.MANAGE_FAIR, _show_new),
    BoardPage.post(f"{PATH}/new", Act.MANAGE_FAIR, _enter),
    BoardPage.get(f"{PATH}/{{key}}", Act.READ_CATALOGUE, _show),
    BoardPage.get(f"{PATH}/{{key}}/edit", Act.MANAGE_FAIR, _show_edit),
    BoardPage.post(f"{PATH}/{{key}}/edit", Act.MANAGE_FAIR, _edit),
    BoardPage.post(f"{PATH}/{{key}}/cancel", Act.MANAGE_FAIR, _cancel),
    BoardPage.post(f"{PATH}/{{key}}/restore", Act.MANAGE_FAIR, _restore),
    BoardPage.post(f"{PATH}/{{key}}/booths", Act.MANAGE_FAIR, _add_booths),
    BoardPage.post(f"{PATH}/{{key}}/gate", Act.MANAGE_FAIR, _note_gate),
    BoardPage.post(f"{PATH}/{{key}}/gate/{{number}}/undo", Act.MANAGE_FAIR, _take_gate_back),
    BoardPage.get(f"{PATH}/{{key}}/{{kind}}.pdf", Act.READ_CATALOGUE, _papers),
    BoardPage.get(f"{PATH}/{{key}}/booths/{{number}}", Act.READ_CATALOGUE, _show_booth),
    BoardPage.post(f"{PATH}/{{key}}/booths/{{number}}", Act.MANAGE_FAIR, _assign_booth),
    BoardPage.post(f"{PATH}/{{key}}/booths/{{number}}/remove", Act.MANAGE_FAIR, _remove_booth),
)
