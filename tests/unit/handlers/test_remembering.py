"""What was made of a value is made once, of that very value only, and never of too many."""

import gc
from dataclasses import dataclass

from handlers.session import Remembering


@dataclass(frozen=True, slots=True)
class Thing:
    """A value; two with the same name are equal, and not the same."""

    name: str


class Making:
    """Counts what was made."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []

    def __call__(self, thing: Thing, language: str = "vi") -> str:
        self.made.append((thing.name, language))
        return f"{thing.name} {language}"


def test_the_same_value_is_made_once() -> None:
    making, thing = Making(), Thing("nem")
    remembering = Remembering(making, most=4)
    assert remembering(thing) == remembering(thing) == "nem vi"
    assert len(making.made) == 1


def test_an_equal_value_is_another() -> None:
    making = Making()
    remembering = Remembering(making, most=4)
    remembering(Thing("nem"))
    remembering(Thing("nem"))
    assert len(making.made) == 2


def test_it_is_made_anew_when_the_rest_changes() -> None:
    making, thing = Making(), Thing("nem")
    remembering = Remembering(making, most=4)
    said = [remembering(thing, "vi"), remembering(thing, "en"), remembering(thing, language="en")]
    assert said == ["nem vi", "nem en", "nem en"]


def test_a_value_that_is_gone_is_not_taken_for_one_at_its_place() -> None:
    """Python gives the place of what is gone to what comes next, and id() with it."""
    making = Making()
    remembering = Remembering(making, most=2)
    for number in range(1000):
        assert remembering(Thing(str(number))) == f"{number} vi"


def test_of_too_many_the_oldest_is_forgotten_and_let_go() -> None:
    making, things = Making(), [Thing(str(number)) for number in range(5)]
    remembering = Remembering(making, most=3)
    for thing in things:
        remembering(thing)
    assert len(remembering._kept) == 3
    remembering(things[4])
    assert len(making.made) == 5
    remembering(things[0])
    assert len(making.made) == 6
    gc.collect()
    assert not [each for each in gc.get_referrers(things[1]) if isinstance(each, tuple)]
