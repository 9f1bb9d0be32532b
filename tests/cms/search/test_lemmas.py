import sqlite3
from pathlib import Path

import pytest
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy

from cms.search import lemmas
from cms.search.dictionary import FileDictionary, FileDictionaryFactory, file_path, lines, write
from cms.search.lemmas import lemma_of, lemmas_of, polish_spellings

EVERY = 997  # of 3.7 million forms


@pytest.fixture
def dictionary() -> FileDictionary:
    lemmas.prepare()
    found = FileDictionary(file_path())
    yield found
    found.close()


def test_file_has_what_simplemma_has(dictionary):
    """Sampled: forms and lemmas of the file against simplemma's own frugal dictionary."""
    own = Lemmatizer(lemmatization_strategy=DefaultStrategy(low_memory=True))
    ours = Lemmatizer(lemmatization_strategy=DefaultStrategy(dictionary_factory=lemmas._factory()))
    forms = [form.decode() for number, (form, _lemma) in enumerate(lines()) if not number % EVERY]
    assert len(forms) > 3000
    for form in forms:
        assert form in dictionary
        assert ours.lemmatize(form, "pl") == own.lemmatize(form, "pl")
    for unknown in ("", "a\tb", "szkoleniaż", "zzz", "\n", "ąąą", "💥"):
        assert unknown not in dictionary


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("szkoleniami", "szkolenie"),
        ("szkoleń", "szkolenie"),
        ("zajęć", "zajęcie"),
        ("wręczenia", "wręczenie"),
        ("organizacjom", "organizacja"),
        ("Czerwionce", "Czerwionka"),
        ("czerwionce", "Czerwionka"),
        ("działaniom", "działanie"),
        ("wsparć", "wsparcie"),
        ("robić", "robić"),
        ("robicie", "robić"),
        ("płynie", "płynąć"),
        ("xyzzyx", "xyzzyx"),
    ],
)
def test_lemma_of_a_form(form, lemma):
    assert lemma_of(form) == lemma


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("lawce", ["ławce"]),
        ("mlodziezy", ["młodzieży"]),
        ("przedsiewziec", ["przedsięwzięć"]),
        ("szkolenia", []),  # it has none to lose
        ("kot", []),
        ("ławce", []),
        ("z" * 200, []),
    ],
)
def test_words_without_their_polish_letters_are_completed(typed, spelled):
    assert polish_spellings(typed) == spelled


def test_query_word_has_the_lemmas_of_all_that_it_may_be():
    assert {"ławka", "lawce"} <= lemmas_of("lawce")
    assert "Czerwionka" in lemmas_of("czerwionki")


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_damaged_file_is_written_anew(tmp_path, content, monkeypatch):
    path = tmp_path / "damaged.sqlite3"
    path.write_bytes(content)
    monkeypatch.setattr("cms.search.dictionary.lines", lambda: iter([(b"lasem", b"las")]))
    assert FileDictionaryFactory(path).get_dictionary("pl")["lasem"] == "las"
    assert [one.name for one in tmp_path.iterdir()] == ["damaged.sqlite3"]


def test_failed_writing_leaves_no_file(tmp_path, monkeypatch):
    def fail():
        yield b"las", b"las"
        raise OSError("disk full")

    monkeypatch.setattr("cms.search.dictionary.lines", fail)
    with pytest.raises(OSError, match="disk full"):
        write(tmp_path / "lemmas.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_read_only_folder_leaves_the_dictionary_in_memory(monkeypatch):
    """Root may write everywhere, so the folder is one where nobody can."""
    monkeypatch.setattr(lemmas, "file_path", lambda: Path("/proc/razem/lemmas.sqlite3"))
    lemmas._factory.cache_clear()
    try:
        assert lemmas._factory().get_dictionary("pl")["lasem"] == "las"
    finally:
        lemmas._factory.cache_clear()


def test_file_is_small_and_is_not_held_in_memory():
    lemmas.prepare()
    assert file_path().stat().st_size < 25_000_000
    with sqlite3.connect(file_path()) as connection:
        [(largest,)] = connection.execute("SELECT max(length(lines)) FROM block")
    assert largest < 8_000
