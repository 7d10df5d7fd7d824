"""Points of sale on the board: the list, one of them with its form, and that it is still so."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from bot.board.certificates import page_number
from bot.board.lists import FileTooLarge, take_file
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from bot.http.forms import MALFORMED
from catalog.errors import BadSheet
from catalog.officers import Act, Reach
from catalog.sale_points import SalePoint
from handlers import sale_points as words
from handlers.board import sale_point_list, sale_points
from handlers.board.sale_point_list import NoSuchList
from handlers.board.sale_points import BadSalePoint

PATH = f"{ROOT}/sale-points"
_ONE = f"{PATH}/{{number}}"
_PER_PAGE = 30
_LIST_BYTES = 1024 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def _list(visit: BoardVisit) -> Screen:
    stale, asked = visit.query.get("stale") == "1", visit.query.get("q", "")[:80].strip()
    lines = await sale_points.list_points(visit.desk, stale=stale, words=asked)
    page = min(page_number(visit.query.get("page", "1")), max(1, -(-len(lines) // _PER_PAGE)))
    kept = {"stale": "1" if stale else "", "q": asked}
    values = {
        "path": PATH,
        "stale": stale,
        "asked": asked,
        "lines": lines[(page - 1) * _PER_PAGE : page * _PER_PAGE],
        "total": len(lines),
        "page": page,
        "more": len(lines) > page * _PER_PAGE,
        "kept": {name: value for name, value in kept.items() if value},
        "may": bool(visit.desk.reach_of(Act.EDIT_PRODUCT)),
    }
    return Screen("sale_points.html", visit.say("Where to buy"), values, said=_done_words(visit))


def _done_words(visit: BoardVisit) -> str:
    say = visit.say
    told = {
        "entered": say("The point of sale was entered. Shoppers see it now."),
        "changed": say("The change was kept, and it is confirmed as of today."),
        "confirmed": say("It is confirmed as of today."),
        "removed": say("The point of sale was taken away."),
        "list": say("The list was kept. It can be undone here."),
        "undone": say("The list is undone: what it changed is as it was."),
    }
    return visit.said(told)


async def _new(visit: BoardVisit) -> Screen:
    return await _form(visit, None)


async def _show(visit: BoardVisit) -> Screen:
    return await _form(
        visit, (await sale_points.show(visit.desk, visit.number("number"))).point, said=_done_words(visit)
    )


async def _form(
    visit: BoardVisit,
    point: SalePoint | None,
    *,
    said: str = "",
    wrong: str = "",
    entered: Mapping[str, str] | None = None,
) -> Screen:
    desk, say = visit.desk, visit.say
    reach, communes = desk.reach_of(Act.EDIT_PRODUCT), visit.context.places.communes()
    values = {
        "path": PATH,
        "line": await sale_points.show(desk, point.number) if point else None,
        "action": f"{PATH}/{point.number}" if point else f"{PATH}/new",
        "entered": await sale_points.entered_of(desk, point, entered),
        "kinds": [(str(kind), name) for kind, name in words.kind_names(say).items()],
        "communes": [each for each in communes if _reaches(reach, each.code)],
        "producers": await visit.context.store.producer_names(),
    }
    title = point.name if point else say("Enter a point of sale")
    return Screen("sale_point.html", title, values, said, wrong, 422 if wrong else 200)


def _reaches(reach: Reach, commune: str) -> bool:
    """Whether a shop may be entered there; a producer's own may be anywhere."""
    return reach.everywhere or commune in reach.communes or bool(reach.producers)


async def _enter(visit: BoardVisit) -> Screen | Redirect:
    try:
        point = await sale_points.enter(visit.desk, visit.form)
    except BadSalePoint as error:
        return await _form(visit, None, wrong=str(error), entered=visit.form)
    return Redirect(f"{PATH}/{point.number}?done=entered")


async def _change(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    try:
        await sale_points.change(visit.desk, number, visit.form)
    except BadSalePoint as error:
        point = (await sale_points.show(visit.desk, number)).point
        return await _form(visit, point, wrong=str(error), entered=visit.form)
    return Redirect(f"{PATH}/{number}?done=changed")


async def _confirm(visit: BoardVisit) -> Redirect:
    await sale_points.confirm(visit.desk, visit.number("number"))
    return Redirect(f"{PATH}/{visit.number('number')}?done=confirmed")


async def _remove(visit: BoardVisit) -> Redirect:
    await sale_points.remove(visit.desk, visit.number("number"))
    return Redirect(f"{PATH}?done=removed")


async def _file(visit: BoardVisit) -> web.Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "diem-ban.xlsx"
        await sale_point_list.write_list(visit.desk, path)
        return await _sent_as_file(path)


async def _sent_as_file(path: Path) -> web.Response:
    body = await asyncio.to_thread(path.read_bytes)
    named = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return web.Response(body=body, content_type=_XLSX, headers=named)


async def _bad_lines(visit: BoardVisit) -> Screen | web.Response:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "diem-ban-can-sua.xlsx"
        if await sale_point_list.write_bad_lines(visit.desk, visit.form.get("lines", ""), path):
            return await _sent_as_file(path)
    return await _list_screen(visit, visit.say("Something was changed meanwhile: upload the list again."))


async def _show_list(visit: BoardVisit) -> Screen:
    return await _list_screen(visit)


async def _list_screen(
    visit: BoardVisit, wrong: str = "", compared: sale_point_list.SaleList | None = None, *, said: str = ""
) -> Screen:
    kept = () if compared and not said else await sale_point_list.list_kept(visit.desk)
    values = {"path": PATH, "compared": compared, "kept": kept, "most": sale_point_list.MOST_LINES}
    title = visit.say("Points of sale from a list")
    return Screen("sale_point_list.html", title, values, said or _done_words(visit), wrong, 422 if wrong else 200)


async def _upload(visit: BoardVisit) -> Screen:
    try:
        _, content = await take_file(visit)
    except FileTooLarge:
        return await _list_screen(visit, visit.say("The file is too large."))
    except MALFORMED as error:
        raise web.HTTPBadRequest from error
    if len(content) > _LIST_BYTES:
        return await _list_screen(visit, visit.say("The file is too large."))
    try:
        lines = await asyncio.to_thread(_read_bytes, content, visit)
    except (BadSheet, NoSuchList) as error:
        return await _list_screen(visit, str(error))
    return await _list_screen(visit, compared=await sale_point_list.compare(visit.desk, lines))


def _read_bytes(content: bytes, visit: BoardVisit) -> list[tuple[int, Mapping[str, str]]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        return list(sale_point_list.read_file(path, visit.desk))


async def _keep_list(visit: BoardVisit) -> Screen | Redirect:
    _, wrong = await sale_point_list.keep(visit.desk, visit.form.get("lines", ""))
    if wrong:
        return await _list_screen(visit, visit.say("Something was changed meanwhile: upload the list again."))
    if bad := visit.form.get("bad", ""):
        # What could not be kept is kept nowhere: it stays on the page until it was taken out.
        left = await sale_point_list.compare_bad(visit.desk, bad)
        return await _list_screen(visit, compared=left, said=visit.say("The list was kept. It can be undone here."))
    return Redirect(f"{PATH}/list?done=list")


async def _undo_list(visit: BoardVisit) -> Redirect:
    await sale_point_list.undo(visit.desk, visit.number("number"))
    return Redirect(f"{PATH}/list?done=undone")


PAGES = (
    BoardPage.get(PATH, Act.READ_CATALOGUE, _list, menu=lambda say: say("Where to buy")),
    BoardPage.get(f"{PATH}/new", Act.EDIT_PRODUCT, _new),
    BoardPage.post(f"{PATH}/new", Act.EDIT_PRODUCT, _enter),
    BoardPage.get(f"{PATH}/file.xlsx", Act.READ_CATALOGUE, _file),
    BoardPage.get(f"{PATH}/list", Act.EDIT_PRODUCT, _show_list),
    BoardPage.upload(f"{PATH}/list", Act.EDIT_PRODUCT, _upload),
    BoardPage.post(f"{PATH}/list/keep", Act.EDIT_PRODUCT, _keep_list, most=_LIST_BYTES),
    BoardPage.post(f"{PATH}/list/bad-rows.xlsx", Act.EDIT_PRODUCT, _bad_lines, most=_LIST_BYTES),
    BoardPage.post(f"{PATH}/list/{{number}}/undo", Act.EDIT_PRODUCT, _undo_list),
    BoardPage.get(_ONE, Act.READ_CATALOGUE, _show),
    BoardPage.post(_ONE, Act.EDIT_PRODUCT, _change),
    BoardPage.post(f"{_ONE}/confirm", Act.EDIT_PRODUCT, _confirm),
    BoardPage.post(f"{_ONE}/remove", Act.EDIT_PRODUCT, _remove),
)
