"""hoi-ocop officer: from the first link to the last row of the audit, over the real server."""

import asyncio
import csv
import re
import sqlite3
from contextlib import closing

import aiohttp
import pytest

from tests.acceptance.command import Command
from tests.stands.smtp import smtp_server

_LINK = re.compile(r"http://\S+/board/sign-in/([A-Z2-9]{12})")
ENGLISH = ("--lang", "en")


def code_in(told: str) -> str:
    found = _LINK.search(told)
    assert found, told
    return found[1]


async def enter(session: aiohttp.ClientSession, url: str, code: str) -> int:
    async with session.get(f"{url}/board/sign-in/{code}") as page:
        form = re.search(r'name="form" value="(\w+)"', await page.text())
    assert form
    async with session.post(f"{url}/board/sign-in", data={"form": form[1], "code": code}) as answer:
        assert answer.url.path == "/board" if answer.ok else answer.url.path == "/board/sign-in"
        return answer.status


async def test_an_officer_is_added_signs_in_and_is_out_the_moment_they_leave(command: Command) -> None:
    added = command("officer", "add", "Nguyễn Thị Lan", "--role", "commune", "--commune", "Đại Bái", *ENGLISH)
    assert added.status == 0, added.err
    assert "1  Nguyễn Thị Lan: Commune, Xã Gia Bình" in added.out
    jar = aiohttp.CookieJar(unsafe=True)
    async with command.serving() as served, aiohttp.ClientSession(cookie_jar=jar) as session:
        code = code_in(added.out)
        assert await enter(session, served.url, code) == 200
        assert await enter(session, served.url, code) == 410, "once"
        async with session.get(f"{served.url}/board") as board:
            assert "Nguyễn Thị Lan" in await board.text()
            assert board.headers["Cache-Control"] == "no-store"
        ended = await asyncio.to_thread(command.here, "officer", "end", "nguyen thi lan", "--reason", "nghỉ hưu")
        assert ended.status == 0
        async with session.get(f"{served.url}/board") as board:
            assert board.status == 401
    checked = {each["what"]: each for each in (await asyncio.to_thread(command.here, "check", "--json")).json}
    assert checked["audit"]["state"] == "on"
    assert checked["audit"]["told"].startswith("4 rows, whole")


async def test_a_link_is_mailed_to_the_officer_who_asks(command: Command) -> None:
    """Through the real outbox and a real mail server; the public address is a proxy's."""
    async with smtp_server() as smtp:
        settings = {
            "HOI_OCOP_PUBLIC_URL": "https://ocop.test",
            "HOI_OCOP_MAIL__HOST": "127.0.0.1",
            "HOI_OCOP_MAIL__PORT": str(smtp.port),
            "HOI_OCOP_MAIL__SENDER": "ocop@ocop.test",
            "HOI_OCOP_MAIL__SECURITY": "none",
        }
        mailing = Command(command.folder, settings=settings)
        mailing("officer", "add", "Lan", "--role", "province", "--email", "lan@bacninh.vn")
        jar = aiohttp.CookieJar(unsafe=True)
        async with mailing.serving() as served, aiohttp.ClientSession(cookie_jar=jar) as session:
            async with session.get(f"{served.url}/board") as page:
                form = re.search(r'name="form" value="(\w+)"', await page.text())
            assert form
            sent = {"form": form[1], "email": "Lan@BacNinh.vn"}
            async with session.post(f"{served.url}/board/sign-in/mail", data=sent) as answer:
                assert answer.status == 200
            async with asyncio.timeout(30):
                while not smtp.taken:  # noqa: ASYNC110 - a mail server tells nobody
                    await asyncio.sleep(0.05)
            (mail,) = smtp.taken
            assert mail.recipients == ("lan@bacninh.vn",)
            link = re.search(r"https://ocop\.test/board/sign-in/(\w{12})", mail.message.get_content())
            assert link
            assert await enter(session, served.url, link[1]) == 200


def test_who_has_access_is_listed_and_a_new_link_replaces_the_last(command: Command) -> None:
    assert "No officer has access" in command.here("officer", "list", *ENGLISH).err
    first = command.here("officer", "add", "Lan", "--role", "province", "--until", "31/12/2099", *ENGLISH)
    assert "Province, the whole province, until 31/12/2099" in first.out
    again = command.here("officer", "link", "1", *ENGLISH)
    assert code_in(again.out) != code_in(first.out)
    granted = command.here("officer", "grant", "Lan", "--role", "viewer", "--commune", "Cao Đức", *ENGLISH)
    assert "; Viewer, Xã Cao Đức" in granted.out
    assert "lan@bacninh.vn" in command.here("officer", "email", "Lan", "Lan@bacninh.vn", *ENGLISH).out
    assert "no e-mail address" in command.here("officer", "email", "Lan", *ENGLISH).out
    assert "0 passkeys removed" in command.here("officer", "forget-passkeys", "1", *ENGLISH).out
    (listed,) = command.here("officer", "list", "--json").json
    assert [each["role"] for each in listed["grants"]] == ["province", "viewer"]
    assert command.here("officer", "end", "1", *ENGLISH).status == 0
    assert command.here("officer", "list", "--json").json == []
    assert [each["ended"] for each in command.here("officer", "list", "--all", "--json").json] == [True]
    assert "1  Lan: access ended" in command.here("officer", "list", "--all", *ENGLISH).out
    for words in (("end", "1"), ("link", "1")):
        refused = command.here("officer", *words, *ENGLISH)
        assert (refused.status, "has ended" in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "Lan", "--role", "vua"), "Không có vai trò vua"),
        (("add", "Lan", "--role", "commune"), "Xã nào?"),
        (("add", " ", "--role", "province"), "Tên có từ 1"),
        (("add", "x" * 101, "--role", "province"), "Tên có từ 1"),
        (("add", "Lan", "--role", "province", "--email", "lan"), "không phải là địa chỉ thư"),
        (("end", "Ai đó"), "Không có cán bộ Ai đó"),
        (("link", "7"), "Không có cán bộ 7"),
    ],
)
def test_what_cannot_be_meant_is_said_in_one_line_and_nothing_is_kept(
    command: Command, words: tuple[str, ...], told: str
) -> None:
    said = command.here("officer", *words, "--lang", "vi")
    assert (said.status, said.out) == (1, "")
    assert told in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert command.here("officer", "list", "--json").json == []


def test_the_audit_is_written_to_a_file_and_a_changed_row_is_found(command: Command) -> None:
    command.here("officer", "add", "Lan", "--role", "province")
    out = command.folder / "audit.csv"
    written = command.here("officer", "audit", "--out", out, *ENGLISH)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["deed"] for row in rows] == ["officer_added", "link_made", "audit_exported"]
    assert f"3 rows; the chain ends with {rows[-1]['hash']}" in written.out
    assert "exists already" in command.here("officer", "audit", "--out", out, *ENGLISH).err
    with closing(sqlite3.connect(command.folder / "catalogue.db")) as database, database:
        database.execute("DROP TRIGGER audit_keeps_update")
        database.execute("UPDATE audit SET subject = 'officer 9' WHERE number = 2")
    checked = {each["what"]: each for each in command.here("check", "--json").json}
    assert (checked["audit"]["state"], checked["audit"]["told"]) == (
        "wrong",
        "The audit is not whole: row 2 was changed.",
    )
    again = command.here("officer", "audit", "--out", command.folder / "b.csv", *ENGLISH)
    assert (again.status, "row 2 was changed" in again.err) == (1, True)
