"""When one hit answers a question, and when people have to say which."""

from catalog.search import Hit
from handlers.catalogue.search import tied_hits

MAKERS = (
    Hit("1", "Bánh phu thê Đình Bảng", "Các cơ sở Đình Bảng", 0.99),
    Hit("2", "Bánh phu thê Minh Thu", "Cơ sở Minh Thu", 0.88),
    Hit("3", "Bánh phu thê Đình Bảng", "Cơ sở Lụa Xuân", 0.88),
    Hit("4", "Bánh khoai", "HTX Một", 0.6),
)


def ids(query: str, hits: tuple[Hit, ...] = MAKERS) -> list[str]:
    return [hit.id for hit in tied_hits(hits, query)]


def test_a_name_that_several_share_is_a_choice():
    """Whoever is asked for by all the words that speak for the best one."""
    assert ids("banh phu the") == ["1", "2", "3"]


def test_a_whole_name_means_itself_and_its_namesakes():
    """The same name made twice is a choice; a longer name of another is not."""
    assert ids("bánh phu thê đình bảng ở đâu bán") == ["1", "3"]


def test_words_that_only_the_best_one_has_decide():
    """A producer's name tells its product from the others."""
    others = (Hit("5", "Bánh phu thê Đa Mai", "HTX Đa Mai", 0.99), *MAKERS[:3])
    assert ids("bánh phu thê htx đa mai", others) == ["5"]


def test_equal_scores_are_equal_answers():
    """Where no word decides, the score does."""
    alike = (Hit("6", "Nem", "A", 0.9), Hit("7", "Giò", "B", 0.89), Hit("8", "Chả", "C", 0.7))
    assert ids("du lịch", alike) == ["6", "7"]
