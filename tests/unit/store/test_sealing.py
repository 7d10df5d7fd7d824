"""What is sealed opens again, with its own key only, whole only, and also if an older version sealed it."""

import base64

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from catalog import sealing
from catalog.sealing import Seal, new_key

KEY = new_key()
SEAL = Seal([KEY])


@given(st.text())
def test_a_text_opens_as_it_was(words: str) -> None:
    sealed = SEAL.close(words)
    assert SEAL.open(sealed) == words
    assert sealed.startswith("s2:") or not words


@given(st.binary())
def test_bytes_open_as_they_were(data: bytes) -> None:
    assert SEAL.open_bytes(SEAL.close_bytes(data)) == data


def test_a_lone_surrogate_is_sealed_too() -> None:
    assert SEAL.open(SEAL.close("\ud83d")) == "\ud83d"


def test_the_same_words_are_never_sealed_alike() -> None:
    assert len({SEAL.close("Lan") for _ in range(100)}) == 100


def test_what_fernet_sealed_opens_for_ever() -> None:
    old = Fernet(KEY)
    assert SEAL.open("s1:" + old.encrypt("nem bùi".encode()).decode()) == "nem bùi"
    assert SEAL.open_bytes(old.encrypt(b"photo")) == b"photo"
    assert SEAL.closed_at("s1:" + old.encrypt_at_time(b"x", 1_700_000_000).decode()) == 1_700_000_000


def test_another_key_opens_nothing() -> None:
    other = Seal([new_key()])
    assert other.open(SEAL.close("Lan")) == ""
    assert other.open_bytes(SEAL.close_bytes(b"Lan")) == b""
    assert Seal([new_key(), KEY]).open(SEAL.close("Lan")) == "Lan"


@pytest.mark.parametrize("place", [0, 7, 8, 19, 20, -1], ids=["time", "second", "nonce", "last", "words", "tag"])
def test_one_changed_bit_opens_nothing(place: int) -> None:
    whole = bytearray(base64.b64decode(SEAL.close("Lan").removeprefix("s2:")))
    whole[place] ^= 1
    assert SEAL.open("s2:" + base64.b64encode(whole).decode()) == ""


@pytest.mark.parametrize("cut", [3, 10, 30, -4])
def test_what_is_cut_off_opens_nothing(cut: int) -> None:
    assert SEAL.open(SEAL.close("Lan")[:cut]) == ""
    assert SEAL.open_bytes(SEAL.close_bytes(b"Lan")[:cut]) == b""


def test_what_is_no_seal_opens_nothing() -> None:
    assert SEAL.open("s2:đ") == SEAL.open("s2:a") == SEAL.open("s1:đ") == ""
    assert SEAL.closed_at("s2:đ") == SEAL.closed_at("s2:") == 0.0


def test_a_seal_tells_when_it_was_closed_and_opens_years_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.7)
    sealed, data = SEAL.close("Lan"), SEAL.close_bytes(b"Lan")
    monkeypatch.undo()
    assert SEAL.closed_at(sealed) == 1_700_000_000
    assert SEAL.open(sealed) == "Lan"
    assert SEAL.open_bytes(data) == b"Lan"


def test_each_day_has_a_key_of_its_own() -> None:
    key = base64.urlsafe_b64decode(KEY)
    shut = sealing._lock(key, 20_000).encrypt(bytes(12), b"Lan", None)
    assert shut != sealing._lock(key, 20_001).encrypt(bytes(12), b"Lan", None)


def test_any_text_has_a_fingerprint_of_its_own() -> None:
    assert len({sealing.fingerprint(text) for text in ("", "?", "\udce9", "\ud83d", "é")}) == 5
