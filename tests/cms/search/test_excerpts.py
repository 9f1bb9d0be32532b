import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.search.excerpts import LENGTH, excerpt, marked
from cms.search.index import indexed
from cms.search.query import NothingToLookForError, parse


def cut(text: str, query: str):
    words, lemmas = indexed(text)
    return excerpt(text, words, lemmas, parse(query))


def test_words_are_marked_in_the_form_that_the_text_has():
    found = cut("Zapraszamy na szkolenia dla organizacji.", "szkoleniem organizacja")
    assert found.text == "Zapraszamy na szkolenia dla organizacji."
    assert found.html == ("Zapraszamy na <mark>szkolenia</mark> dla <mark>organizacji</mark>.")


def test_markup_in_a_text_stays_text():
    found = cut('<script>gala</script> & <b>"gala"</b>', "gala script")
    assert found.html == (
        "&lt;<mark>script</mark>&gt;<mark>gala</mark>&lt;/<mark>script</mark>&gt; &amp; "
        "&lt;b&gt;&quot;<mark>gala</mark>&quot;&lt;/b&gt;"
    )


def test_excerpt_is_where_most_of_the_words_are():
    text = "gala " + "pusto " * 100 + "druga gala wolontariusza w Bełku " + "pusto " * 100
    found = cut(text, "gala wolontariusz Bełk")
    assert found.text.startswith("…pusto pusto")
    assert found.text.endswith("pusto…")
    assert "druga gala wolontariusza w Bełku" in found.text
    assert len(found.text) <= LENGTH + 2


def test_text_without_the_words_is_shown_from_its_beginning():
    assert cut("Krótki opis.", "gala").html == "Krótki opis."
    assert cut("", "gala").text == ""


@given(st.text(max_size=600), st.text(min_size=1, max_size=20))
@settings(deadline=None)
def test_excerpt_says_the_same_with_and_without_markup(text, typed):
    try:
        found = cut(text, typed)
        title = marked(text, indexed(text)[1], parse(typed))
    except NothingToLookForError:
        return
    for one in (found, title):
        bare = one.html.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare
        assert ">" not in bare
    assert found.text.strip("…") in text.replace("\n", " ") or "…" in text


@pytest.mark.parametrize("query", ["999-000-00-14", "9990000014"])
def test_number_in_groups_is_marked(query):
    assert "<mark>999</mark>" in cut("NIP 999-000-00-14", query).html
