"""The report of a fair on the board: its figures with the rows behind them, as Excel and as PDF."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from bot.board.fairs import PATH
from bot.board.page import BoardPage, BoardVisit, Redirect, Screen
from catalog.errors import NotFound
from catalog.officers import Act
from catalog.tables_report import draw_pdf, write_workbook
from handlers.board import fair_notes, fair_report, fair_rows
from handlers.board.fairs import BadFair

_WHERE = f"{PATH}/{{key}}/report"
_PER_PAGE = 50
_WRITERS = {
    "xlsx": (write_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (draw_pdf, "application/pdf"),
}


def _key(visit: BoardVisit) -> str:
    return visit.request.match_info["key"][:40]


async def _show(visit: BoardVisit) -> Screen:
    return await _sheet(visit, said=visit.said({"sold": visit.say("What was sold is kept.")}))


async def _sheet(
    visit: BoardVisit, *, said: str = "", wrong: str = "", entered: Mapping[str, str] | None = None
) -> Screen:
    check = visit.query.get("check") == "1"
    report = await fair_report.make(visit.desk, _key(visit), check=check)
    said = said or (visit.say("Every row of the visits fits the one before.") if check and not report.broken else "")
    values = {
        "report": report,
        "here": f"{PATH}/{report.fair.key}",
        "spell": fair_report.format_number,
        "sellers": await fair_notes.sellers(visit.desk, report.fair.key) if report.may_note else (),
        "entered": {name: (entered or {}).get(name, "") for name in ("producer", "total", "ocop", "best")},
        "most": max((each.visits for each in report.days), default=0),
    }
    title = visit.say("Report: {fair}", fair=report.fair.name)
    return Screen("fair_report.html", title, values, said, wrong, 422 if wrong else 200)


async def _note(visit: BoardVisit) -> Screen | Redirect:
    try:
        await fair_notes.note_sale(visit.desk, _key(visit), visit.form)
    except BadFair as error:
        return await _sheet(visit, wrong=str(error), entered=visit.form)
    return Redirect(f"{PATH}/{_key(visit)}/report?done=sold#sales")


async def _visits(visit: BoardVisit) -> Screen:
    page, of, check = visit.page, visit.query.get("of", "")[:12], visit.query.get("check") == "1"
    counted = await fair_report.count_days(visit.desk, _key(visit), of, check=check)
    values = {
        "counted": counted,
        "here": f"{PATH}/{counted.fair.key}",
        "of": of,
        "spell": fair_report.format_number,
        "booths": counted.booths[page * _PER_PAGE : (page + 1) * _PER_PAGE],
        "page": page,
        "more": len(counted.booths) > (page + 1) * _PER_PAGE,
    }
    said = visit.say("Every row of the visits fits the one before.") if check and not counted.broken else ""
    title = visit.say("{figure}: {fair}", figure=counted.name, fair=counted.fair.name)
    return Screen("fair_visits.html", title, values, said)


async def _leads(visit: BoardVisit) -> Screen:
    page, of = visit.page, visit.query.get("of", "")[:12]
    fair, lines, total = await fair_report.list_leads(visit.desk, _key(visit), page, of=of, at_once=_PER_PAGE)
    values = {
        "fair": fair,
        "here": f"{PATH}/{fair.key}",
        "lines": lines,
        "of": of,
        "total": total,
        "page": page,
        "more": total > (page + 1) * _PER_PAGE,
    }
    return Screen("fair_leads.html", visit.say("Leads: {fair}", fair=fair.name), values)


async def _rows(visit: BoardVisit) -> Screen:
    page, of = visit.page, visit.query.get("of", "")[:12]
    shown = await fair_rows.list_rows(visit.desk, _key(visit), of, page, at_once=_PER_PAGE)
    values = {
        "shown": shown,
        "here": f"{PATH}/{shown.fair.key}",
        "of": of,
        "page": page,
        "more": shown.total > (page + 1) * _PER_PAGE,
    }
    title = visit.say("{figure}: {fair}", figure=shown.title, fair=shown.fair.name)
    return Screen("fair_rows.html", title, values)


async def _file(visit: BoardVisit) -> web.Response:
    kind = visit.request.match_info["ending"]
    if kind not in _WRITERS:
        raise NotFound(kind)
    report = await fair_report.make(visit.desk, _key(visit), check=True)
    write, media = _WRITERS[kind]
    body = await asyncio.to_thread(write, fair_report.as_tables(report, visit.desk))
    named = {"Content-Disposition": f'attachment; filename="{report.fair.key}.{kind}"'}
    return web.Response(body=body, content_type=media, headers=named)


PAGES = (
    BoardPage.get(_WHERE, Act.READ_FIGURES, _show),
    BoardPage.get(f"{_WHERE}/visits", Act.READ_FIGURES, _visits),
    BoardPage.get(f"{_WHERE}/leads", Act.READ_FIGURES, _leads),
    BoardPage.get(f"{_WHERE}/rows", Act.READ_FIGURES, _rows),
    BoardPage.get(f"{_WHERE}/file.{{ending}}", Act.READ_FIGURES, _file),
    BoardPage.post(f"{_WHERE}/sales", Act.MANAGE_FAIR, _note),
)
