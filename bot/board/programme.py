"""The programme on the board: figures, targets, the rows behind each number, and the map."""

import asyncio
from collections.abc import Mapping
from datetime import date
from functools import lru_cache, partial
from urllib.parse import urlencode

from aiohttp import web

from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen, carry_out
from catalog.errors import NotFound
from catalog.officers import Act
from catalog.programme import Axis, ProgrammeState
from catalog.tables_report import draw_pdf, write_workbook
from catalog.targets import Measure, PublishedTotal
from handlers import programme as figures
from handlers.board import programme, reports
from handlers.board.programme import BadTarget
from handlers.programme_map import draw_map

PATH = f"{ROOT}/programme"
_ENTERED = ("measure", "least", "most", "area", "since", "until", "stated", "plan", "source", "note")
_OF_TOTAL = (
    "as_of", "area", "about", "total", "five", "four", "three", "producers", "source", "address", "note", "instead_of",
)  # fmt: skip
_FILTERS = ("state", "stars", "group", "kind", "year", "district", "area", "ends")


@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    # A page has a thousand links that differ in few of their parts.
    return urlencode({name: value})


class RowsUrl:
    """Where the rows behind a number are, as of a day."""

    def __init__(self, day: date, today: date) -> None:
        self._day = {"as_of": day.isoformat()} if day != today else {}

    def __call__(self, **wanted: object) -> str:
        """The address of the rows that are *wanted*; an empty value asks for what is not known."""
        asked = [_pair(name, str(value) or "-") for name, value in {**self._day, **wanted}.items() if value is not None]
        return f"{PATH}/rows?{'&'.join(asked)}"

    def page(self, path: str, **query: str) -> str:
        """Another page as of the same day."""
        asked = urlencode({**self._day, **{name: value for name, value in query.items() if value}})
        return f"{path}?{asked}" if asked else path


def _day_of(visit: BoardVisit) -> date:
    return figures.read_day(visit.query.get("as_of", ""), visit.context.today())


def _values(visit: BoardVisit, day: date) -> dict[str, object]:
    """What each page of the programme knows."""
    today = visit.context.today()
    return {
        "day": day,
        "today": today,
        "rows_url": RowsUrl(day, today),
        "path": PATH,
        "soon": figures.SOON,
        "undated": figures.UNDATED,
    }


async def _show(visit: BoardVisit) -> Screen:
    say, day = visit.say, _day_of(visit)
    by = visit.query.get("by", "")
    sheet = await programme.show(visit.desk, day, Axis(by) if by in set(Axis) else Axis.COMMUNE)
    values = {"sheet": sheet, "wanted_by": programme.wanted_by, "states": figures.state_names(say)}
    return Screen("programme.html", say("The OCOP programme"), {**_values(visit, day), **values})


async def _show_rows(visit: BoardVisit) -> Screen:
    day, number = _day_of(visit), visit.page
    sheet = await programme.show_rows(visit.desk, day, figures.read_wanted(visit.query), page=number)
    following = urlencode({**visit.query, "page": number + 1}) if sheet.more else ""
    values = {"sheet": sheet, "following": f"{PATH}/rows?{following}" if following else ""}
    return Screen("programme_rows.html", visit.say("The products behind the number"), {**_values(visit, day), **values})


async def _show_map(visit: BoardVisit) -> Screen:
    say, day = visit.say, _day_of(visit)
    asked = {name: visit.query[name] for name in _FILTERS if visit.query.get(name)}
    if "state" not in visit.query:
        asked["state"] = str(ProgrammeState.IN_FORCE)
    wanted = figures.read_wanted(asked)
    held = await figures.load_figures(visit.context, day)
    drawn = draw_map(wanted.pick(held), visit.context.places)
    rows_url = RowsUrl(day, visit.context.today())
    values = {
        "map": drawn,
        "asked": asked,
        "rows_url_of": lambda wanted: lambda code: rows_url(commune=code, **wanted),
        "said": programme.describe(wanted, visit.desk),
        "states": figures.state_names(say),
        "kinds": figures.kind_names(say),
        "groups": [(each, each) for each in sorted({each.product.group for each in held.products} - {""})],
        "years": [(each, each) for each in sorted({each.year for each in held.products if each.year}, reverse=True)],
    }
    return Screen("programme_map.html", say("Map of the communes"), {**_values(visit, day), **values})


async def _show_targets(visit: BoardVisit) -> Screen:
    say = visit.say
    done = {"entered": say("The target was entered."), "ended": say("The target has ended.")}
    return await _targets(visit, said=visit.said(done))


async def _targets(
    visit: BoardVisit, *, said: str = "", wrong: str = "", entered: Mapping[str, str] | None = None
) -> Screen:
    say, day = visit.say, visit.context.today()
    values = {
        "lines": await programme.list_targets(visit.context, say, day),
        "wanted_by": programme.wanted_by,
        "may_set": bool(visit.desk.reach_of(Act.SET_TARGET)),
        "measures": figures.measure_names(say),
        "areas": figures.area_names(say),
        "communes": visit.context.places.communes(),
        "entered": {name: (entered or {}).get(name, "") for name in _ENTERED} | ({} if entered else _empty_form()),
    }
    title, status = say("Targets of the programme"), 422 if wrong else 200
    return Screen("programme_targets.html", title, {**_values(visit, day), **values}, said, wrong, status)


def _empty_form() -> dict[str, str]:
    return {"measure": str(Measure.PRODUCTS), "area": "province"}


async def _enter(visit: BoardVisit) -> Screen | Redirect:
    work = programme.enter_target(visit.desk, visit.form)
    return await carry_out(
        work, BadTarget, partial(_targets, visit, entered=visit.form), done=f"{PATH}/targets?done=entered"
    )


async def _end(visit: BoardVisit) -> Screen | Redirect:
    work = programme.end_target(visit.desk, *_what_ends(visit))
    return await carry_out(work, BadTarget, partial(_targets, visit), done=f"{PATH}/targets?done=ended")


def _what_ends(visit: BoardVisit) -> tuple[str, str]:
    """The key of what is to end, and why."""
    return visit.request.match_info["key"][:40], visit.form.get("reason", "")


async def _show_totals(visit: BoardVisit) -> Screen:
    say, done = visit.say, visit.query.get("done", "")
    told = {"entered": say("It stands among the published totals."), "ended": say("It was taken out.")}
    return await _totals(visit, said=told.get(done, ""))


async def _totals(
    visit: BoardVisit, *, said: str = "", wrong: str = "", entered: Mapping[str, str] | None = None
) -> Screen:
    say, day = visit.say, visit.context.today()
    lines = await programme.list_totals(visit.context, say)
    key = (entered or visit.query).get("instead_of", "")
    edited = next((each.published for each in lines if each.published.key == key), None)
    if entered is None and edited is not None:
        entered = _as_form(edited)
    values = {
        "lines": lines,
        "may_set": bool(visit.desk.reach_of(Act.SET_TARGET)),
        "areas": figures.area_names(say),
        "communes": visit.context.places.communes(),
        "abouts": programme.ABOUT,
        "edited": edited,
        "entered": {name: (entered or {}).get(name, "") for name in _OF_TOTAL},
    }
    title, status = say("Published totals"), 422 if wrong else 200
    return Screen("programme_totals.html", title, {**_values(visit, day), **values}, said, wrong, status)


def _as_form(total: PublishedTotal) -> dict[str, str]:
    """What the form of a published total begins with."""
    held = {name: getattr(total, name) for name in _OF_TOTAL if name not in {"as_of", "instead_of"}}
    plain = {name: "" if value is None else str(value) for name, value in held.items()}
    return {**plain, "as_of": total.as_of.vietnamese_text(), "instead_of": total.key}


async def _enter_total(visit: BoardVisit) -> Screen | Redirect:
    work = programme.enter_total(visit.desk, visit.form)
    return await carry_out(
        work, BadTarget, partial(_totals, visit, entered=visit.form), done=f"{PATH}/totals?done=entered"
    )


async def _end_total(visit: BoardVisit) -> Screen | Redirect:
    work = programme.end_total(visit.desk, *_what_ends(visit))
    return await carry_out(work, BadTarget, partial(_totals, visit), done=f"{PATH}/totals?done=ended")


async def _show_reports(visit: BoardVisit) -> Screen:
    held = await figures.load_figures(visit.context, visit.context.today())
    years = range(visit.context.today().year, figures.FIRST_YEAR - 1, -1)
    values = {"years": years, "rounds": reports.find_rounds(held.products)}
    return Screen("programme_reports.html", visit.say("Reports"), {**_values(visit, held.day), **values})


async def _report(visit: BoardVisit) -> web.Response:
    """The file of a year or of a round, in the kind that its address ends with."""
    year, kind = visit.query.get("year", ""), visit.request.match_info["kind"]
    if kind not in _WRITERS:
        raise NotFound(kind)
    if year.isascii() and year.isdecimal() and len(year) == 4:
        report = await reports.report_year(visit.desk, int(year))
    else:
        report = await reports.report_round(visit.desk, visit.query.get("round", "")[:200])
    write, media = _WRITERS[kind]
    body = await asyncio.to_thread(write, report)
    named = {"Content-Disposition": f'attachment; filename="ocop-{year or "dot"}-{report.day}.{kind}"'}
    return web.Response(body=body, content_type=media, headers=named)


_WRITERS = {
    "xlsx": (write_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (draw_pdf, "application/pdf"),
}


PAGES = (
    BoardPage.get(PATH, Act.READ_FIGURES, _show, menu=lambda say: say("Programme")),
    BoardPage.get(f"{PATH}/rows", Act.READ_FIGURES, _show_rows),
    BoardPage.get(f"{PATH}/map", Act.READ_FIGURES, _show_map, menu=lambda say: say("Map")),
    BoardPage.get(f"{PATH}/reports", Act.READ_FIGURES, _show_reports),
    BoardPage.get(f"{PATH}/report.{{kind}}", Act.READ_FIGURES, _report),
    BoardPage.get(f"{PATH}/targets", Act.READ_FIGURES, _show_targets),
    BoardPage.post(f"{PATH}/targets", Act.SET_TARGET, _enter),
    BoardPage.post(f"{PATH}/targets/{{key}}/end", Act.SET_TARGET, _end),
    BoardPage.get(f"{PATH}/totals", Act.READ_FIGURES, _show_totals),
    BoardPage.post(f"{PATH}/totals", Act.SET_TARGET, _enter_total),
    BoardPage.post(f"{PATH}/totals/{{key}}/end", Act.SET_TARGET, _end_total),
)
