"""Every kind of code has one entry; one that is forgotten or lacks a part stops the import."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from catalog.codes import KINDS, Code, CodeKind, LookupField, classify, lookups, registry
from handlers.catalogue import explain_code
from tests.conftest import OURS


def import_without(module: ModuleType, entry: str) -> None:
    """Import *module* anew, the line of *entry* taken out of it."""
    path = Path(str(module.__file__))
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.strip().startswith(entry)]
    assert len(kept) == len(lines) - 1
    exec(compile("\n".join(kept), str(path), "exec"), {"__name__": module.__name__})  # noqa: S102 reason: our own source


def test_a_kind_that_is_not_in_the_registry_stops_the_import() -> None:
    with pytest.raises(TypeError, match=r"kinds without an entry: \['wifi'\]"):
        import_without(registry, "KindEntry(Wifi")


def test_a_kind_without_words_stops_the_import() -> None:
    with pytest.raises(TypeError, match=r"kinds of code without words.*Wifi"):
        import_without(explain_code, "Explanation(Wifi")


def test_a_kind_that_nothing_recognises_stops_the_import() -> None:
    unknown = replace(KINDS[0], recognisers=())
    with pytest.raises(TypeError, match=r"entries that nothing recognises.*OwnProduct"):
        registry.check((unknown, *KINDS[1:]))


def test_a_kind_cannot_be_there_twice() -> None:
    with pytest.raises(TypeError, match=r"kinds with two entries: \['gtin'\]"):
        registry.check((*KINDS, next(kind for kind in KINDS if kind.meaning.kind is CodeKind.GTIN)))


def test_an_entry_with_a_part_missing_stops_the_import() -> None:
    parts = {"meaning": KINDS[0].meaning, "role": KINDS[0].role, "recognisers": KINDS[0].recognisers}
    with pytest.raises(TypeError, match="lookups"):
        registry.KindEntry(**parts, typed=KINDS[0].typed)  # type: ignore[call-arg]  # that is what is tried


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("https://ocop.test/p/7", [(LookupField.PRODUCT_ID, "7")]),
        ("8938505974194", [(LookupField.GTIN, "08938505974194")]),
        ("8938505974195", []),  # a wrong check digit
        ("12/QĐ-UBND", [(LookupField.NUMBER, "12/QĐ-UBND")]),
        ("https://check.bacninh.gov.vn/t/1", [(LookupField.TRACE, "check.bacninh.gov.vn/t/1")]),
        (
            "ab12cd34",
            [(LookupField.TRACE, "AB12CD34"), (LookupField.NUMBER, "ab12cd34"), (LookupField.PRODUCT_ID, "ab12cd34")],
        ),
        ("https://zalo.me/0912345678", []),
    ],
)
def test_what_the_store_is_asked(text: str, asked: list[tuple[LookupField, str]]) -> None:
    code: Code = classify(text, ours=OURS)
    assert list(lookups(code)) == asked
