"""No mistake in a setting repeats a secret: every setting that holds one is tried, in many shapes."""

from collections.abc import Iterator, Mapping

import pytest
from pydantic import BaseModel, SecretStr

from bot.discovery import channel_module, channel_names
from bot.settings import PREFIX, Settings, block_prefix, read_block, read_settings
from catalog.errors import BadSetting
from catalog.store.database import database_url

CANARY = "Kanarienvogel"
SHAPES = (
    CANARY,
    f"{CANARY} {CANARY}",
    f"1:{CANARY}",
    f"http://u:{CANARY}@127.0.0.1:1",
    f"socks5://u:{CANARY}@127.0.0.1:1",
    f"http://u:p/{CANARY}@127.0.0.1:1",
    f"http://u:{CANARY}#@127.0.0.1:1",
    # urllib tells the whole of an address with such a letter in it.
    f"http://u:{CANARY}\u2100@127.0.0.1:1",
    f"http://[{CANARY}",
)


def _holds_secret(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ())):
            yield name


SECRETS = {name: list(_holds_secret(channel_module(name).Settings)) for name in channel_names()}


def test_the_settings_that_hold_a_secret_are_known() -> None:
    """A new one is tried here by itself; this says that they are found at all."""
    assert list(_holds_secret(Settings)) == ["seal_keys", "details_token"]
    assert SECRETS["telegram"] == ["token", "webhook_secret", "proxy"]
    assert SECRETS["mail"] == ["password"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("channel", channel_names())
def test_no_channels_block_repeats_a_secret(channel: str, shape: str) -> None:
    model = channel_module(channel).Settings
    needed = {name: "1:x" for name, field in model.model_fields.items() if field.is_required()}
    for secret in SECRETS[channel]:
        assert CANARY not in said_of(channel, needed | {secret: shape}), secret


def said_of(channel: str, given: Mapping[str, str]) -> str:
    """What *channel* says of its block: what is wrong, or how it is printed."""
    environ = {f"{block_prefix(channel)}{name}".upper(): value for name, value in given.items()}
    try:
        block = read_block(channel, channel_module(channel).Settings, environ=environ)
    except BadSetting as error:
        return f"{error} {error!r}"
    return f"{block} {block!r}"


@pytest.mark.parametrize("shape", SHAPES)
def test_the_settings_of_the_program_repeat_none(monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    for name in _holds_secret(Settings):
        monkeypatch.setenv(f"{PREFIX}{name}".upper(), shape)
    settings = read_settings()
    assert CANARY not in f"{settings} {settings!r}"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:x@127.0.0.1:{CANARY}/n",
        f"mysql://u:{CANARY}@h/n",
        f"u:{CANARY}@h",
        f"sqlite://u:{CANARY}@h",
        "",
    ],
)
def test_a_mistaken_database_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadSetting, match="HOI_OCOP_DATABASE_URL") as refused:
        database_url(url)
    assert CANARY not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_good_proxy_may_have_a_password() -> None:
    given = {"TOKEN": "1:x", "PROXY": f"https://u:{CANARY}%23@proxy.example:3128"}
    environ = {f"HOI_OCOP_TELEGRAM__{name}": value for name, value in given.items()}
    assert read_block("telegram", channel_module("telegram").Settings, environ=environ) is not None
