"""The key beside the database: made once, durable, private; never replaced in silence."""

import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.keys import has_keys, seal_keys
from bot.settings import Settings
from catalog.errors import BadSetting
from catalog.sealing import new_key
from catalog.store import InboxRow, open_store


def settings_of(file: Path, **more: object) -> Settings:
    return Settings(database_url=f"sqlite:///{file}", **more)  # type: ignore[arg-type]  # pydantic reads them


async def test_a_lost_key_is_not_replaced_in_silence(store_file: Path) -> None:
    settings, kept = settings_of(store_file), store_file.with_name(f"{store_file.name}.key")
    assert not has_keys(settings)
    keys = seal_keys(settings)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (seal_keys(settings), has_keys(settings)) == (keys, True)
    async with open_store(settings.database_url, migrate=True, keys=keys) as store:
        await store.inbox.put(InboxRow("web", "an", "1", "lời"))
    kept.unlink()
    assert has_keys(settings)
    with pytest.raises(BadSetting, match="is gone"):
        seal_keys(settings)
    assert not kept.exists()
    fresh = seal_keys(settings, accept=True)
    assert fresh != keys
    with pytest.raises(BadSetting, match="does not fit"):
        async with open_store(settings.database_url, migrate=True, keys=fresh):
            pass


def test_keys_that_are_set_come_first_and_postgresql_needs_them(tmp_path: Path) -> None:
    key = new_key()
    assert seal_keys(settings_of(tmp_path / "a.db", seal_keys=SecretStr(f"{key} old"))) == [key, "old"]
    with pytest.raises(BadSetting, match="must be set"):
        seal_keys(Settings(database_url="postgresql://u:p@h/n"))
    assert has_keys(Settings(database_url="postgresql://u:p@h/n"))


def test_a_folder_that_takes_no_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="cannot be written"):
        seal_keys(settings_of(tmp_path / "file" / "a.db"))


@pytest.mark.parametrize("damaged", [b"", b"half a k", b"\xff\xfe\x00", b"a" * 44])
def test_a_damaged_key_file_is_named_and_left_as_it_is(tmp_path: Path, damaged: bytes) -> None:
    kept = tmp_path / "a.db.key"
    kept.write_bytes(damaged)
    with pytest.raises(BadSetting, match=r"key file .*a\.db\.key is damaged"):
        seal_keys(settings_of(tmp_path / "a.db"))
    assert kept.read_bytes() == damaged
