"""Products for dialogues, beside the shipped ones: invented, and only here."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from catalog.dates import PartialDate
from catalog.model import ProducerKind, ProductRow
from catalog.search import Index
from catalog.store import CatalogueMark
from tests.conftest import add_rows, index_of

TUONG = "https://check.bacninh.gov.vn/t/TUONG1"


def tuong(number: int, **more: Any) -> ProductRow:
    """One of the makers of one sauce."""
    said: dict[str, Any] = {
        "id": f"tuong-{number}",
        "name": "Tương Đình Tổ",
        "producer": f"HTX Tương {number}",
        "producer_kind": ProducerKind.COOPERATIVE,
        "address": f"thôn {number}, xã Đình Tổ, huyện Thuận Thành, tỉnh Bắc Ninh",
        "commune": "xã Đình Tổ",
        "stars": 3,
        "decision": f"{number}/QĐ-UBND",
        "decided": PartialDate(2024, 12, 20),
        "issuer": "UBND huyện Thuận Thành",
        "source": "Sở NN&MT: https://nnmt.example.vn/tuong",
        "as_of": PartialDate(2025, 3, 1),
    }
    return ProductRow(**(said | more))


WHOLE = tuong(
    1,
    producer="HTX Hoa Sen",
    aliases=("Tương nếp Đình Tổ",),
    group="Gia vị",
    phones=("0912345678",),
    email="tuong@example.vn",
    website="https://tuong.example.vn",
    buy="Chợ Dâu",
    stars=4,
    score=78.0,
    potential_five=True,
    certificate="OCOP-BN-77",
    gtins=("8936012345674",),
    traces=(TUONG,),
)
BEFORE = tuong(
    1, producer="HTX Hoa Sen", stars=3, decision="9/QĐ-UBND", decided=PartialDate(2021, 6), certificate="OCOP-BN-12"
)


OTHERS = tuple(tuong(number) for number in range(2, 5))
PLUMS = tuple(
    tuong(number, id=f"man-{number}", name=f"Mận Chín {number}", stars=4, group="Quả") for number in range(10, 22)
)


@pytest.fixture(scope="session")
def shipped_file(shipped_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped catalogue with these products in it, made once."""
    path = Path(shutil.copy(shipped_file, tmp_path_factory.mktemp("store") / "dialogues.db"))
    asyncio.run(add_rows(path, [BEFORE, WHOLE, *OTHERS, *PLUMS]))
    return path


@pytest.fixture(scope="session")
def shipped_index(shipped_file: Path) -> tuple[Index, CatalogueMark | None]:
    """The search over it."""
    return asyncio.run(index_of(shipped_file))
