"""What is said of a photo that could not be read, and of a code that may be misread."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from catalog.barcode import Payload, Reading, Trouble
from catalog.errors import CatalogError, ReaderFailed, StoreUnavailable
from handlers.context import Context
from handlers.messages import Photo
from tests.conftest import Dialogue

UNREAD = Reading((), (), 1280, 960, 10.0, recompressed=True)


@dataclass(frozen=True)
class Seen:
    """Eyes that see what they are told, or fail as they are told."""

    reading: Reading = UNREAD
    failure: CatalogError | None = None

    async def read(self, image: bytes) -> Reading:
        if self.failure is not None:
            raise self.failure
        return self.reading

    async def run(self, job: str, image: bytes, *, deadline: float | None = None) -> Any:
        raise ReaderFailed


def troubled(context: Context, *troubles: Trouble) -> Dialogue:
    return Dialogue(replace(context, reader=Seen(replace(UNREAD, troubles=troubles))), language="en")


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        (Trouble.DARK, "turn towards the light"),
        (Trouble.BLURRED, "hold still and tap the screen"),
        (Trouble.SMALL, "bring the phone closer"),
        (Trouble.GLARE, "tilt it a little"),
        (Trouble.UNREADABLE, "I see a code but cannot read it"),
        (Trouble.NO_CODE, "I see no code"),
    ],
)
async def test_each_trouble_has_its_advice(context: Context, trouble: Trouble, advice: str) -> None:
    answer = await troubled(context, trouble)(Photo(b"x"))
    assert advice in answer
    assert "Or simply type the name of the product." in answer


async def test_where_words_are_not_read_nobody_is_asked_to_photograph_them(context: Context) -> None:
    """The libraries that read words are an extra; without them whoever sends a photo is told to type the name."""
    reader = Seen(replace(UNREAD, troubles=(Trouble.NO_CODE,)))
    codes_only = replace(context, reader=reader, reads_words=False)
    assert (await Dialogue(codes_only)(Photo(b"x"))).splitlines()[1:3] == [
        "Tôi không thấy mã nào: hãy chụp mã QR hoặc mã vạch.",
        "Ở đây tôi không đọc được chữ trên nhãn: bạn hãy gõ tên sản phẩm.",
    ]
    english = await Dialogue(codes_only, language="en")(Photo(b"x"))
    assert "Words on labels are not read here: please type the name of the product." in english
    assert "or the name on the label" not in english


async def test_not_more_than_two_pieces_of_advice_are_given(context: Context) -> None:
    answer = await troubled(context, Trouble.DARK, Trouble.BLURRED, Trouble.GLARE)(Photo(b"x"))
    assert "tilt it" not in answer


async def test_a_small_copy_is_asked_for_as_a_file_unless_it_is_one(context: Context) -> None:
    say = troubled(context, Trouble.SMALL)
    assert "send it as a file" in await say(Photo(b"x"))
    assert "send it as a file" not in await say(Photo(b"x", as_file=True))


async def test_a_foreign_barcode_that_may_be_misread_is_not_called_unknown(context: Context) -> None:
    payload = Payload("4006381333931", "EAN13", ((0, 0),), sure=False)
    say = Dialogue(replace(context, reader=Seen(replace(UNREAD, payloads=(payload,)))), language="en")
    assert (await say(Photo(b"x"))).startswith("I am not sure that I read the barcode right.")


async def test_a_reader_that_fails_is_an_apology(context: Context) -> None:
    say = Dialogue(replace(context, reader=Seen(failure=ReaderFailed())), language="en")
    assert (await say(Photo(b"x"))).startswith("I could not finish reading this photo.")


async def test_another_failure_of_the_catalogue_is_an_apology_too(context: Context) -> None:
    say = Dialogue(replace(context, reader=Seen(failure=CatalogError())), language="en")
    assert (await say(Photo(b"x"))).startswith("That did not work.")


async def test_a_database_that_is_away_is_the_inboxs_business(context: Context) -> None:
    say = Dialogue(replace(context, reader=Seen(failure=StoreUnavailable())))
    with pytest.raises(StoreUnavailable):
        await say(Photo(b"x"))
