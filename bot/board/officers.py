"""Officers as the province keeps them: who has access, inviting, roles, links, and the end of it."""

from collections.abc import Mapping

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from catalog.officers import Act
from handlers.board import officers
from handlers.board.officers import WayIn
from handlers.board.read_grants import BadGrant

PATH = f"{ROOT}/officers"


async def _show(visit: BoardVisit) -> Screen:
    return await _list(visit)


async def _list(visit: BoardVisit, *, given: Mapping[str, str] | None = None, wrong: str = "") -> Screen:
    roles, communes = officers.choices(visit.desk)
    lines = await officers.list_officers(visit.desk)
    values = {"lines": lines, "roles": roles, "communes": communes, "given": given or {}}
    said = visit.say("The officer has no access any more.") if visit.query.get("done") == "ended" else ""
    status = 400 if wrong else 200
    return Screen("officers.html", visit.say("Officers"), values, said=said, wrong=wrong, status=status)


async def _add(visit: BoardVisit) -> Screen | Redirect:
    try:
        number = await officers.add(visit.desk, visit.form)
    except BadGrant as error:
        return await _list(visit, given=visit.form, wrong=str(error))
    return Redirect(f"{PATH}/{number}")


async def _show_one(visit: BoardVisit) -> Screen:
    return await _one(visit)


async def _one(
    visit: BoardVisit, *, way_in: WayIn | None = None, given: Mapping[str, str] | None = None, wrong: str = ""
) -> Screen:
    line = await officers.find(visit.desk, visit.number("number"))
    roles, communes = officers.choices(visit.desk)
    values = {"line": line, "roles": roles, "communes": communes, "given": given or {}, "way_in": way_in}
    return Screen("officer.html", line.name, values, wrong=wrong, status=400 if wrong else 200)


async def _give(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    try:
        await officers.give(visit.desk, number, visit.form)
    except BadGrant as error:
        return await _one(visit, given=visit.form, wrong=str(error))
    return Redirect(f"{PATH}/{number}")


async def _set_email(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    try:
        await officers.set_email(visit.desk, number, visit.form.get("email", ""))
    except BadGrant as error:
        return await _one(visit, given=visit.form, wrong=str(error))
    return Redirect(f"{PATH}/{number}")


async def _end_grant(visit: BoardVisit) -> Redirect:
    number = visit.number("number")
    await officers.end_grant(visit.desk, number, visit.number("grant"))
    return Redirect(f"{PATH}/{number}")


async def _make_link(visit: BoardVisit) -> Screen:
    return await _one(visit, way_in=await officers.make_link(visit.desk, visit.number("number")))


async def _end(visit: BoardVisit) -> Screen | Redirect:
    try:
        await officers.end(visit.desk, visit.number("number"), visit.form.get("reason", ""))
    except BadGrant as error:
        return await _one(visit, wrong=str(error))
    return Redirect(f"{PATH}?done=ended")


PAGES = (
    BoardPage.get(PATH, Act.MANAGE_OFFICERS, _show, menu=lambda say: say("Officers")),
    BoardPage.post(f"{PATH}/add", Act.MANAGE_OFFICERS, _add),
    BoardPage.get(f"{PATH}/{{number}}", Act.MANAGE_OFFICERS, _show_one),
    BoardPage.post(f"{PATH}/{{number}}/give", Act.MANAGE_OFFICERS, _give),
    BoardPage.post(f"{PATH}/{{number}}/email", Act.MANAGE_OFFICERS, _set_email),
    BoardPage.post(f"{PATH}/{{number}}/link", Act.MANAGE_OFFICERS, _make_link),
    BoardPage.post(f"{PATH}/{{number}}/end", Act.MANAGE_OFFICERS, _end),
    BoardPage.post(f"{PATH}/{{number}}/roles/{{grant}}/end", Act.MANAGE_OFFICERS, _end_grant),
)
