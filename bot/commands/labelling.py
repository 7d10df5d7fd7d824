"""hoi-ocop label."""

from pathlib import Path
from typing import Literal, cast

from bot.app import today
from bot.commands import terminal
from bot.commands.database_and_language import settings_here
from bot.settings import Settings
from catalog import label, passport
from catalog.errors import NotFound
from catalog.model import Product
from catalog.store import open_store

Picture = Literal["png", "svg", "pdf"]


def run(product: str, *, out: Path | None) -> int:
    """Draw the label of *product* into *out*."""
    file = out or Path(f"{product}.png")
    kind = file.suffix.lower().lstrip(".")
    if kind not in {"png", "svg", "pdf"}:
        terminal.complain("The label can be a .png, a .svg or a .pdf file.")
        return terminal.WRONG_USE
    return terminal.run(_draw(product, file, cast("Picture", kind)))


async def _draw(ref: str, file: Path, kind: Picture) -> int:
    settings = settings_here()
    async with open_store(settings.database_url, migrate=True) as store:
        product = await store.product(ref)
    if product is None:
        raise NotFound(f"No product has the id {ref}. hoi-ocop ask finds ids by name.")
    file.write_bytes(render_label(product, settings, kind))
    terminal.out.print(f"The label is in {file}.")
    if not settings.public_url:
        terminal.note("HOI_OCOP_PUBLIC_URL is not set: this label's code works on this machine only.")
    return terminal.OK


def render_label(product: Product, settings: Settings, kind: Picture) -> bytes:
    """The picture of a label of *product* with our own address in its code."""
    held = passport.of(product.certificates, today())
    return label.draw(product, held, url=product_url(product, settings), kind=kind)


def product_url(product: Product, settings: Settings) -> str:
    """What the label's code says: a GS1 Digital Link where there is a GTIN, else our own product address."""
    base = settings.public_url or f"http://127.0.0.1:{settings.port}"
    return f"{base}/01/{product.gtins[0].zfill(14)}" if product.gtins else f"{base}/p/{product.ref}"
