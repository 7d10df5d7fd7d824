"""hoi-ocop zalo login, typed by a person, against our strict stand-in for Zalo's OAuth server."""

import asyncio
import sys

import aiohttp

from tests.acceptance.command import Command
from tests.stands.zalo_oa import Platform

BACK = "https://hoi-ocop.example/back"


async def login(command: Command, platform: Platform, *, answer: str | None = None) -> tuple[int, str, str]:
    """Run the command, open the page it names, and paste the address that the page leads to (or *answer*)."""
    account = platform.account
    block = {
        "APP_ID": account.app_id,
        "OA_SECRET": account.oa_secret,
        "APP_SECRET": account.app_secret,
        "OAUTH_URL": platform.url,
        "REDIRECT_URL": BACK,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-u",
        "-m",
        "bot",
        "zalo",
        "login",
        cwd=command.folder,
        env=command.environment | {f"HOI_OCOP_ZALO_OA__{name}": value for name, value in block.items()},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    page = ""
    while not page.startswith("http"):
        page = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession() as session, session.get(page, allow_redirects=False) as opened:
        pasted = answer if answer is not None else opened.headers["Location"]
    out, err = await process.communicate(f"{pasted}\n".encode())
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_account_is_connected(command: Command) -> None:
    """The administrator allows the app, the address is pasted, and nothing secret is printed."""
    async with Platform().open() as platform:
        status, out, err = await login(command, platform)
    assert status == 0
    assert "Done. The account stays connected" in out
    assert platform.grants == 1
    assert platform.account.app_secret not in out + err


async def test_a_wrong_code_is_said_so(command: Command) -> None:
    """What Zalo refuses is told in a sentence."""
    async with Platform().open() as platform:
        status, _, err = await login(command, platform, answer="wrong")
    assert status == 1
    assert "Zalo did not let us in" in err
