"""A fair of 300 booths, 60,000 visits and 5,000 leads: visits counted a second, its report, pages of the board.

python -m bench.fair [VISITS]
"""

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from catalog.barcode import Reader
from catalog.fairs.visits import FairLead, VisitKind
from catalog.inquiry import Address
from catalog.officers import Act, BoardSession
from catalog.places import Places
from catalog.sealing import new_key
from catalog.search import Index
from catalog.store import Store, open_store
from catalog.tables_report import draw_pdf, write_workbook
from handlers.board import fair_report
from handlers.board.desk import Desk
from handlers.context import Context
from handlers.phrases import speech
from tests.board import open_board
from tests.fairs import LAN, SPRING

BOOTHS, LEADS, AT_ONCE = 300, 5000, 200


async def fill(store: Store, visits: int) -> float:
    """Enter the fair and let people come; visits counted a second."""
    fair = await store.fairs.enter(SPRING, by=LAN)
    await store.fairs.add_booths(fair, "Các xã", [f"A{number}" for number in range(1, BOOTHS + 1)], by=LAN)
    booths = await store.fairs.booths(fair.key)
    for booth in booths:
        await store.fairs.change_booth(fair.key, replace(booth, holder=f"Đơn vị {booth.code}"), by=LAN)

    async def come(number: int) -> None:
        booth, day = booths[number % BOOTHS].number, fair.starts + timedelta(days=number // BOOTHS % 5)
        who = Address("zalo_oa", f"visitor-{number // BOOTHS}")
        await store.fair_visits.note(fair.key, booth, VisitKind.VISIT, who, day=day, at=1.8e9 + number)
        if number % (visits // LEADS or 1) == 0:
            lead = FairLead(f"L{number}", fair.key, booth, "nobody", VisitKind.QUOTE, 1.8e9 + number)
            await store.fair_visits.note_lead(lead)

    begun = time.perf_counter()
    for first in range(0, visits, AT_ONCE):
        await asyncio.gather(*(come(number) for number in range(first, min(first + AT_ONCE, visits))))
    return visits / (time.perf_counter() - begun)


async def run(visits: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'fair.db'}"
        async with open_store(url, migrate=True, keys=[new_key()]) as store:
            print(f"visits and leads counted: {await fill(store, visits):,.0f}/s")
            context = Context(
                store=store,
                index=lambda: Index(()),
                reader=Reader(workers=1),
                places=Places.load_shipped(),
                today=lambda: SPRING.ends,
            )
            await report(context)
            await pages(context)


async def report(context: Context) -> None:
    async with open_board(context) as town:
        officer = await town.officer()
    session = BoardSession(0, officer.number, 0.0, 0.0, 0.0)
    desk = Desk(context, officer, session, Act.READ_FIGURES, speech("vi"))
    begun = time.perf_counter()
    made = await fair_report.make(desk, SPRING.key, check=True)
    tables = fair_report.as_tables(made, desk)
    sizes = len(write_workbook(tables)), len(draw_pdf(tables))
    print(f"report with its chain gone through, Excel and PDF: {time.perf_counter() - begun:.1f} s, {sizes} bytes")


async def pages(context: Context) -> None:
    async with open_board(context) as town:
        browser = await town.signed_in()
        for path in ("", "/report", "/report/leads"):
            taken = []
            for _ in range(40):
                begun = time.perf_counter()
                response = await browser.opens(f"/board/fairs/{SPRING.key}{path}")
                assert response.status == 200
                taken.append(1000 * (time.perf_counter() - begun))
            worst = statistics.quantiles(taken, n=20)[-1]
            print(f"board page {path or '/'}: median {statistics.median(taken):.0f} ms, p95 {worst:.0f} ms")


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000))
