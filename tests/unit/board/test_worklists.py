"""Choosing what wants work is pure: what is not known for certain is neither hidden nor told as certain."""

from dataclasses import replace
from datetime import date

from catalog.dates import PartialDate
from catalog.list_io import UNKNOWN_PRODUCER
from catalog.officers import Reach
from catalog.passport import Standing
from handlers.board import worklists
from handlers.board.worklists import Maker, WatchedProduct

TODAY = date(2026, 11, 24)


def watched(key: str, standing: Standing, ends: PartialDate | None, *, maker: str = "htx") -> WatchedProduct:
    return WatchedProduct(key, key, key, Maker(maker, maker), standing, ends, None, (), ())


def test_a_star_of_which_only_the_year_is_known_may_end_soon() -> None:
    unsure = watched("year", Standing.UNCERTAIN, PartialDate(2026))
    later = watched("later", Standing.VALID, PartialDate(2028, 1))
    undated = watched("undated", Standing.UNDATED, None)
    taken = watched("taken", Standing.WITHDRAWN, PartialDate(2026, 12, 1))
    assert worklists.ending([later, undated, taken, unsure], TODAY, days=30) == [unsure]
    assert worklists.ending_this_month([later, undated, taken, unsure], TODAY) == []


def test_what_lies_in_no_known_commune_is_reached_from_everywhere_only() -> None:
    lost = watched("lost", Standing.VALID, None)
    assert worklists.within([lost], Reach(everywhere=True)) == [lost]
    assert worklists.within([lost], Reach(communes=frozenset({"09475"}))) == []
    assert worklists.within([lost], Reach(producers=frozenset({"htx"}))) == [lost]


def test_producers_with_most_products_come_first() -> None:
    found = [watched("1", Standing.VALID, None, maker="a"), *(watched(k, Standing.VALID, None) for k in "23")]
    assert [(maker.id, number) for maker, number in worklists.unreached(found, frozenset())] == [("htx", 2), ("a", 1)]
    assert worklists.unreached(found, frozenset({"a", "htx"})) == []
    nobody = replace(found[0], maker=Maker("?", UNKNOWN_PRODUCER))
    assert worklists.unreached([nobody], frozenset()) == [], "whom nobody knows nobody can invite"
