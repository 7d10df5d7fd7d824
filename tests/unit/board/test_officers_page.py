"""Officers kept on the board: the province invites, gives, ends; it makes itself no second pair of eyes."""

import re

from catalog.audit import Deed
from catalog.officers import OfficerRole
from tests.board import HERE, THERE, BoardTown, OfficerBrowser

_CODE = re.compile(r"Code: ([A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})")


async def invites(browser: OfficerBrowser, **fields: str) -> tuple[int, str]:
    await browser.opens("/board/officers")
    response = await browser.sends("/board/officers/add", **fields)
    return response.status, response.headers.get("Location", "")


async def test_an_officer_of_a_commune_is_invited_and_signs_in_by_the_link(board: BoardTown) -> None:
    browser = await board.signed_in()
    assert await invites(browser, name="  Trần  Bình ", role="commune", commune=HERE) == (303, "/board/officers/2")
    await browser.opens("/board/officers/2")
    assert "Commune</strong>, Xã Nhân Thắng" in browser.said
    await browser.sends("/board/officers/2/link")
    code = _CODE.search(browser.said)
    assert code, browser.said
    assert f"https://ocop.test/board/sign-in/{code[1].replace('-', '')}" in browser.said
    invited = await board.browser(headers={"Accept-Language": "en"})
    assert (await invited.signs_in(code[1].replace("-", ""))).status == 303
    await invited.opens("/board")
    assert "Hello, Trần Bình" in invited.said
    entries = [row.entry async for row in board.context.store.audit.every_row()]
    assert [(each.officer, each.level, each.deed) for each in entries[-3:-1]] == [
        (1, "province", Deed.OFFICER_ADDED),
        (1, "province", Deed.LINK_MADE),
    ]


async def test_what_cannot_be_meant_is_said_above_the_form_which_keeps_what_was_written(board: BoardTown) -> None:
    browser = await board.signed_in()
    for fields, told in (
        ({"name": "Bình", "role": "province"}, "Province officers are let in by the operator"),
        ({"name": "Bình", "role": ""}, "Choose a role"),
        ({"name": " ", "role": "viewer"}, "A name has 1 to 100 letters"),
        ({"name": "Bình", "role": "commune"}, "Which commune?"),
        ({"name": "Bình", "role": "commune", "commune": "99999"}, "There is no commune 99999"),
        ({"name": "Bình", "role": "inspector"}, "Until when?"),
        ({"name": "Bình", "role": "viewer", "until": "2020-01-01"}, "has passed already"),
    ):
        assert (await invites(browser, **fields))[0] == 400
        assert told in browser.said
        assert f'value="{fields["name"]}"' in browser.said
    assert len(await board.context.store.officers.list_all()) == 1


async def test_roles_are_given_and_ended_and_the_access_as_a_whole(board: BoardTown) -> None:
    browser = await board.signed_in()
    await board.officer(OfficerRole.COMMUNE, name="Zoé")
    await browser.opens("/board/officers/2")
    form = browser.form
    assert (await browser.sends("/board/officers/2/give", form=form, role="commune", commune=THERE)).status == 303
    assert (await browser.sends("/board/officers/2/give", form=form, role="province")).status == 400
    (_, officer) = await board.context.store.officers.list_all()
    first, second = officer.grants
    assert (await browser.sends(f"/board/officers/2/roles/{first.number}/end", form=form)).status == 303
    assert (await browser.sends(f"/board/officers/2/roles/{first.number}/end", form=form)).status == 404
    assert (await browser.sends("/board/officers/2/roles/1/end", form=form)).status == 404, "that is another's"
    (_, officer) = await board.context.store.officers.list_all()
    assert officer.grants_in_force(board.context.today()) == (second,)
    assert (await browser.sends("/board/officers/2/end", form=form, reason=" ")).status == 400
    ended = await browser.sends("/board/officers/2/end", form=form, reason="nghỉ  hưu")
    assert ended.headers["Location"] == "/board/officers?done=ended"
    await browser.opens("/board/officers?done=ended")
    assert "The officer has no access any more." in browser.said
    assert "Zoé" not in browser.said
    await browser.opens("/board/officers/2")
    assert "access ended" in browser.said
    for path in ("end", "link", "give"):
        assert (await browser.sends(f"/board/officers/2/{path}", form=form, reason="x")).status in {403, 404}
    assert (await browser.opens("/board/officers/9")).status == 404


async def test_nobody_makes_a_second_pair_of_eyes_or_ends_themselves(board: BoardTown) -> None:
    """Who could sign in as another province officer would confirm what they proposed themselves."""
    browser = await board.signed_in()
    await board.officer(OfficerRole.PROVINCE, name="Cúc")
    await browser.opens("/board/officers/2")
    assert "Make a sign-in link" not in browser.said
    form = browser.form
    for path in ("link", "give", "roles/2/end"):
        assert (await browser.sends(f"/board/officers/2/{path}", form=form, role="viewer")).status == 403
    assert (await browser.sends("/board/officers/1/end", form=form, reason="x")).status == 403
    assert (await browser.sends("/board/officers/2/end", form=form, reason="chuyển việc")).status == 303
    ended = {each.number: each.ended_at is not None for each in await board.context.store.officers.list_all()}
    assert ended == {1: False, 2: True}


async def test_an_e_mail_address_is_kept_when_an_officer_is_let_in_and_later(board: BoardTown) -> None:
    browser = await board.signed_in()
    fields = {"name": "Bình", "role": "commune", "commune": HERE}
    assert (await invites(browser, **fields, email="binh@"))[0] == 400
    assert "is no e-mail address" in browser.said
    assert 'value="binh@"' in browser.said
    assert (await invites(browser, **fields, email=" Binh@Xa.Example "))[0] == 303
    (_, officer) = await board.context.store.officers.list_all()
    assert officer.contact == "binh@xa.example"
    await browser.opens("/board/officers/2")
    assert 'value="binh@xa.example"' in browser.said
    form = browser.form
    assert (await browser.sends("/board/officers/2/email", form=form, email="no")).status == 400
    assert (await browser.sends("/board/officers/2/email", form=form, email="b@xa.example")).status == 303
    assert (await browser.sends("/board/officers/2/email", form=form, email="b@xa.example")).status == 303
    (_, officer) = await board.context.store.officers.list_all()
    assert officer.contact == "b@xa.example"
    deeds = [row.entry.deed async for row in board.context.store.audit.every_row()]
    assert deeds.count(Deed.CONTACT_CHANGED) == 1
    # A link goes to one officer: nobody else's address.
    assert (await invites(browser, name="Mai", role="viewer", email="B@xa.example"))[0] == 400
    assert "Another officer has this e-mail address." in browser.said
    assert (await browser.sends("/board/officers/1/email", form=form, email="p@xa.example")).status == 403
