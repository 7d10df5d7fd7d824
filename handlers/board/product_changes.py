"""A product renamed, or shown by other pictures; and what was done last taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.audit import Deed
from catalog.cells.problems import CellRefused
from catalog.errors import BadImage, ChangedMeanwhile, EmptyImage, ImageTooLarge, ReaderFailed
from catalog.fields import BY_NAME
from catalog.model import Producer, Product, made_id
from catalog.store import PRODUCER, PRODUCT, Edit
from handlers.board import field_forms
from handlers.board.desk import Desk
from handlers.board.field_forms import SourceInput, as_sent, read_cell, read_source, reason_of
from handlers.board.product_sheet import find_product
from handlers.phrases import Speech

MOST_PICTURES = 8
_SMALL = "catalog.barcode.sanitize:thumbnail"
_REASON = 500
_PARTED = "; "


@dataclass(frozen=True, slots=True)
class RenameForm:
    """A new name as typed; *was* is the name that the officer saw, *misspelt* whether the old one was a slip."""

    product: Product
    name: str
    was: str
    misspelt: bool = False
    wrong: str = ""
    source: SourceInput = field(default_factory=SourceInput)


async def rename(desk: Desk, ref: str, form: Mapping[str, str]) -> RenameForm | int:
    """Call a product otherwise: the audit's row, or the form with what is wrong. Raises NotFound, StoreError.

    It is found by its old name too, and is told to have been called so, unless that was a slip of the pen.
    """
    product = await find_product(desk, ref)
    say, misspelt = desk.say, bool(form.get("misspelt"))
    source, said, as_of = read_source(desk, form)
    typed, was, wrong = as_sent(form.get("name", "")), as_sent(form.get("was", "")), ""
    try:
        name = str(read_cell(desk, BY_NAME["name"], typed, as_of))
        if was != product.name:
            wrong = say("Meanwhile it was called “{name}”. Look again, then send it once more.", name=product.name)
        elif name == product.name:
            wrong = say("That is its name already.")
    except CellRefused as refused:
        name, wrong = typed, reason_of(refused, say)
    if wrong or source.wrong:
        return RenameForm(product, typed, product.name, misspelt, wrong, source)
    edit = _renamed(product, name, said, misspelt=misspelt)
    try:
        return await desk.context.store.editing.change(edit, by=desk.doer)
    except ChangedMeanwhile:
        wrong = say("Somebody changed it at the same moment. Send it once more.")
        return RenameForm(product, typed, product.name, misspelt, wrong, source)


def _renamed(product: Product, name: str, said: tuple[str, str], *, misspelt: bool) -> Edit:
    names = [each for each in dict.fromkeys((*product.aliases, product.name)) if each != name]
    former = product.details.get("former_name", "")
    values: dict[str, Any] = {"name": name, "aliases": names}
    if not misspelt:
        told = [each for each in former.split(_PARTED) if each and each not in {name, product.name}]
        values["former_name"] = _PARTED.join([*told, product.name])
    seen = {"name": product.name, "aliases": list(product.aliases), "former_name": former}
    ids = {made_id(name, product.producer.name): product.id}
    led = {key: to for key, to in ids.items() if key != to}
    return Edit(PRODUCT, product.id, values, seen, said, reason=said[0], deed=Deed.PRODUCT_RENAMED, former=led)


class PictureRefused(BadImage):
    """A picture that cannot be taken; the words say why."""


async def add_picture(desk: Desk, ref: str, image: bytes, form: Mapping[str, str]) -> SourceInput | int:
    """Show a product by one more picture, or in the place of another (*instead*); the audit's row, or what is wrong.

    It is drawn anew in a child process, without what it tells of its place. Raises PictureRefused and NotFound.
    """
    product = await find_product(desk, ref)
    source, said, _ = read_source(desk, form)
    if source.wrong:
        return source
    instead = form.get("instead", "")
    if instead not in product.images and len(product.images) >= MOST_PICTURES:
        raise PictureRefused(desk.say("{most} pictures are enough. Remove one first.", most=MOST_PICTURES))
    try:
        jpeg: bytes = await desk.context.reader.run(_SMALL, image)
    except BadImage as error:
        raise PictureRefused(_refusal(error, desk.say)) from error
    path = await desk.context.store.keep_picture(jpeg)
    others = [each for each in product.images if each != path]
    images = [path if each == instead else each for each in others] if instead in others else [*others, path]
    return await _show_by(desk, product, images, said)


def _refusal(error: BadImage, say: Speech) -> str:
    if isinstance(error, EmptyImage):
        return say("Choose a picture first.")
    if isinstance(error, ImageTooLarge):
        return say("The picture is too large. Send one of at most 20 MB and 50 megapixels.")
    if isinstance(error, ReaderFailed):
        return say("This picture took too long to open. Save it anew as a JPEG, and send that.")
    return say("This is not a picture I can open. Send a JPEG, PNG, WebP or HEIC photo.")


async def arrange_pictures(desk: Desk, ref: str, form: Mapping[str, str]) -> int:
    """Take a picture away (*remove*), or show it first (*first*). Raises NotAllowed, NotFound, StoreError."""
    product = await find_product(desk, ref)
    gone, first = form.get("remove", ""), form.get("first", "")
    rest = [each for each in product.images if each not in {gone, first}]
    images = [*([first] if first in product.images else []), *rest]
    held = product.facts.get("images")
    said = (held.name, str(held.as_of or "")) if held else ("", "")
    return await _show_by(desk, product, images, said)


async def _show_by(desk: Desk, product: Product, images: Sequence[str], said: tuple[str, str]) -> int:
    seen = {"images": list(product.images)}
    edit = Edit(PRODUCT, product.id, {"images": list(images)}, seen, said, said[0], deed=Deed.PICTURES_CHANGED)
    return await desk.context.store.editing.change(edit, by=desk.doer)


async def last_change(desk: Desk, thing: Product | Producer) -> int:
    """The audit's row of the last change that can be taken back; 0 for none. Raises StoreError."""
    row = await desk.context.store.editing.last_edit(field_forms.kind_of(thing), thing.id)
    return row.number if row else 0


async def undo(desk: Desk, thing: Product | Producer, number: int) -> None:
    """Take the last change back. Raises ChangedMeanwhile, NotFound, StoreError."""
    kind = PRODUCT if isinstance(thing, Product) else PRODUCER
    await desk.context.store.editing.undo(kind, thing.id, number=number, by=desk.doer)
