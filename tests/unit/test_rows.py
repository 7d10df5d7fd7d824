"""Products back to the lines of a list."""

from catalog.dates import PartialDate
from catalog.list_io.export import newest, rows_of
from catalog.model import Certificate, Producer, ProducerKind, Product, Source

MAKER = Producer("m", "HTX Hằng Hiếu", ProducerKind.COOPERATIVE, "thôn Nội", "xã Đại Bái", ("0912345678",), "a@b.vn")
ONE = Source("Sở NN", PartialDate(2025, 3))
TWO = Source("Báo", PartialDate(2026))


def test_each_certificate_is_a_line_and_the_newest_is_the_last() -> None:
    new = Certificate(stars=4, number="12", source=TWO)
    old = Certificate(stars=3, decision="7/QĐ-UBND", decided=PartialDate(2021, 5), source=ONE)
    lines = list(rows_of(Product("sp", "Nem", MAKER, certificates=(new, old), gtins=("8930000000014",))))
    assert [(line.stars, line.certificate, line.decision, line.source, line.as_of) for line in lines] == [
        (3, "", "7/QĐ-UBND", "Sở NN", PartialDate(2025, 3)),
        (4, "12", "", "Báo", PartialDate(2026)),
    ]
    assert {(line.id, line.name, line.producer, line.commune, line.gtins) for line in lines} == {
        ("sp", "Nem", "HTX Hằng Hiếu", "xã Đại Bái", ("8930000000014",))
    }


def test_without_a_certificate_it_is_one_line_with_the_products_newest_source() -> None:
    (line,) = rows_of(Product("sp", "Nem", MAKER, facts={"name": ONE, "buy": TWO}))
    assert (line.stars, line.source, line.as_of) == (None, "Báo", PartialDate(2026))


def test_a_certificate_without_a_source_takes_the_products() -> None:
    (line,) = rows_of(Product("sp", "Nem", MAKER, certificates=(Certificate(stars=3),), facts={"name": ONE}))
    assert (line.source, line.as_of) == ("Sở NN", PartialDate(2025, 3))


def test_of_no_facts_there_is_no_source() -> None:
    assert newest({}) == Source()
    assert newest({"a": Source("ohne"), "b": ONE}) == ONE
