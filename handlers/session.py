"""What was made of a value, remembered for when that very value comes again."""

from collections.abc import Callable
from typing import Concatenate, Generic, ParamSpec, TypeVar

Value = TypeVar("Value")
Made = TypeVar("Made")
Rest = ParamSpec("Rest")


class Remembering(Generic[Value, Rest, Made]):
    """Calls *make* for a frozen value once, unless what else it is given changes; of more than *most* the oldest goes.

    A value is known by being the same object: to compare a whole card costs as much as to draw it.
    """

    def __init__(self, make: Callable[Concatenate[Value, Rest], Made], *, most: int) -> None:
        self._make = make
        self._most = most
        self._kept: dict[int, tuple[Value, object, Made]] = {}

    def __call__(self, value: Value, /, *rest: Rest.args, **more: Rest.kwargs) -> Made:
        """What *make* gives for *value* and the rest."""
        kept = self._kept.get(id(value))
        if kept is not None and kept[0] is value and kept[1] == (rest, more):
            return kept[2]
        made = self._make(value, *rest, **more)
        self._kept[id(value)] = (value, (rest, more), made)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return made
