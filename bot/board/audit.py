"""The audit: filtered, page by page, and as CSV."""

from urllib.parse import urlencode

from aiohttp import web

from bot.board.drawing import HEADERS
from bot.board.page import ROOT, BoardPage, BoardVisit, Screen
from catalog.officers import Act
from handlers.board import audit

PATH = f"{ROOT}/audit"
_FILTERS = ("officer", "deed", "subject", "since", "until")
_BOM = "\ufeff"


async def _show(visit: BoardVisit) -> Screen:
    wanted = {name: visit.query[name] for name in _FILTERS if visit.query.get(name)}
    before = visit.query.get("before", "")
    start = int(before) if before.isascii() and before.isdecimal() and len(before) < 19 else None
    sheet = await audit.show(visit.desk, audit.read_filter(wanted), before=start)
    older = f"{PATH}?{urlencode({**wanted, 'before': sheet.before})}" if sheet.before else ""
    newest = f"{PATH}?{urlencode(wanted)}" if start else ""
    values = {
        "sheet": sheet,
        "wanted": wanted,
        "older": older,
        "newest": newest,
        "csv": f"{PATH}.csv?{urlencode(wanted)}",
    }
    return Screen("audit.html", visit.say("Audit"), values)


async def _export(visit: BoardVisit) -> web.StreamResponse:
    wanted = audit.read_filter(visit.query)
    await audit.record_export(visit.desk)
    named = {"Content-Disposition": f'attachment; filename="audit-{visit.context.today()}.csv"'}
    response = web.StreamResponse(headers={**HEADERS, **named})
    response.content_type, response.charset = "text/csv", "utf-8"
    await response.prepare(visit.request)
    # Excel takes a table for UTF-8 only if it begins so.
    await response.write(_BOM.encode())
    async for line in audit.table(visit.context.store, wanted):
        await response.write(line.encode(errors="replace"))
    await response.write_eof()
    return response


PAGES = (
    BoardPage.get(PATH, Act.READ_AUDIT, _show, menu=lambda say: say("Audit")),
    BoardPage.get(f"{PATH}.csv", Act.READ_AUDIT, _export),
)
