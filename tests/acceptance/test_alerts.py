"""The alert rules and the dashboard ask for figures and labels that a server which really runs gives."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.acceptance.command import ROOT, Command

ALERTS = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "hoi-ocop.json"

FUNCTIONS = {"histogram_quantile", "increase", "max", "min", "predict_linear", "rate", "sum", "time"}
# Prometheus itself tells these.
ITS_OWN = {"up": {"job", "instance"}}
GIVEN = {"job", "instance"}
VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạèẻẽéẹìỉĩíịòỏõóọùủũúụỳỷỹýỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]", re.IGNORECASE)

Samples = dict[str, list[dict[str, str]]]


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return found


def queries() -> Iterator[str]:
    for panel in panels():
        yield from (target["expr"] for target in panel["targets"])


def selectors(query: str) -> list[tuple[str, dict[str, str]]]:
    """Each metric that *query* asks for, with the values that its labels must have."""
    bare = re.sub(r"\{[^}]*\}|\bby \([^)]*\)|\[[^]]*\]", " ", query)
    named = set(re.findall(r"\b[a-z_]{2,}\b", bare)) - FUNCTIONS
    found = re.findall(r"\b([a-z_]{2,})(?:\{([^}]*)\})?", re.sub(r"\bby \([^)]*\)", " ", query))
    return [(name, dict(re.findall(r'(\w+)=~?"([^"]*)"', labels))) for name, labels in found if name in named]


def troubles(query: str, families: set[str], samples: Samples, *, at_once: bool) -> list[str]:
    """What *query* asks for that is not there; with *at_once* each figure must be there before anything happens."""
    said = []
    labels: set[str] = set()
    for name, wanted in selectors(query):
        rows = samples.get(name, [])
        known = set(ITS_OWN.get(name, set())).union(*rows)
        labels |= known | GIVEN | {"le"}
        if name not in ITS_OWN and (not rows if at_once else name not in families):
            said.append(f"there is no {name}")
        elif rows:
            said += [f"{name} has no label {label}" for label in wanted.keys() - known - GIVEN]
            fixed = {label: value for label, value in wanted.items() if label not in GIVEN and "$" not in value}
            if not any(fixed.items() <= row.items() for row in rows):
                said.append(f"no {name} has {fixed}")
        else:
            # It has no row yet, so that its labels cannot be looked at.
            labels |= set(re.findall(r"\w+", query))
    for grouped in re.findall(r"\bby \(([^)]*)\)", query):
        said += [f"nothing has the label {label}" for label in re.findall(r"\w+", grouped) if label not in labels]
    return said


async def scrape(url: str) -> tuple[set[str], Samples]:
    """The names that may have rows, and the labels of each row that is there."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as response:
        assert response.status == 200
        text = await response.text()
    names: set[str] = set()
    samples: Samples = {}
    for family in text_string_to_metric_families(text):
        endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}.get(family.type, [""])
        names |= {family.name + ending for ending in endings}
        for sample in family.samples:
            samples.setdefault(sample.name, []).append(sample.labels)
    return names, samples


async def ask(url: str) -> None:
    """Have one question answered."""
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{url}/chat/ws", headers={"Origin": url}) as tab:
        await tab.send_json({"type": "hello", "token": "t" * 32, "after": 0, "language": "vi"})
        await tab.send_json({"type": "say", "id": "message-0001", "text": "nem"})
        while (await tab.receive_json())["type"] != "answer":
            pass


async def test_the_server_gives_every_figure_that_is_asked_for(stocked: Command) -> None:
    async with stocked.serving() as served:
        families, samples = await scrape(served.url)
        for rule in rules():
            assert troubles(rule["expr"], families, samples, at_once=True) == [], rule["alert"]
        await ask(served.url)
        families, samples = await scrape(served.url)
        for query in queries():
            assert troubles(query, families, samples, at_once=False) == [], query


def test_a_figure_or_a_label_that_is_not_there_is_found() -> None:
    samples: Samples = {"hoi_ocop_queue_depth": [{"queue": "answers", "channel": "web"}]}
    families = set(samples)
    for query, expected in (
        ('max by (channel) (hoi_ocop_queue_depth{queue="answers"})', []),
        ("max(hoi_ocop_queue_length)", ["there is no hoi_ocop_queue_length"]),
        (
            'hoi_ocop_queue_depth{kind="x"} > 1',
            ["hoi_ocop_queue_depth has no label kind", "no hoi_ocop_queue_depth has {'kind': 'x'}"],
        ),
        ('hoi_ocop_queue_depth{queue="letters"} > 1', ["no hoi_ocop_queue_depth has {'queue': 'letters'}"]),
        ("sum by (kind) (hoi_ocop_queue_depth)", ["nothing has the label kind"]),
    ):
        assert troubles(query, families, samples, at_once=True) == expected


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_in_both_languages_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert re.fullmatch(r"HoiOcop[A-Za-z]+", rule["alert"])
    assert rule["expr"].count("(") == rule["expr"].count(")")
    assert rule["labels"]["severity"] in {"critical", "warning"}
    notes = rule["annotations"]
    assert notes.keys() == {"summary", "action", "summary_en", "action_en"}
    for name, text in notes.items():
        assert text.strip()
        assert bool(VIETNAMESE.search(text.replace("Hỏi OCOP", ""))) != name.endswith("_en"), text
    asked = {label for name, wanted in selectors(rule["expr"]) for label in wanted}
    grouped = set(re.findall(r"\w+", "".join(re.findall(r"by \(([^)]*)\)", rule["expr"]))))
    used = set(re.findall(r"\$labels\.(\w+)", "".join(notes.values())))
    assert used <= asked | grouped | {"instance", "channel"}


def test_alerts_have_names_of_their_own() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names))


def test_the_dashboard_can_be_imported() -> None:
    board = json.loads(DASHBOARD.read_text("utf-8"))
    assert (board["title"], board["uid"]) == ("Hỏi OCOP", "hoi-ocop")
    assert {each["name"] for each in board["templating"]["list"]} == {"datasource", "instance", "channel"}
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        assert panel["datasource"]["uid"] == "${datasource}"
        vietnamese, _, english = panel["title"].partition(" / ")
        assert vietnamese
        assert english
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_itself_reads_the_rules() -> None:
    done = subprocess.run(["promtool", "check", "rules", ALERTS], capture_output=True, text=True, check=False)  # noqa: S603, S607 - Prometheus' own program
    assert done.returncode == 0, done.stdout + done.stderr
