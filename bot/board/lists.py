"""Lists in and out: upload, preview, mend, import, undo, the lines to mend as a file, and exports."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.board import list_work
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from bot.http.forms import MALFORMED
from catalog.errors import NotFound
from catalog.list_io.export import write_template
from catalog.officers import Act
from catalog.store import ListState, Outcome, StoredList
from handlers.board import list_check, lists
from handlers.board.lists import NotNow

PATH = f"{ROOT}/lists"
_AT_ONCE = 1 << 18
_MOST_DRAINED = 1 << 30
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM_BYTES = 512 * 1024


class FileTooLarge(Exception):
    """The file has more bytes than a list can have."""


async def _show(visit: BoardVisit) -> Screen:
    return await _overview(visit)


async def _overview(visit: BoardVisit, *, wrong: str = "", status: int = 200) -> Screen:
    before = visit.query.get("before", "")
    start = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else None
    found = await lists.of_desk(visit.desk, before=start)
    names = await visit.context.store.officers.names()
    values = {
        "lists": [(each, lists.state_words(each, visit.say), names.get(each.officer, "")) for each in found],
        "older": found[-1].number if len(found) >= lists.LISTED else 0,
        "most": lists.MOST_BYTES >> 20,
        "may_export": bool(visit.desk.reach_of(Act.EXPORT_LIST)),
        "own": visit.desk.officer.number,
    }
    return Screen("lists.html", visit.say("Lists in"), values, wrong=wrong, status=status)


async def _upload(visit: BoardVisit) -> Redirect | Screen:
    say = visit.say
    try:
        name, content = await take_file(visit)
    except FileTooLarge:
        wrong = say(
            "The file is too large: {most} MB at most. Part the list into several files, or save only its table.",
            most=lists.MOST_BYTES >> 20,
        )
        return await _overview(visit, wrong=wrong, status=413)
    except MALFORMED as error:
        raise web.HTTPBadRequest from error
    if not content:
        wrong = say("The file is empty.") if name else say("Choose a file first.")
        return await _overview(visit, wrong=wrong, status=400)
    number = await lists.keep(visit.desk, name, content)
    list_work.check(visit.context, number)
    return Redirect(f"{PATH}/{number}")


async def take_file(visit: BoardVisit) -> tuple[str, bytes]:
    """The name and the bytes of the file that was sent. Raises FileTooLarge, once all of it has come."""
    content, came, name = bytearray(), 0, ""
    while visit.parts is not None and (part := await visit.parts.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name != "file":
            continue
        name = part.filename or ""
        while chunk := await part.read_chunk(_AT_ONCE):
            came += len(chunk)
            # A browser shows our answer only after it could send everything.
            if came > _MOST_DRAINED:
                raise FileTooLarge
            if came <= lists.MOST_BYTES:
                content += chunk
    if came > lists.MOST_BYTES:
        raise FileTooLarge
    return name, bytes(content)


async def _show_list(visit: BoardVisit) -> Screen:
    return await _list_screen(visit)


async def _list_screen(visit: BoardVisit, *, wrong: str = "", status: int = 200) -> Screen:
    say, stored = visit.say, await lists.find(visit.desk, visit.number("number"))
    if stored.state is ListState.CHECKING and not stored.working:
        list_work.check(visit.context, stored.number)
    counts = {outcome: (stored.counts or {}).get(outcome, 0) for outcome in Outcome}
    outcome = _outcome(visit, counts)
    page = _page(visit)
    shown = await lists.preview_page(visit.desk, stored, outcome, page) if stored.counts else []
    last = max(0, (counts[outcome] - 1) // lists.PAGE)
    values = {
        "stored": stored,
        "state": lists.state_words(stored, say),
        "busy": stored.state in {ListState.CHECKING, ListState.IMPORTING} and not _broken(stored),
        "broken": _broken(stored),
        "percent": min(99, 100 * stored.done // stored.total) if stored.total else None,
        "tabs": [(each, lists.outcome_words(each, say), counts[each]) for each in Outcome],
        "outcome": outcome,
        "shown": shown,
        "page": page,
        "last": last,
        "notes": list_check.note_lines(stored, say.language),
        "much": list_check.much_changed(stored, say.language),
        "taken": counts[Outcome.ADDED] + counts[Outcome.CHANGED] + counts[Outcome.UNCHANGED],
        "bad": counts[Outcome.REFUSED] + counts[Outcome.DOUBTFUL],
        "kept": [lists.kept_words(each, say) for each in stored.undone.kept] if stored.undone else [],
    }
    said = {"mended": say("Written into the list; it is checked again."), "undone": say("The import is undone.")}
    told = visit.said(said)
    return Screen("list.html", stored.name, values, said=told, wrong=wrong, status=status)


def _broken(stored: StoredList) -> bool:
    """Whether an import broke off: nothing of it was written."""
    return stored.state is ListState.IMPORTING and not stored.working


def _outcome(visit: BoardVisit, counts: dict[Outcome, int]) -> Outcome:
    asked = visit.query.get("show", "")
    fallback = next((each for each in Outcome if counts[each]), Outcome.ADDED)
    return next((each for each in Outcome if each == asked), fallback)


def _page(visit: BoardVisit) -> int:
    asked = visit.query.get("page", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0


async def _mend(visit: BoardVisit) -> Redirect:
    number = visit.number("number")
    changed = await lists.mend(visit.desk, number, visit.form)
    if changed:
        list_work.check(visit.context, number)
    return Redirect(f"{PATH}/{number}?done=mended" if changed else f"{PATH}/{number}")


async def _import(visit: BoardVisit) -> Redirect | Screen:
    number = visit.number("number")
    try:
        owner = await lists.begin_import(visit.desk, number, sure=bool(visit.form.get("sure")))
    except NotNow as error:
        return await _list_screen(visit, wrong=str(error), status=409)
    list_work.carry_out(visit.context, number, owner=owner, by=visit.desk.doer)
    return Redirect(f"{PATH}/{number}")


async def _undo(visit: BoardVisit) -> Redirect:
    number = visit.number("number")
    await lists.find(visit.desk, number)
    reason = lists.plain_words(visit.form.get("reason", ""))[: lists.MOST_REASON]
    await list_work.undo(visit.context, number, by=visit.desk.doer, reason=reason)
    return Redirect(f"{PATH}/{number}?done=undone")


async def _bad_rows(visit: BoardVisit) -> web.Response:
    stored = await lists.find(visit.desk, visit.number("number"))
    with TemporaryDirectory(prefix="hoi-ocop-") as folder:
        path = Path(folder) / "bad.xlsx"
        if not stored.counts or not await lists.write_bad_rows(visit.desk, stored, path):
            raise NotFound
        return await _file(path, f"can-sua-{stored.number}.xlsx")


async def _template(_visit: BoardVisit) -> web.Response:
    with TemporaryDirectory(prefix="hoi-ocop-") as folder:
        path = Path(folder) / "template.xlsx"
        await asyncio.to_thread(write_template, path)
        return await _file(path, "mau-danh-sach.xlsx")


async def _show_export(visit: BoardVisit) -> Screen:
    units = [each for each in visit.context.places.communes() if each.code]
    groups = [name for name, _ in await visit.context.store.groups()]
    values = {"communes": sorted(units, key=str), "groups": groups}
    return Screen("lists_export.html", visit.say("Lists out"), values)


async def _export(visit: BoardVisit) -> web.Response:
    ending = visit.query.get("format", "")
    ending = ending if ending in lists.EXPORT_ENDINGS else lists.EXPORT_ENDINGS[0]
    with TemporaryDirectory(prefix="hoi-ocop-") as folder:
        path = Path(folder) / f"list.{ending}"
        await lists.write_export(visit.desk, lists.read_filter(visit.query), path)
        return await _file(path, f"ocop-{visit.context.today()}.{ending}")


async def _file(path: Path, name: str) -> web.Response:
    content = await asyncio.to_thread(path.read_bytes)
    kind = _XLSX if path.suffix == ".xlsx" else "text/csv"
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return web.Response(body=content, content_type=kind, headers=named)


PAGES = (
    BoardPage.get(PATH, Act.IMPORT_LIST, _show, menu=lambda say: say("Lists in")),
    BoardPage.upload(PATH, Act.IMPORT_LIST, _upload),
    BoardPage.get(f"{PATH}/template.xlsx", Act.IMPORT_LIST, _template),
    BoardPage.get(f"{PATH}/export", Act.EXPORT_LIST, _show_export, menu=lambda say: say("Lists out")),
    BoardPage.get(f"{PATH}/export/file", Act.EXPORT_LIST, _export),
    BoardPage.get(f"{PATH}/{{number}}", Act.IMPORT_LIST, _show_list),
    BoardPage.get(f"{PATH}/{{number}}/bad-rows.xlsx", Act.IMPORT_LIST, _bad_rows),
    BoardPage.post(f"{PATH}/{{number}}/mend", Act.IMPORT_LIST, _mend, most=_FORM_BYTES),
    BoardPage.post(f"{PATH}/{{number}}/import", Act.IMPORT_LIST, _import),
    BoardPage.post(f"{PATH}/{{number}}/undo", Act.IMPORT_LIST, _undo),
)
