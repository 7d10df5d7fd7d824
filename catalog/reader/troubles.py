"""Why a photo was not read, judged from what it looks like where a code seems to be."""

from catalog.reader.reading import Trouble
from catalog.reader.sight import Sight


def of(sight: Sight) -> tuple[Trouble, ...]:
    """The likeliest reasons, most likely first."""
    return (Trouble.UNREADABLE,) if sight.finders >= 2 else (Trouble.NO_CODE,)
