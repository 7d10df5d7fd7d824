import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.search import Band, Entry, Index

STRANGE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x00\u200b\u202e\ud800\udfff'\";()*^$\\😂"),
        st.sampled_from("aăâbcdđeênghiouứ̛ "),
    ),
    max_size=200,
)


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "\x00", "\ud800", "\u202enem\u202c", "\u200b" * 50, "😂" * 500, "a" * 10_000, "ab " * 3_000,
        "nem " * 200, "mua bán ở đâu có không ạ " * 9, "' OR 1=1; DROP TABLE products; --", "(a+)+$" * 500,
        "NEM\x00BÙI", "ɴᴇᴍ нем 干し柿", "1 sao 2 sao 3 sao", "sao", "ở", "của htx", "̣̀", "Ａ", "ﬀ ß İ",
    ],
)  # fmt: skip
def test_it_is_answered(index, query):
    assert index.find(query).band in set(Band)


@settings(max_examples=150, deadline=None)
@given(query=STRANGE)
def test_any_string_is_answered(index, query):
    found = index.find(query)
    assert len(found.hits) <= 10
    assert all(0 <= hit.score <= 1 for hit in found.hits)


@settings(max_examples=40, deadline=None)
@given(names=st.lists(STRANGE, max_size=6), query=STRANGE)
def test_any_catalogue_can_be_built_and_asked(names, query):
    index = Index.build(
        Entry(str(number), name, aliases=(name[::-1],), producer=name, places=(name,), group=name)
        for number, name in enumerate(names)
    )
    assert len(index) == len(names)
    for asked in (query, *names):
        index.find(asked)
        index.complete(asked)
