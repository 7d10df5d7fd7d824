"""A product or a producer changed by a form, renamed, joined with its double, shown by pictures; and undone."""

from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.board.catalogue import PRODUCERS, PRODUCTS, show_producer, show_product
from bot.board.page import BoardPage, BoardVisit, Redirect, Screen
from bot.http.forms import MALFORMED, text_of
from catalog.errors import ChangedMeanwhile, NotFound
from catalog.model import Producer, Product
from catalog.officers import Act
from catalog.store import JOIN_DAYS
from handlers.board import duplicates, field_forms, matching, product_changes
from handlers.board.duplicates import CannotUndoJoinNow, JoinForm
from handlers.board.field_forms import EditForm, SourceInput
from handlers.board.matching import CannotMatch
from handlers.board.product_changes import PictureRefused, RenameForm
from handlers.board.product_sheet import find_producer, find_product

_MOST = 256 * 1024
_AT_ONCE = 1 << 18
_PICTURE_BYTES = 20 << 20
_MOST_DRAINED = 1 << 30
_FIELD_BYTES = 4096


def _ref(visit: BoardVisit) -> str:
    return visit.request.match_info["ref"]


def _key(visit: BoardVisit) -> str:
    return visit.request.match_info["key"]


def _to(path: str, key: str, done: str) -> Redirect:
    return Redirect(f"{path}/{quote(key, safe='~')}?done={done}")


async def _open_product(visit: BoardVisit) -> Screen:
    thing = await find_product(visit.desk, _ref(visit))
    return _form(visit, field_forms.open_form(visit.desk, thing), PRODUCTS, thing.ref)


async def _open_producer(visit: BoardVisit) -> Screen:
    thing = await find_producer(visit.desk, _key(visit))
    return _form(visit, field_forms.open_form(visit.desk, thing), PRODUCERS, thing.id)


async def _save_product(visit: BoardVisit) -> Screen | Redirect:
    return await _save(visit, PRODUCTS, _ref(visit), find_product)


async def _save_producer(visit: BoardVisit) -> Screen | Redirect:
    return await _save(visit, PRODUCERS, _key(visit), find_producer)


async def _save(visit: BoardVisit, path: str, key: str, find: field_forms.Find) -> Screen | Redirect:
    saved = await field_forms.save_found(visit.desk, key, visit.form, find)
    if isinstance(saved, EditForm):
        return _form(visit, saved, path, key)
    return _to(path, key, "saved" if saved else "same")


def _form(visit: BoardVisit, form: EditForm, path: str, key: str) -> Screen:
    say = visit.say
    wrong, status = "", 200
    if form.meanwhile:
        wrong, status = say("Somebody else changed it meanwhile. Nothing is written yet, and nothing is lost."), 409
    elif form.is_wrong:
        wrong, status = say("Not written yet: look at what is marked. All that you typed is still here."), 422
    values = {
        "form": form,
        "here": f"{path}/{quote(key, safe='~')}",
        "sources": field_forms.source_names(say),
        "mine": field_forms.MINE,
        "theirs": field_forms.THEIRS,
    }
    return Screen("product_edit.html", say("Change {name}", name=form.thing.name), values, wrong=wrong, status=status)


async def _open_rename(visit: BoardVisit) -> Screen:
    product = await find_product(visit.desk, _ref(visit))
    return _rename_screen(visit, RenameForm(product, product.name, product.name))


async def _rename(visit: BoardVisit) -> Screen | Redirect:
    done = await product_changes.rename(visit.desk, _ref(visit), visit.form)
    if isinstance(done, RenameForm):
        return _rename_screen(visit, done)
    return _to(PRODUCTS, _ref(visit), "renamed")


def _rename_screen(visit: BoardVisit, form: RenameForm) -> Screen:
    here = f"{PRODUCTS}/{quote(form.product.ref, safe='~')}"
    values = {"form": form, "here": here, "sources": field_forms.source_names(visit.say)}
    status = 422 if form.wrong or form.source.wrong else 200
    return Screen("product_rename.html", visit.say("Rename {name}", name=form.product.name), values, status=status)


async def _open_product_join(visit: BoardVisit) -> Screen:
    product = await find_product(visit.desk, _ref(visit))
    title = visit.say("Which product is the same as {name}?", name=product.name)
    return await _open_join(visit, product, PRODUCTS, product.ref, title)


async def _open_producer_join(visit: BoardVisit) -> Screen:
    producer = await find_producer(visit.desk, _key(visit))
    title = visit.say("Which producer is the same as {name}?", name=producer.name)
    return await _open_join(visit, producer, PRODUCERS, producer.id, title)


async def _open_join(visit: BoardVisit, thing: Product | Producer, path: str, key: str, title: str) -> Screen:
    if other := visit.query.get("with", ""):
        return _join_screen(visit, await duplicates.compare(visit.desk, thing, other), path)
    words = visit.query.get("q", "")[:200]
    values = {
        "thing": thing,
        "of_products": path == PRODUCTS,
        "here": f"{path}/{quote(key, safe='~')}",
        "words": words,
        "hits": await duplicates.find_duplicates(visit.desk, thing, words),
    }
    return Screen("duplicates.html", title, values)


async def _join_products(visit: BoardVisit) -> Screen | Redirect:
    return await _join(visit, await find_product(visit.desk, _ref(visit)), PRODUCTS)


async def _join_producers(visit: BoardVisit) -> Screen | Redirect:
    return await _join(visit, await find_producer(visit.desk, _key(visit)), PRODUCERS)


async def _join(visit: BoardVisit, thing: Product | Producer, path: str) -> Screen | Redirect:
    done = await duplicates.join(visit.desk, thing, visit.form.get("with", ""), visit.form)
    return _join_screen(visit, done, path) if isinstance(done, JoinForm) else _to(path, done, "joined")


def _join_screen(visit: BoardVisit, form: JoinForm, path: str) -> Screen:
    say = visit.say
    a, b = (each.ref if isinstance(each, Product) else each.id for each in (form.a, form.b))
    values = {"form": form, "here": f"{path}/{quote(a, safe='~')}", "path": path, "keys": {"a": a, "b": b}}
    values["days"] = JOIN_DAYS
    title = say("Two products that are one") if path == PRODUCTS else say("Two producers that are one")
    template = "product_join.html" if path == PRODUCTS else "producer_join.html"
    return Screen(template, title, values, wrong=form.wrong, status=422 if form.wrong else 200)


async def _open_pictures(visit: BoardVisit) -> Screen:
    return await _pictures(visit, SourceInput())


async def _pictures(visit: BoardVisit, source: SourceInput, *, wrong: str = "", status: int = 200) -> Screen:
    product, say = await find_product(visit.desk, _ref(visit)), visit.say
    done = {"pictures": say("The pictures are as you see them here.")}
    values = {
        "product": product,
        "here": f"{PRODUCTS}/{quote(product.ref, safe='~')}",
        "source": source,
        "sources": field_forms.source_names(say),
        "most": product_changes.MOST_PICTURES,
    }
    said = "" if wrong else visit.said(done)
    title = say("Pictures of {name}", name=product.name)
    return Screen("product_pictures.html", title, values, said=said, wrong=wrong, status=status)


async def _add_picture(visit: BoardVisit) -> Screen | Redirect:
    say = visit.say
    await find_product(visit.desk, _ref(visit))
    try:
        form, image = await _read_upload(visit)
    except MALFORMED as error:
        raise web.HTTPBadRequest from error
    source = SourceInput(form.get("source_kind", ""), form.get("source_detail", ""), form.get("as_of", ""))
    try:
        done = await product_changes.add_picture(visit.desk, _ref(visit), image, form)
    except (PictureRefused, ChangedMeanwhile) as error:
        words = str(error) if isinstance(error, PictureRefused) else _at_once(visit)
        return await _pictures(visit, source, wrong=words, status=422)
    if isinstance(done, SourceInput):
        wrong = say("Not written yet: say where the picture is from, then choose it again.")
        return await _pictures(visit, done, wrong=wrong, status=422)
    return Redirect(f"{PRODUCTS}/{quote(_ref(visit), safe='~')}/pictures?done=pictures")


async def _read_upload(visit: BoardVisit) -> tuple[dict[str, str], bytes]:
    """The small fields and the picture of a form; of one that is too large as much as tells that it is."""
    form, image, came = dict[str, str](), bytearray(), 0
    while visit.parts is not None and (part := await visit.parts.next()) is not None:
        if not isinstance(part, BodyPartReader):
            continue
        if part.name != "file":
            form[part.name or ""] = text_of(await part.read_chunk(_FIELD_BYTES))
            continue
        while chunk := await part.read_chunk(_AT_ONCE):
            came += len(chunk)
            if came > _MOST_DRAINED:
                raise web.HTTPRequestEntityTooLarge(_PICTURE_BYTES, came)
            # One byte more than is taken says that it is too large.
            image += chunk[: max(0, _PICTURE_BYTES + 1 - len(image))]
    return form, bytes(image)


async def _arrange_pictures(visit: BoardVisit) -> Screen | Redirect:
    try:
        await product_changes.arrange_pictures(visit.desk, _ref(visit), visit.form)
    except ChangedMeanwhile:
        return await _pictures(visit, SourceInput(), wrong=_at_once(visit), status=409)
    return Redirect(f"{PRODUCTS}/{quote(_ref(visit), safe='~')}/pictures?done=pictures")


def _at_once(visit: BoardVisit) -> str:
    return visit.say("Somebody changed it at the same moment. Send it once more.")


def _wanted_number(visit: BoardVisit) -> int:
    text = visit.form.get("number", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NotFound
    return int(text)


async def _undo_product(visit: BoardVisit) -> Screen | Redirect:
    product = await find_product(visit.desk, _ref(visit))
    try:
        await product_changes.undo(visit.desk, product, _wanted_number(visit))
    except ChangedMeanwhile:
        return await show_product(visit, wrong=_changed_since(visit))
    return _to(PRODUCTS, product.ref, "undone")


async def _undo_producer(visit: BoardVisit) -> Screen | Redirect:
    producer = await find_producer(visit.desk, _key(visit))
    try:
        await product_changes.undo(visit.desk, producer, _wanted_number(visit))
    except ChangedMeanwhile:
        return await show_producer(visit, wrong=_changed_since(visit))
    return _to(PRODUCERS, producer.id, "undone")


async def _part_products(visit: BoardVisit) -> Screen | Redirect:
    product = await find_product(visit.desk, _ref(visit))
    try:
        await duplicates.undo_join(visit.desk, product, _wanted_number(visit), visit.form.get("reason", ""))
    except CannotUndoJoinNow as error:
        return await show_product(visit, wrong=str(error))
    return _to(PRODUCTS, product.ref, "parted")


async def _part_producers(visit: BoardVisit) -> Screen | Redirect:
    producer = await find_producer(visit.desk, _key(visit))
    try:
        await duplicates.undo_join(visit.desk, producer, _wanted_number(visit), visit.form.get("reason", ""))
    except CannotUndoJoinNow as error:
        return await show_producer(visit, wrong=str(error))
    return _to(PRODUCERS, producer.id, "parted")


def _changed_since(visit: BoardVisit) -> str:
    return visit.say("It was changed again since: that change cannot be undone any more. Look at the history below.")


async def _bind_code(visit: BoardVisit) -> Screen | Redirect:
    try:
        await matching.bind(visit.desk, visit.form.get("code", "").strip(), _ref(visit))
    except CannotMatch as error:
        return await show_product(visit, wrong=str(error))
    return _to(PRODUCTS, _ref(visit), "code")


async def _unbind_code(visit: BoardVisit) -> Redirect:
    await matching.unbind(visit.desk, visit.form.get("code", ""), _ref(visit))
    return _to(PRODUCTS, _ref(visit), "uncoded")


_PRODUCT, _PRODUCER = f"{PRODUCTS}/{{ref}}", f"{PRODUCERS}/{{key}}"
PAGES = (
    BoardPage.get(f"{_PRODUCT}/edit", Act.EDIT_PRODUCT, _open_product),
    BoardPage.post(f"{_PRODUCT}/edit", Act.EDIT_PRODUCT, _save_product, most=_MOST),
    BoardPage.get(f"{_PRODUCT}/rename", Act.EDIT_PRODUCT, _open_rename),
    BoardPage.post(f"{_PRODUCT}/rename", Act.EDIT_PRODUCT, _rename),
    BoardPage.get(f"{_PRODUCT}/join", Act.EDIT_PRODUCT, _open_product_join),
    BoardPage.post(f"{_PRODUCT}/join", Act.EDIT_PRODUCT, _join_products),
    BoardPage.post(f"{_PRODUCT}/join/undo", Act.EDIT_PRODUCT, _part_products),
    BoardPage.get(f"{_PRODUCT}/pictures", Act.EDIT_PRODUCT, _open_pictures),
    BoardPage.upload(f"{_PRODUCT}/pictures", Act.EDIT_PRODUCT, _add_picture),
    BoardPage.post(f"{_PRODUCT}/pictures/arrange", Act.EDIT_PRODUCT, _arrange_pictures),
    BoardPage.post(f"{_PRODUCT}/undo", Act.EDIT_PRODUCT, _undo_product),
    BoardPage.post(f"{_PRODUCT}/codes", Act.EDIT_PRODUCT, _bind_code),
    BoardPage.post(f"{_PRODUCT}/codes/remove", Act.EDIT_PRODUCT, _unbind_code),
    BoardPage.get(f"{_PRODUCER}/edit", Act.EDIT_PRODUCT, _open_producer),
    BoardPage.post(f"{_PRODUCER}/edit", Act.EDIT_PRODUCT, _save_producer, most=_MOST),
    BoardPage.get(f"{_PRODUCER}/join", Act.EDIT_PRODUCT, _open_producer_join),
    BoardPage.post(f"{_PRODUCER}/join", Act.EDIT_PRODUCT, _join_producers),
    BoardPage.post(f"{_PRODUCER}/join/undo", Act.EDIT_PRODUCT, _part_producers),
    BoardPage.post(f"{_PRODUCER}/undo", Act.EDIT_PRODUCT, _undo_producer),
)
