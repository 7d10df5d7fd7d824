"""Logging in with a browser, from the address to the kept pair."""

import pytest

from bot.channels import zalo_oa
from bot.channels.zalo_oa import login, oauth
from tests.unit.zalo.conftest import consent, log_in, oa_settings, opened


async def test_logging_in_replaces_everything(zalo, memory, clock):
    settings = oa_settings(zalo)
    async with opened(settings, memory, clock) as tokens:
        await tokens.access()
        zalo.revoke_everything()
        await log_in(settings, memory, clock)
        await tokens.keep_fresh()
        assert await tokens.access() in zalo._access
        assert tokens.warning() == ""


async def test_a_bare_code_is_taken_too_and_only_once(zalo, memory, clock):
    settings = oa_settings(zalo, redirect_url="https://hoi-ocop.example/callback")
    url, verifier = login.begin(settings)
    code = login._code(await consent(url), verifier)
    await login.finish(settings, f" {code}\n", verifier=verifier, memory=memory)
    with pytest.raises(oauth.Denied, match="-14003"):
        await login.finish(settings, code, verifier=verifier, memory=memory)


async def test_the_address_of_another_login_is_refused(zalo, memory):
    settings = oa_settings(zalo, redirect_url="https://hoi-ocop.example/callback")
    back = await consent(login.begin(settings)[0])
    with pytest.raises(ValueError, match="another login"):
        await login.finish(settings, back, verifier=login.begin(settings)[1], memory=memory)
    with pytest.raises(ValueError, match="no code"):
        await login.finish(settings, "https://hoi-ocop.example/callback", verifier="v", memory=memory)


def test_without_a_callback_address_none_is_named(zalo_settings_alone):
    assert "redirect_uri" not in login.begin(zalo_settings_alone)[0]


@pytest.fixture
def zalo_settings_alone():
    return zalo_oa.Settings(app_id="1", oa_secret="2", app_secret="3")
