"""Whatever is typed, it is words: no database takes any of it for syntax."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.documents.selectors import live_documents
from cms.search import syntax
from cms.search.finding import find, matching
from cms.search.query import LITTLE_WORDS, NothingToLookForError, parse
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db

OPERATORS = st.sampled_from(
    [
        *("AND", "OR", "NOT", "NEAR(", "NEAR/2", "title:", "{title}", "^", "*", "+", "-", "(", ")"),
        *('"', "'", "''", "\\", ":", ":*", "&", "|", "!", "<->", "<2>", ";--", "%", "%s", "_"),
        *(
            "„",
            "”",
            "«",
            "\0",
            "\u202e",
            "\u200d",
            "👍🏽",
            "\ufffe",
            "ﷺ",
            "١٢٣",
            "gala",
            "Ł",
            "1-2",
        ),
    ]
)
HOSTILE = st.lists(OPERATORS | st.text(max_size=8), max_size=20).map(" ".join) | st.text()


@given(HOSTILE)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_query_is_an_error_or_an_operator(text):
    try:
        query = parse(text)
    except NothingToLookForError:
        return
    assert all(word.isalnum() for word in query.words)
    find(query, start=0, limit=5)
    list(matching(live_documents(), query))


@pytest.mark.parametrize("text", ["", " ", "?!.,", "„”", '""', "👍🎉", "\u202e\u200f", "\0", "___"])
def test_query_without_a_word_is_refused(text):
    with pytest.raises(NothingToLookForError):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "gala OR nic",
        "NOT gala",
        "gala AND nic",
        "title:nic gala",
        "nic* gala",
        "gala | nic",
        "-gala",
    ],
)
def test_operators_of_databases_are_words(text):
    EventFactory(title="Gala", summary="")
    expected = {"NOT gala": False, "-gala": True}.get(text, False)
    assert matching(live_documents(), parse(text)).exists() is expected


def test_little_words_count_only_alone():
    assert [sorted(term.forms)[0] for term in parse("szkolenie dla ngo").terms] == [
        "szkolenie",
        "ngo",
    ]
    assert {"dla"} <= parse("dla").words
    assert len(parse("„dla” gala").terms) == 2
    assert all(word.isalnum() for word in LITTLE_WORDS)


def test_query_in_the_syntax_of_each_database():
    query = parse("2 szkoleń „Zielony Zegar” 999-000-00-14")
    assert syntax.fts5(query) == (
        '("zielony zegar") AND ("9990000014" OR "999 000 00 14") AND ("2") AND '
        '("szkolen" OR "szkolenie" OR "szkolen" *)'
    )
    assert syntax.tsquery(query) == (
        "('zielony' <-> 'zegar') & ('9990000014' | '999' <-> '000' <-> '00' <-> '14') & ('2') & "
        "('szkolen' | 'szkolenie' | 'szkolen':*)"
    )
    assert syntax.beginnings_tsquery(query) == "'szkolen':*"
    assert "'szkolenie'" in syntax.whole_words_tsquery(query)
