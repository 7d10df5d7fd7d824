"""Who takes part in a fair, on the board: invitations, answers, what booths need."""

from bot.board.fairs import PATH
from bot.board.page import BoardPage, BoardVisit, Redirect, Screen
from catalog.fairs.participation import BoothNeed, FairAnswer
from catalog.officers import Act
from handlers.board import fair_participants
from handlers.board.fair_participants import ParticipantFilter
from handlers.board.fairs import BadFair
from handlers.fairs import wording

_WHERE = f"{PATH}/{{key}}/producers"


def _key(visit: BoardVisit) -> str:
    return visit.request.match_info["key"][:40]


async def _show(visit: BoardVisit) -> Screen:
    return await _sheet(visit, said=_done_words(visit))


def _done_words(visit: BoardVisit) -> str:
    say, asked = visit.say, visit.query.get("n", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    return {
        "invited": say.count("{number} producer was invited.", "{number} producers were invited.", number),
        "again": say.count(
            "{number} producer is asked again in their messenger.",
            "{number} producers are asked again in their messengers.",
            number,
        ),
        "noted": say("The answer was noted."),
    }.get(visit.query.get("done", ""), "")


async def _sheet(visit: BoardVisit, *, said: str = "", wrong: str = "") -> Screen:
    say, query = visit.say, visit.query
    which, commune = query.get("show", ParticipantFilter.ALL), query.get("commune", "")[:16]
    sheet = await fair_participants.show(visit.desk, _key(visit), which, commune, visit.page)
    names = wording.answer_names(say)
    tabs = {
        ParticipantFilter.ALL: say("all"),
        ParticipantFilter.UNINVITED: say("not invited"),
        ParticipantFilter.SILENT: say("no answer yet"),
        ParticipantFilter.YES: names[FairAnswer.YES],
        ParticipantFilter.NO: names[FairAnswer.NO],
    }
    reach = visit.desk.reach_of(Act.READ_CATALOGUE)
    communes = visit.context.places.communes()
    values = {
        "sheet": sheet,
        "here": f"{PATH}/{sheet.fair.key}",
        "which": which,
        "commune": commune,
        "tabs": [(str(each), name, sheet.counts[each]) for each, name in tabs.items()],
        "communes": [each for each in communes if reach.everywhere or each.code in reach.communes],
        "answers": [(str(each), names[each]) for each in (FairAnswer.YES, FairAnswer.NO, FairAnswer.LATER)],
        "needs": [(str(each), name) for each, name in wording.need_names(say).items()],
        "all_needs": list(BoothNeed),
    }
    title = say("Who takes part: {fair}", fair=sheet.fair.name)
    return Screen("fair_participants.html", title, values, said, wrong, 422 if wrong else 200)


async def _invite(visit: BoardVisit) -> Screen | Redirect:
    try:
        number = await fair_participants.invite(visit.desk, _key(visit), visit.form)
    except BadFair as error:
        return await _sheet(visit, wrong=str(error))
    return Redirect(f"{PATH}/{_key(visit)}/producers?done=invited&n={number}")


async def _ask_again(visit: BoardVisit) -> Redirect:
    number = await fair_participants.ask_again(visit.desk, _key(visit))
    return Redirect(f"{PATH}/{_key(visit)}/producers?show=silent&done=again&n={number}")


async def _note(visit: BoardVisit) -> Screen | Redirect:
    try:
        await fair_participants.note_answer(visit.desk, _key(visit), visit.form)
    except BadFair as error:
        return await _sheet(visit, wrong=str(error))
    return Redirect(f"{PATH}/{_key(visit)}/producers?done=noted")


PAGES = (
    BoardPage.get(_WHERE, Act.READ_CATALOGUE, _show),
    BoardPage.post(f"{_WHERE}/invite", Act.MANAGE_FAIR, _invite),
    BoardPage.post(f"{_WHERE}/again", Act.MANAGE_FAIR, _ask_again),
    # Of a commune's officer this is the act of inviting, of an organiser that of the fair: asked for by the handler.
    BoardPage.post(f"{_WHERE}/answer", Act.READ_CATALOGUE, _note),
)
