"""Settings: every one is explained, mistakes are named, secrets are never repeated."""

import re
from pathlib import Path

import pytest

from bot.discovery import channel_module, channel_names
from bot.settings import PREFIX, Settings, block_prefix, read_block, read_settings
from catalog.codes import OwnProduct, classify
from catalog.errors import BadSetting

ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLE = ROOT / ".env.example"


def read_by_us() -> set[str]:
    """Each variable that some settings read."""
    house = {f"{PREFIX}{name.upper()}" for name, one in Settings.model_fields.items() if one.validation_alias is None}
    blocks = {
        f"{block_prefix(channel)}{name.upper()}"
        for channel in channel_names()
        for name in channel_module(channel).Settings.model_fields
    }
    return house | blocks


def test_the_example_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^#? ?(HOI_OCOP_[A-Z0-9_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(read_by_us())


def test_the_example_as_it_stands_is_what_we_do_anyway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_settings() == Settings.model_construct()
    for channel in channel_names():
        if channel != "web":
            assert read_block(channel, channel_module(channel).Settings) is None


def test_every_setting_of_the_house_says_what_it_is() -> None:
    own = [field for field in Settings.model_fields.values() if field.validation_alias is None]
    assert all(field.description for field in own)


@pytest.mark.parametrize("channel", channel_names())
def test_every_setting_of_a_channel_says_what_it_is(channel: str) -> None:
    fields = channel_module(channel).Settings.model_fields
    assert [name for name, field in fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "viele-4711"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "geheim-4711"),
        ("LOG_LEVEL", "laut"),
        ("KEEP_DAYS", "0"),
    ],
)
def test_a_mistake_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"HOI_OCOP_{name}", value)
    with pytest.raises(BadSetting, match=f"HOI_OCOP_{name}: ") as caught:
        read_settings()
    assert value not in str(caught.value)


def test_secrets_are_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOI_OCOP_DATABASE_URL", "postgresql://u:geheim@h/n")
    monkeypatch.setenv("HOI_OCOP_SEAL_KEYS", "geheim")
    settings = read_settings()
    assert settings.database_url == "postgresql://u:geheim@h/n"
    assert "geheim" not in f"{settings!r} {settings}"


def test_our_own_addresses_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOI_OCOP_PUBLIC_URL", "https://ocop.example.vn/")
    monkeypatch.setenv("HOI_OCOP_PORT", "9000")
    settings = read_settings()
    assert settings.public_url == "https://ocop.example.vn"
    for address in ("https://ocop.example.vn/p/a", "http://127.0.0.1:9000/p/a", "http://localhost:9000/p/a"):
        assert isinstance(classify(address, ours=settings.surroundings), OwnProduct)
    assert not isinstance(classify("http://127.0.0.1:9001/p/a", ours=settings.surroundings), OwnProduct)


HALF = [
    ("telegram", {"MODE": "webhook"}, "HOI_OCOP_TELEGRAM__TOKEN"),
    ("telegram", {"TOKEN": "geheim-4711"}, "HOI_OCOP_TELEGRAM__TOKEN"),
    ("telegram", {"TOKEN": "123456789:geheim-4711", "MODE": "webhook"}, "HOI_OCOP_TELEGRAM__"),
    ("zalo_oa", {"APP_ID": "geheim-4711"}, "HOI_OCOP_ZALO_OA__OA_SECRET"),
    ("zalo_oa", {"APP_ID": "1", "OA_SECRET": "geheim-4711"}, "HOI_OCOP_ZALO_OA__APP_SECRET"),
    ("zalo_bot", {"SECRET": "geheim-4711"}, "HOI_OCOP_ZALO_BOT__TOKEN"),
    ("zalo_bot", {"TOKEN": "1:x", "MODE": "webhook", "SECRET": "ge 4711"}, "HOI_OCOP_ZALO_BOT__"),
    ("zalo_bot", {"TOKEN": "1:x", "TOKNE": "geheim-4711"}, "HOI_OCOP_ZALO_BOT__TOKNE"),
    ("web", {"TABS": "geheim-4711"}, "HOI_OCOP_WEB__TABS"),
]


@pytest.mark.parametrize(("channel", "block", "named"), HALF)
def test_a_half_filled_block_is_refused_by_name(channel: str, block: dict[str, str], named: str) -> None:
    environ = {f"{block_prefix(channel)}{name}": value for name, value in block.items()}
    with pytest.raises(BadSetting, match=named) as caught:
        read_block(channel, channel_module(channel).Settings, environ=environ)
    assert "4711" not in str(caught.value)


@pytest.mark.parametrize("channel", ["telegram", "zalo_oa", "zalo_bot"])
def test_an_absent_or_empty_block_is_off(channel: str) -> None:
    settings = channel_module(channel).Settings
    assert read_block(channel, settings, environ={}) is None
    assert read_block(channel, settings, environ={f"{block_prefix(channel)}TOKEN": "", "HOI_OCOP_PORT": "1"}) is None


def test_the_web_chat_needs_no_block() -> None:
    assert read_block("web", channel_module("web").Settings, environ={}) is not None


def test_names_are_read_however_they_are_written() -> None:
    environ = {"hoi_ocop_telegram__token": "123456789:abc"}
    block = read_block("telegram", channel_module("telegram").Settings, environ=environ)
    assert block is not None
    assert "123456789" not in repr(block)


@pytest.mark.parametrize("names", [("TELEGRAM__USERNAME", "ZALO_OA__OA_ID"), ("TELEGRAM_BOT", "ZALO_OA")])
def test_links_to_us_are_known_by_one_fact_each(monkeypatch: pytest.MonkeyPatch, names: tuple[str, str]) -> None:
    """The channels' own names are read, and those of 0.1.0."""
    for name, value in zip(names, ("HoiOcopBot", "42"), strict=True):
        monkeypatch.setenv(f"HOI_OCOP_{name}", value)
    ours = read_settings().surroundings
    assert (ours.telegram_bot, ours.zalo_oa) == ("HoiOcopBot", "42")


def test_every_setting_says_more_than_its_name() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("# HOI_OCOP_") and "=" not in line] == []
