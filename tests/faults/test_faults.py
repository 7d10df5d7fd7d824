"""The fault run, short: what it counts must be what was promised."""

from pathlib import Path
from random import Random

import pytest

from tests.faults import recall
from tests.faults.clock import jumping
from tests.faults.run import Plan, run
from tests.postgresql import Cluster


@pytest.mark.timeout(400)
async def test_five_kills_and_a_full_disk_lose_nothing_and_repeat_no_answer(tmp_path: Path) -> None:
    counts = await run(tmp_path, Plan(kills=5, full=1, seed=20261124))
    assert counts.asked > 20
    assert counts.answers == counts.asked
    assert counts.fine, counts


@pytest.mark.timeout(400)
async def test_four_kills_and_a_restart_of_postgresql_lose_nothing_and_repeat_no_answer(
    cluster: Cluster, tmp_path: Path
) -> None:
    counts = await run(tmp_path, Plan(kills=4, restarts=1, seed=20261124), cluster=cluster)
    assert counts.asked > 20
    assert counts.answers == counts.asked
    assert counts.fine, counts


async def test_a_jumping_clock_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    counts = await jumping(tmp_path, inquiries=25, chance=Random(20261124))
    assert counts.jumps > 10
    assert counts.fine, counts


@pytest.mark.timeout(900)
async def test_two_kills_while_a_recall_is_told_leave_nobody_out_and_warn_nobody_wrongly(tmp_path: Path) -> None:
    drill = recall.Drill(people=1000, kills=2, telegram_rate=100, zalo_rate=50, returning=50, seed=20261127)
    counts = await recall.run(tmp_path, drill)
    assert counts.warned_once + counts.copies >= counts.reachable == 400
    assert (counts.held, counts.kept_in_web, counts.returned_warned_once) == (300, 300, 50)
    assert counts.fine, counts
