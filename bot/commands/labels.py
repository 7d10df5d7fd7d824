"""hoi-ocop scan."""

import json
import time
from pathlib import Path
from typing import Any

from bot.commands import terminal
from bot.commands.database_and_language import settings_here
from catalog.codes import as_json as code_as_json
from catalog.errors import BadImage
from handlers.context import Context

# The smallest picture there is. Reading it starts the reader, so that no photo's time holds that of a start.
_SPECK = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")


def run(photos: list[Path], *, as_json: bool) -> int:
    """Read *photos*; 1 if any could not be opened."""
    return terminal.run(_scan(photos, as_json=as_json))


async def _scan(photos: list[Path], *, as_json: bool) -> int:
    from bot.app import open_context

    status = terminal.OK
    async with open_context(settings_here(), migrate=True, search=not as_json) as (context, _):
        if as_json:
            await context.reader.read(_SPECK)
        for photo in photos:
            if as_json:
                said = await _scan_photo(photo, context)
                terminal.write(json.dumps(said, ensure_ascii=True))
                status = terminal.BAD if "error" in said else status
            else:
                status = max(status, await _spoken(photo, context))
    return status


async def _scan_photo(photo: Path, context: Context) -> dict[str, Any]:
    from handlers.catalogue.resolve import see

    begun = time.perf_counter()
    said: dict[str, Any] = {"photo": str(photo), "payloads": [], "codes": [], "products": []}
    try:
        sight = await see(photo.read_bytes(), context=context)
    except (BadImage, OSError) as error:
        said["error"] = f"{type(error).__name__}: {error}"
    else:
        said["payloads"] = [{"text": each.text, "format": each.format} for each in sight.reading.payloads]
        said["codes"] = [code_as_json(code) for code in sight.codes]
        said["products"] = [product.id for product in sight.products]
        said["troubles"] = [str(trouble) for trouble in sight.reading.troubles]
    said["ms"] = round((time.perf_counter() - begun) * 1000, 1)
    return said


async def _spoken(photo: Path, context: Context) -> int:
    from handlers.context import Session
    from handlers.conversation import answer
    from handlers.messages import Incoming, Person, Photo
    from handlers.plain import as_text

    try:
        image = photo.read_bytes()
    except OSError as error:
        terminal.complain(f"{photo}: {error.strerror}")
        return terminal.BAD
    content = Photo(image, as_file=True)
    said = await answer(Incoming(Person("terminal", "me"), content, ref="1"), context=context, session=Session())
    terminal.write(f"== {photo}\n{as_text(said.reply)}\n")
    return terminal.OK
