"""Labels and invitations on A4 sheets: chosen, looked at, downloaded as PDF."""

from collections.abc import Awaitable
from urllib.parse import urlencode

from aiohttp import web

from bot.board.page import ROOT, BoardPage, BoardVisit, Screen
from catalog.errors import NotFound
from catalog.label import GRIDS
from catalog.officers import Act
from handlers.board import labels
from handlers.board.labels import CannotPrint, LabelRun

PATH, INVITATIONS = f"{ROOT}/labels", f"{ROOT}/invitations"
_ASKED = ("find", "words", "stars", "group", "commune", "in_force", "list", "size", "copies")
_FORM_BYTES = 256 * 1024
_SHOWN = 60


async def _show(visit: BoardVisit) -> Screen:
    return await _screen(visit, await labels.choose(visit.desk, visit.query))


async def _screen(visit: BoardVisit, run: LabelRun, *, wrong: str = "", status: int = 200) -> Screen:
    context = visit.context
    asked = {name: visit.query.get(name, "") for name in _ASKED}
    kept = urlencode({name: value for name, value in asked.items() if value})
    values = {
        "run": run,
        "asked": asked,
        "kept": kept,
        "shown": run.products[:_SHOWN],
        "sizes": GRIDS,
        "groups": [name for name, _ in await context.store.groups()],
        "communes": [each for each in context.places.communes() if each.code],
        "path": PATH,
        "most": labels.MOST_COPIES,
        "tried": bool(asked["find"] or asked["list"].strip()),
        "printable": bool(context.public_url),
        "may_invite": bool(visit.desk.reach_of(Act.INVITE_PRODUCER)),
    }
    return Screen("labels.html", visit.say("Labels"), values, wrong=wrong, status=status)


async def _file(visit: BoardVisit) -> Screen | web.Response:
    run, part = await labels.choose(visit.desk, visit.query), visit.query.get("part", "1")
    number = int(part) if part.isascii() and part.isdecimal() and len(part) < 5 else 0
    try:
        body = await labels.draw_file(visit.desk, run, number)
    except CannotPrint as error:
        return await _screen(visit, run, wrong=str(error), status=409)
    return _download(body, f"nhan-ocop-{visit.context.today()}-{number}.pdf")


async def _preview(visit: BoardVisit) -> web.Response:
    return await _picture(labels.draw_preview(visit.desk, await labels.choose(visit.desk, visit.query)))


async def _picture(drawing: Awaitable[bytes]) -> web.Response:
    try:
        return web.Response(body=await drawing, content_type="image/png")
    except CannotPrint as error:
        raise NotFound from error


async def _show_uninvited(visit: BoardVisit) -> Screen:
    return await _list_uninvited(visit)


async def _list_uninvited(visit: BoardVisit, *, wrong: str = "", status: int = 200) -> Screen:
    commune = visit.query.get("commune", "")[:16]
    values = {
        "found": (await labels.list_uninvited(visit.desk, commune))[: labels.MOST_INVITED],
        "commune": commune,
        "communes": [each for each in visit.context.places.communes() if each.code],
        "path": INVITATIONS,
        "days": labels.DAYS,
        "printable": labels.has_join_link(visit.desk),
        "most": labels.MOST_INVITED,
    }
    return Screen("invitations.html", visit.say("Invitations"), values, wrong=wrong, status=status)


async def _invite(visit: BoardVisit) -> Screen | web.Response:
    prefix = "producer-"
    chosen = [value for name, value in visit.form.items() if name.startswith(prefix)]
    days = visit.form.get("days", "")
    try:
        pages = await labels.invite_many(visit.desk, chosen, days=int(days) if days in map(str, labels.DAYS) else 0)
    except CannotPrint as error:
        return await _list_uninvited(visit, wrong=str(error), status=400)
    body = await labels.draw_sheets(visit.desk, pages)
    return _download(body, f"moi-co-so-{visit.context.today()}.pdf")


async def _preview_invitation(visit: BoardVisit) -> web.Response:
    return await _picture(labels.draw_invitation_preview(visit.desk))


def _download(body: bytes, name: str) -> web.Response:
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type="application/pdf", headers=named)


PAGES = (
    BoardPage.get(PATH, Act.EDIT_PRODUCT, _show, menu=lambda say: say("Labels")),
    BoardPage.get(f"{PATH}/preview.png", Act.EDIT_PRODUCT, _preview),
    BoardPage.get(f"{PATH}/file.pdf", Act.EDIT_PRODUCT, _file),
    BoardPage.get(INVITATIONS, Act.INVITE_PRODUCER, _show_uninvited),
    BoardPage.get(f"{INVITATIONS}/preview.png", Act.INVITE_PRODUCER, _preview_invitation),
    BoardPage.post(INVITATIONS, Act.INVITE_PRODUCER, _invite, most=_FORM_BYTES),
)
