"""hoi-ocop label and scan: draw a label, and read the codes on photos of labels."""

import json
import time
from pathlib import Path
from typing import Any, Literal, cast

from bot.app import today
from bot.commands import terminal
from bot.commands.database_and_language import settings_here, speech_here
from bot.settings import Settings
from catalog import label, passport
from catalog.codes import as_json as code_as_json
from catalog.errors import BadImage, NotFound
from catalog.model import Product
from catalog.store import open_store
from handlers import verdict
from handlers.board.labels import product_url, wording_in
from handlers.context import Context
from handlers.phrases import FIRST

Picture = Literal["png", "svg", "pdf"]


# The smallest picture there is. Reading it starts the reader, so that no photo's time holds that of a start.
_SPECK = bytes.fromhex("47494638396101000100800000ffffff0000002c00000000010001000002024401003b")


def draw_label(product: str, *, out: Path | None, language: str = FIRST) -> int:
    """Draw the label of *product* into *out*, in *language*: it is for shoppers, so not in the system's."""
    file = out or Path(f"{product}.png")
    kind = file.suffix.lower().lstrip(".")
    if kind not in {"png", "svg", "pdf"}:
        terminal.complain("The label can be a .png, a .svg or a .pdf file.")
        return terminal.WRONG_USE
    return terminal.run(_draw(product, file, cast("Picture", kind), language))


async def _draw(ref: str, file: Path, kind: Picture, language: str) -> int:
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True) as store:
        product = await store.product(ref)
    if product is None:
        raise NotFound(f"No product has the id {ref}. hoi-ocop ask finds ids by name.")
    file.write_bytes(render_label(product, settings, kind, language=language))
    terminal.out.print(f"The label is in {file}.")
    held = passport.of(product.certificates, today())
    if held.current is not None and not held.may_be_printed:
        terminal.note(f"No star is on it: {verdict.in_words(held, speech_here(language))}")
    if not settings.public_url:
        terminal.note("HOI_OCOP_PUBLIC_URL is not set: this label's code works on this machine only.")
    return terminal.OK


def render_label(product: Product, settings: Settings, kind: Picture, *, language: str = FIRST) -> bytes:
    """The picture of a label of *product*, in *language*, with our own address in its code."""
    held, wording = passport.of(product.certificates, today()), wording_in(speech_here(language))
    url = product_url(product, settings.public_url or f"http://127.0.0.1:{settings.port}")
    return label.draw(product, held, url=url, kind=kind, wording=wording)


def scan(photos: list[Path], *, as_json: bool) -> int:
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
    from handlers.catalogue.resolve import read_photo

    begun = time.perf_counter()
    said: dict[str, Any] = {"photo": str(photo), "payloads": [], "codes": [], "products": []}
    try:
        sight = await read_photo(photo.read_bytes(), context=context)
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
