"""The papers name files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / ".github" / "CONTRIBUTING.md"]
_PATH = re.compile(r"`((?:bot|handlers|catalog|tests|bench|deploy|docs)/[\w./-]*)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_path_in_the_papers_is_there(paper: Path) -> None:
    text = paper.read_text("utf-8")
    missing = [path for path in _PATH.findall(text) if not (ROOT / path).exists()]
    missing += [link for link in _LINK.findall(text) if not (paper.parent / link).exists()]
    assert missing == []
