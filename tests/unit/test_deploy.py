"""What is under deploy/ keeps to what the docs promise of it."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
UNITS = sorted((DEPLOY / "systemd").iterdir())
# A page may only claim to know these: each is in .env.example.
KNOWN = set(re.findall(r"^#? ?(HOI_OCOP_\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert "/tmp" in service["tmpfs"]  # noqa: S108 - of the container
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert "ports" not in service or name == "proxy"


def test_the_servers_wait_for_a_healthy_database_that_nobody_else_reaches() -> None:
    servers = {name: service for name, service in SERVICES.items() if service["image"] == "hoi-ocop"}
    assert len(servers) >= 2
    for service in servers.values():
        assert service["depends_on"] == {"db": {"condition": "service_healthy"}}
        assert f" AS {service['build']['target']}\n" in (ROOT / "Dockerfile").read_text()
    assert SERVICES["db"]["healthcheck"]["test"][1] == "pg_isready"
    assert SERVICES["db"]["networks"] == ["data"]
    assert COMPOSE["networks"]["data"]["internal"] is True
    assert "data" not in SERVICES["proxy"]["networks"]


def test_every_server_is_behind_the_proxy() -> None:
    (upstreams,) = re.findall(r"^reverse_proxy (.*) \{$", (DEPLOY / "Caddyfile").read_text(), re.MULTILINE)
    assert upstreams.split() == [f"{name}:8080" for name in SERVICES if name.startswith("serve")]


def test_no_secret_is_in_the_file() -> None:
    """They come by files that are not in the repository."""
    assert not re.search(r"PASSWORD|KEY|TOKEN|SECRET", (DEPLOY / "compose.yaml").read_text())
    ignored = (ROOT / ".gitignore").read_text().split()
    assert "deploy/*.env" in ignored
    assert {service["env_file"] for service in SERVICES.values()} == {"db.env", "hoi-ocop.env", "proxy.env"}


def test_the_docs_set_what_the_program_knows() -> None:
    named = {
        name
        for page in (ROOT / "docs").glob("*.md")
        for name in re.findall(r"\bHOI_OCOP_[A-Z_]+(?==)", page.read_text())
    }
    assert named - {"HOI_OCOP_DOMAIN"} <= KNOWN


@pytest.fixture
def analyze() -> Callable[..., subprocess.CompletedProcess[str]]:
    """``systemd-analyze``, where it is installed."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    return lambda *words: subprocess.run([program, *words], capture_output=True, text=True, check=False)  # noqa: S603 - as above


def test_systemd_takes_the_units(tmp_path: Path, analyze: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """What they start is looked for in this checkout instead of /opt/hoi-ocop."""
    for unit in UNITS:
        text = unit.read_text().replace("/opt/hoi-ocop/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / unit.name).write_text(text.replace("/opt/hoi-ocop", str(ROOT)))
    done = analyze("verify", *tmp_path.iterdir())
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_a_service_may_do_no_more_than_it_must(
    unit: Path, analyze: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """The exposure that systemd reckons, of 10: below 1.5; with no more than User= it would be above 9."""
    done = analyze("security", "--offline=true", "--threshold=15", unit)
    assert done.returncode == 0, done.stdout
    assert done.stderr == ""
