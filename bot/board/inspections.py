"""Inspections: the list, a new record with the file of its minutes, and what is followed up."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.board.certificates import page_number
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen, carry_out
from bot.http.forms import MALFORMED, text_of
from catalog.errors import NotFound
from catalog.officers import Act
from handlers.board import inspections, matching
from handlers.board.inspections import BadInspection

PATH = f"{ROOT}/inspections"
_AT_ONCE, _MOST_WORDS, _MOST_DRAINED = 1 << 16, 256 * 1024, 1 << 28


class _FileTooLarge(Exception):
    """The minutes have more bytes than they can have."""


async def _list(visit: BoardVisit) -> Screen:
    query = visit.query
    unmended, producer = query.get("open") == "1", query.get("producer", "")[:64]
    page = page_number(query.get("page", "1"))
    sheet = await inspections.list_inspections(visit.desk, page, producer=producer, unmended=unmended)
    kept = {"open": "1" if unmended else "", "producer": producer}
    values = {
        "sheet": sheet,
        "path": PATH,
        "unmended": unmended,
        "kept": {name: value for name, value in kept.items() if value},
        "may": bool(visit.desk.reach_of(Act.INSPECT)),
    }
    return Screen("inspections.html", visit.say("Inspections"), values)


async def _ask(visit: BoardVisit) -> Screen:
    """Find the producer, then the form."""
    key, words = visit.query.get("producer", ""), visit.query.get("q", "")
    if key:
        return await _form(visit, key, {})
    hits = await matching.find_products(visit.desk, words)
    values = {"path": PATH, "words": words, "hits": hits}
    return Screen("inspection_whom.html", visit.say("Who was inspected?"), values)


async def _form(
    visit: BoardVisit, key: str, entered: Mapping[str, str], *, wrong: str = "", status: int = 422
) -> Screen:
    producer, products = await inspections.find_producer(visit.desk, key)
    say = visit.say
    values = {
        "path": PATH,
        "producer": producer,
        "products": products,
        "entered": entered,
        "levels": inspections.level_names(say),
        "headings": inspections.heading_names(say),
        "judgements": inspections.judgement_names(say),
        "outcomes": inspections.outcome_names(say),
        "most": inspections.MOST_BYTES >> 20,
    }
    return Screen(
        "inspection_form.html", say("Record an inspection"), values, wrong=wrong, status=status if wrong else 200
    )


async def _record(visit: BoardVisit) -> Screen | Redirect:
    try:
        form, file, large = await _read_upload(visit)
    except _FileTooLarge as error:
        raise web.HTTPRequestEntityTooLarge(inspections.MOST_BYTES, _MOST_DRAINED) from error
    except MALFORMED as error:
        raise web.HTTPBadRequest from error
    key = form.get("producer", "")
    producer, products = await inspections.find_producer(visit.desk, key)
    if large:
        wrong = visit.say("The minutes are too large: {most} MB at most.", most=inspections.MOST_BYTES >> 20)
        return await _form(visit, key, form, wrong=wrong, status=413)
    try:
        inspection = inspections.read_inspection(visit.desk, producer, products, form, file)
    except BadInspection as error:
        again = visit.say("Choose the file of the minutes again.") if file[1] else ""
        return await _form(visit, key, form, wrong=" ".join(filter(None, (str(error), again))))
    number = await inspections.record(visit.desk, inspection, file[1])
    return Redirect(f"{PATH}/{number}?done=recorded")


async def _read_upload(visit: BoardVisit) -> tuple[dict[str, str], tuple[str, bytes], bool]:
    """The fields of the form, the name and the bytes of its file, and whether that is too large."""
    form: dict[str, str] = {}
    words, name, content, drained = 0, "", b"", 0
    while visit.parts is not None and (part := await visit.parts.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        # A browser shows our answer only after it could send everything.
        if part.name == "minutes":
            name = part.filename or ""
            content, came = await _read_part(part, kept=inspections.MOST_BYTES + 1, most=_MOST_DRAINED - drained)
        else:
            text, came = await _read_part(part, kept=_MOST_WORDS, most=_MOST_WORDS - words)
            form[part.name or ""] = text_of(text)
            words += came
        drained += came
    return form, (name, content), len(content) > inspections.MOST_BYTES


async def _read_part(part: BodyPartReader, *, kept: int, most: int) -> tuple[bytes, int]:
    """The first *kept* bytes of a part, and how many came. Raises _FileTooLarge beyond *most*."""
    content, came = bytearray(), 0
    while chunk := await part.read_chunk(_AT_ONCE):
        came += len(chunk)
        if came > most:
            raise _FileTooLarge
        content += chunk[: max(0, kept - len(content))]
    return bytes(content), came


async def _show(visit: BoardVisit) -> Screen:
    say = visit.say
    said = {
        "recorded": say("The inspection is recorded."),
        "mended": say("Noted: it is mended."),
        "struck": say("Struck out; it stays readable and does not count."),
    }
    return await _sheet(visit, said=visit.said(said))


async def _sheet(visit: BoardVisit, *, said: str = "", wrong: str = "") -> Screen:
    sheet = await inspections.show(visit.desk, visit.number("number"))
    values = {"sheet": sheet, "path": PATH, "today": visit.context.today()}
    return Screen("inspection.html", sheet.producer, values, said, wrong, 422 if wrong else 200)


async def _minutes(visit: BoardVisit) -> web.Response:
    inspection = await inspections.find(visit.desk, visit.number("number"))
    content = await visit.context.store.inspections.minutes(inspection.number)
    if content is None:
        raise NotFound
    kind = inspections.file_kind(content) or "application/octet-stream"
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(inspection.minutes)}"}
    return web.Response(body=content, content_type=kind, headers=named)


async def _end(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    work = inspections.end(visit.desk, number, visit.form)
    return await carry_out(work, BadInspection, partial(_sheet, visit), done=f"{PATH}/{number}?done=mended")


async def _strike(visit: BoardVisit) -> Screen | Redirect:
    number = visit.number("number")
    work = inspections.strike(visit.desk, number, visit.form.get("reason", ""))
    return await carry_out(work, BadInspection, partial(_sheet, visit), done=f"{PATH}/{number}?done=struck")


PAGES = (
    BoardPage.get(PATH, Act.READ_CATALOGUE, _list, menu=lambda say: say("Inspections")),
    BoardPage.get(f"{PATH}/new", Act.INSPECT, _ask),
    BoardPage.upload(f"{PATH}/new", Act.INSPECT, _record),
    BoardPage.get(f"{PATH}/{{number}}", Act.READ_CATALOGUE, _show),
    BoardPage.get(f"{PATH}/{{number}}/minutes", Act.READ_CATALOGUE, _minutes),
    BoardPage.post(f"{PATH}/{{number}}/mended", Act.INSPECT, _end),
    BoardPage.post(f"{PATH}/{{number}}/strike", Act.INSPECT, _strike),
)
