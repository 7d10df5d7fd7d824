"""Fit the model of what a message most likely is to the halves of the conversations that are tuned to, and keep it.

python -m bench.intent_weights [--check]

With --check nothing is kept: the figures of the halves held back are printed, of the model alone. bench/dialogue.py
measures it in its place, behind the rules.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bench.dialogue import DATA, Wanted, is_held, open_shipped, read_conversations
from catalog.translated_words import to_vietnamese
from handlers.acts.intent_model import BUCKETS, WEIGHTS, IntentModel, Spoken, read_features, read_spoken
from handlers.catalogue.search import clean
from handlers.context import Context, Session
from handlers.conversation import answer
from handlers.messages import Incoming, Person, Text

# How little the weights are held down: chosen on the halves that are tuned to, by conversations.
FREEDOM = 10.0
MOST = 127


def label_of(wanted: Wanted) -> str:
    return f"field:{wanted.field}" if wanted.act == "field" else wanted.act


def read(typed: str, *, context: Context, session: Session) -> Spoken:
    words = clean(to_vietnamese(typed))
    return read_spoken(typed, words, thread=session.thread, found=context.find(words, limit=3))


async def read_turns() -> AsyncIterator[tuple[bool, Spoken, str]]:
    """Whether each message is of a half held back, how the model reads it, and what it is."""
    async with open_shipped() as context:
        for file in DATA:
            for name, turns in read_conversations(file):
                session = Session()
                for number, wanted in enumerate(turns):
                    yield is_held(name), read(wanted.text, context=context, session=session), label_of(wanted)
                    incoming = Incoming(Person("bench", name), Text(wanted.text), ref=str(number))
                    session = (await answer(incoming, context=context, session=session)).session


def as_matrix(turns: list[Spoken]) -> csr_matrix:
    rows = [read_features(each) for each in turns]
    places = [(row, bucket, value) for row, each in enumerate(rows) for bucket, value in each.items()]
    row, bucket, value = zip(*places, strict=True)
    return csr_matrix((np.asarray(value, np.float32), (row, bucket)), shape=(len(turns), BUCKETS))


def fit(turns: list[Spoken], labels: list[str]) -> IntentModel:
    """The model in whole numbers of a byte, each label with its own scale."""
    fitted = LogisticRegression(C=FREEDOM, max_iter=3000).fit(as_matrix(turns), labels)
    scale = np.abs(fitted.coef_).max(axis=1) / MOST
    weights = np.rint(fitted.coef_ / scale[:, None]).T.astype(np.int8)
    return IntentModel(list(fitted.classes_), weights, scale.astype(np.float32), fitted.intercept_.astype(np.float32))


async def main(given: argparse.Namespace) -> None:
    turns = [each async for each in read_turns()]
    model = fit(*map(list, zip(*((spoken, label) for held, spoken, label in turns if not held), strict=True)))
    told = [(label, next(iter(model.predict(spoken)))) for held, spoken, label in turns if held]
    acts = sum(label.partition(":")[0] == best.partition(":")[0] for label, best in told)
    print(
        f"{len(turns) - len(told)} messages tuned to; of {len(told)} held back, by the model alone: right act "
        f"{100 * acts / len(told):.1f} %, act and field {100 * sum(a == b for a, b in told) / len(told):.1f} %"
    )
    if not given.check:
        model.save(WEIGHTS)
        print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    asyncio.run(main(parser.parse_args()))
