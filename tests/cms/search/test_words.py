import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.search.words import fold, grouped_numbers, words_of


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ŁAWKA", "lawka"),
        ("Żółć", "zolc"),
        ("Wałęsa", "walesa"),
        ("Škoda", "skoda"),
        ("naïve", "naive"),
        ("ﬁnanse", "finanse"),
        ("Straße", "strasse"),
        ("Київ", "киів"),
        ("ℌ", "h"),
    ],
)
def test_case_and_diacritics_are_folded(written, folded):
    assert fold(written) == folded


@given(st.text())
def test_folded_text_has_letters_and_digits_only_and_stays_as_it_is(text):
    folded = fold(text)
    assert folded == "" or folded.isalnum()
    assert fold(folded) == folded


@given(st.text())
def test_words_stand_where_they_say(text):
    for word in words_of(text):
        assert text[word.start : word.end] == word.written
        assert word.folded


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("NIP 999-000-00-14,", ["9990000014"]),
        ("tel. 32\u00a0000 01 02", ["320000102"]),
        ("KRS 0009999001", []),
        ("16–18 marca", []),
        ("od 5 do 10 lat", []),
        ("a999-000-00-14", []),
        ("1 " * 40, []),
    ],
)
def test_long_numbers_are_put_together_from_their_groups(text, digits):
    assert [one for _start, _end, one in grouped_numbers(text)] == digits
