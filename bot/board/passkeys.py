"""An officer's passkeys: added, shown and removed by themselves."""

from bot.board import cookies, passkey_verification
from bot.board.cookies import form_token
from bot.board.devices import device_words
from bot.board.page import ROOT, BoardPage, BoardVisit, Redirect, Screen
from bot.board.passkey_verification import PasskeySite
from catalog.officers import Act, Passkey
from handlers.board import own_access

PATH = f"{ROOT}/passkeys"


async def _show(visit: BoardVisit) -> Screen:
    say, desk = visit.say, visit.desk
    known = await own_access.list_passkeys(desk)
    site = passkey_verification.site_of(visit.request, visit.context.public_url)
    values = {"passkeys": known, "shown": desk.has_shown_passkey, "add": None, "prove": None, "remind": False}
    if site is not None:
        store, visitor = visit.context.store, _visitor(visit)
        if own_access.may_change(desk, known):
            values["add"] = passkey_verification.ask_for_new(desk.officer, known, site, store, visitor=visitor)
        else:
            values["prove"] = passkey_verification.ask_to_show(known, site, store, visitor=visitor)
    done = {
        "added": say("The passkey was added."),
        "shown": say("Thank you, the passkey is right."),
        "removed": say("The passkey was removed."),
    }
    failed = say("That passkey could not be used. Please try again.") if visit.query.get("done") == "failed" else ""
    said = visit.said(done)
    return Screen("passkeys.html", say("Passkeys"), values, said=said, wrong=failed)


async def _add(visit: BoardVisit) -> Redirect:
    site, challenge = _asked(visit)
    answer = visit.form.get("answer", "")
    made = passkey_verification.verify_new(answer, challenge, site) if site and challenge else None
    if made is None or challenge is None:
        return Redirect(f"{PATH}?done=failed")
    name = visit.form.get("name", "").strip()[:60] or device_words(visit.request.headers.get("User-Agent", ""))
    added = await own_access.add_passkey(visit.desk, made, name=name, challenge=challenge)
    return Redirect(f"{PATH}?done={'added' if added else 'failed'}")


async def _prove(visit: BoardVisit) -> Redirect:
    site, challenge = _asked(visit)
    answer = visit.form.get("answer", "")
    known = {each.credential: each for each in await own_access.list_passkeys(visit.desk)}
    passkey: Passkey | None = known.get(passkey_verification.credential_in(answer))
    if site is None or challenge is None or passkey is None:
        return Redirect(f"{PATH}?done=failed")
    count = passkey_verification.verify_shown(answer, challenge, passkey, site)
    shown = count is not None and await own_access.show_passkey(
        visit.desk, passkey, sign_count=count, challenge=challenge
    )
    return Redirect(f"{PATH}?done={'shown' if shown else 'failed'}")


async def _remove(visit: BoardVisit) -> Redirect:
    await own_access.remove_passkey(visit.desk, visit.number("number"))
    return Redirect(f"{PATH}?done=removed")


def _asked(visit: BoardVisit) -> tuple[PasskeySite | None, bytes | None]:
    """For which site, and with which challenge of ours, this visitor was asked."""
    site = passkey_verification.site_of(visit.request, visit.context.public_url)
    proof = visit.form.get("proof", "")
    return site, passkey_verification.read_challenge(proof, visit.context.store, visitor=_visitor(visit))


def _visitor(visit: BoardVisit) -> str:
    return form_token(visit.request.cookies.get(cookies.SESSION, ""))


PAGES = (
    BoardPage.get(PATH, Act.SEE_BOARD, _show, menu=lambda say: say("Passkeys"), own=True, before_passkey=True),
    BoardPage.post(f"{PATH}/add", Act.SEE_BOARD, _add, before_passkey=True),
    BoardPage.post(f"{PATH}/prove", Act.SEE_BOARD, _prove, before_passkey=True),
    BoardPage.post(f"{PATH}/{{number}}/remove", Act.SEE_BOARD, _remove),
)
