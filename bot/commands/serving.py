"""hoi-ocop serve and hoi-ocop demo."""

import asyncio
import gc
import logging
import signal
from collections.abc import Mapping
from importlib.resources import as_file
from pathlib import Path

from bot import logs
from bot.app import open_app, open_worker, today
from bot.commands import machine, terminal
from bot.commands.database_and_language import demo_url
from bot.commands.labels import render_label
from bot.commands.lists import SHIPPED
from bot.settings import Settings, read_settings
from catalog import passport
from catalog.list_io import open_sheet
from catalog.model import Product, ProductRow
from catalog.store import JobQueue, Store, open_store

log = logging.getLogger(__name__)

LABELLED = 4
EXAMPLE = "my gao luc ngan"


def run(*, host: str | None, port: int | None) -> int:
    """Serve until told to stop."""
    asked = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    return terminal.run(_serve(asked))


def work(queues: str, *, concurrency: int | None) -> int:
    """Work on jobs until told to stop."""
    return terminal.run(_work(queues, concurrency=concurrency))


async def _work(queues: str, *, concurrency: int | None) -> int:
    wanted = [each.strip() for each in queues.split(",") if each.strip()]
    unknown = [each for each in wanted if each not in set(JobQueue)]
    if unknown or not wanted:
        terminal.complain(f"--queues takes {', '.join(JobQueue)}, with commas; not {', '.join(unknown) or 'nothing'}.")
        return terminal.WRONG_USE
    settings = read_settings()
    if concurrency is not None:
        settings = settings.model_copy(update={"jobs_at_once": concurrency})
    logs.set_up(level=settings.log_level, machine=settings.log_format == "json")
    async with open_worker(settings, queues=[JobQueue(each) for each in dict.fromkeys(wanted)]):
        spare_collector()
        terminal.note(f"Hỏi OCOP works on {', '.join(wanted)}. Stop with Ctrl+C.")
        await _stop_event().wait()
    return terminal.OK


def demo(folder: Path, *, port: int) -> int:
    """Fill a catalogue with what is shipped, draw labels, serve."""
    return terminal.run(_demo(folder, port=port))


async def _serve(asked: Mapping[str, object]) -> int:
    settings = read_settings(**asked)
    logs.set_up(level=settings.log_level, machine=settings.log_format == "json")
    for warning in machine.warnings():
        log.warning(warning)
    async with open_app(settings) as running:
        spare_collector()
        terminal.note(f"Hỏi OCOP serves at {running.url} (channels: {', '.join(running.channels)}). Stop with Ctrl+C.")
        await _stop_event().wait()
    return terminal.OK


def spare_collector() -> None:
    """Freeze what stays and run the garbage collector less often: it took a fifth of each answer's time.

    No more rarely than that: to collect 50,000 things at once holds everybody up for 13 to 200 ms, 10,000 for 2 to 4.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 500)


async def _demo(folder: Path, *, port: int) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    settings = read_settings().model_copy(update={"database_url": demo_url(folder), "port": port, "host": "127.0.0.1"})
    logs.set_up(level="warning", machine=False)
    number = await _fill(settings)
    async with open_app(settings) as running:
        stop = _stop_event()
        terminal.out.print(f"\n[bold]Hỏi OCOP[/bold]: {number} products of Bắc Ninh are in the catalogue.")
        terminal.out.print(f"Web chat:  [bold]{running.url}[/bold]")
        terminal.out.print("Two things to try there:")
        terminal.out.print(f"  1. Type:   {EXAMPLE}")
        terminal.out.print(f"  2. Upload: a label picture from {folder / 'labels'}/", markup=False)
        terminal.out.print("Stop with Ctrl+C.\n")
        # The chat answers already while the labels are drawn.
        await asyncio.to_thread(
            _draw_labels, await _products_for_labels(running.context.store), folder / "labels", settings
        )
        await stop.wait()
    return terminal.OK


async def _fill(settings: Settings) -> int:
    """Import what is shipped; how many products there are."""
    async with open_store(settings.database_url, migrate=True) as store:
        with as_file(SHIPPED) as path:
            rows = [row for row in open_sheet(path) if isinstance(row, ProductRow)]
        await store.import_rows(rows, who="demo")
        return await store.count()


async def _products_for_labels(store: Store) -> list[Product]:
    """Products for the labels: the first of the catalogue whose star is in force, else the first that have one."""
    every = [product async for product in store.every_product()]
    held = {product.id: passport.of(product.certificates, today()) for product in every}
    starred = [product for product in every if held[product.id].stars]
    return sorted(starred, key=lambda product: held[product.id].standing not in passport.IN_FORCE)[:LABELLED]


def _draw_labels(products: list[Product], folder: Path, settings: Settings) -> None:
    folder.mkdir(exist_ok=True)
    for product in products:
        # Under its name only once it is whole: someone may be waiting to upload it.
        draft = folder / f".{product.id}"
        draft.write_bytes(render_label(product, settings, "png"))
        draft.replace(folder / f"{product.id}.png")


def _stop_event() -> asyncio.Event:
    """The event that SIGINT (Ctrl+C) and SIGTERM set from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    return stop
