"""What a message most likely is, by the model that is fitted to the measured conversations."""

from pathlib import Path

import numpy as np
import pytest

from catalog.search import Band, Found
from catalog.translated_words import to_vietnamese
from handlers.acts.intent_model import BUCKETS, IntentModel, Spoken, read_features, read_spoken, shipped_model
from handlers.thread import MessageAct, SpokenThread, SpokenTurn

NOTHING = Found(Band.NOTHING)
OF_ONE = SpokenThread().after(SpokenTurn(MessageAct.CARD, products=("nem",)))


def likeliest(typed: str, thread: SpokenThread = OF_ONE) -> str:
    return next(iter(shipped_model().predict(read_spoken(typed, to_vietnamese(typed), thread=thread, found=NOTHING))))


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("chú ấy có số máy để cháu gọi không", "field:phones"), ("how long will an opened one keep", "field:expires"),
        ("누가 만드는 거예요?", "field:producer"), ("有照片发我看看吗", "field:images"),
        ("dạ con cảm ơn nhiều nghen", "chat"), ("谢谢你呀", "chat"),
    ],
)  # fmt: skip
def test_what_is_asked_in_words_of_no_table(typed: str, label: str) -> None:
    assert likeliest(typed) == label


def test_all_chances_together_are_one_and_the_likeliest_comes_first() -> None:
    chances = shipped_model().predict(read_spoken("giá sao shop", "giá sao shop", thread=OF_ONE, found=NOTHING))
    assert sum(chances.values()) == pytest.approx(1)
    assert list(chances.values()) == sorted(chances.values(), reverse=True)
    assert {label.partition(":")[0] for label in chances} <= set(MessageAct)


@pytest.mark.parametrize("typed", ["", " ", "\ud800", "x" * 5000, "🙂", "a\x00b"])
def test_whatever_is_typed_has_features_within_the_buckets(typed: str) -> None:
    features = read_features(read_spoken(typed, typed, thread=SpokenThread(), found=NOTHING))
    assert features
    assert all(0 <= bucket < BUCKETS for bucket in features)


def test_a_model_is_read_as_it_was_saved(tmp_path: Path) -> None:
    weights = np.zeros((BUCKETS, 2), np.int8)
    spoken = Spoken("giá", ("gia",), frozenset())
    weights[list(read_features(spoken)), 1] = 100
    model = IntentModel(["card", "field:price"], weights, np.ones(2, np.float32), np.zeros(2, np.float32))
    model.save(tmp_path / "kept.npz")
    with np.load(tmp_path / "kept.npz") as kept:
        again = IntentModel([str(each) for each in kept["labels"]], kept["weights"], kept["scale"], kept["bias"])
    assert next(iter(again.predict(spoken))) == "field:price"
