"""What people look for: words, all of which have to be in a document.

Everything but quotation marks is literal.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from cms.search.lemmas import lemmas_of
from cms.search.words import Word, fold, grouped_numbers, words_of

LONGEST_QUERY = 200  # characters, which is some 25 words
SHORTEST_BEGINNING = 3  # letters: below, a word is not taken for the beginning of others
QUOTED = re.compile(r"[\"„”“«»]([^\"„”“«»]*)[\"„”“«»]")
# In folded form. They tell nothing: where there are other words, these need not be there.
LITTLE_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        a aby albo ale bez by byc czy dla do i ich jak jako jest jego jej ku lub ma na nad nie niz
        o od oraz po pod przed przez przy sie sa ta tak te tego ten to tu tym u w we z za ze
        """,
    )
)


class NothingToLookForError(ValueError):
    """A query has neither letters nor digits."""


@dataclass(frozen=True)
class Term:
    """One thing that has to be in a document: one of the forms, or what begins so, or a phrase."""

    forms: frozenset[str] = frozenset()
    beginning: str = ""
    phrase: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """The terms, all of which have to be in a document."""

    terms: tuple[Term, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """All that is looked for as a whole word."""
        return frozenset(word for term in self.terms for word in (*term.forms, *term.phrase))

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        return tuple(term.beginning for term in self.terms if term.beginning)

    def meets(self, word: str, lemma: str) -> bool:
        """Whether a word of a document, with its lemma, is one that was looked for."""
        return (
            word in self.words
            or lemma in self.words
            or word.startswith(self.beginnings)
            or lemma.startswith(self.beginnings)
        )


def parse(text: str) -> Query:
    """Return the query that a person typed. Raises NothingToLookForError where it has no word."""
    rest, terms = text, []
    for found in QUOTED.finditer(text):
        if phrase := tuple(word.folded for word in words_of(found[1])):
            terms.append(Term(phrase=phrase))
        rest = blanked(rest, found.start(), found.end())
    for start, end, digits in grouped_numbers(rest):
        parts = tuple(word.folded for word in words_of(rest[start:end]))
        terms.append(Term(frozenset({digits}), phrase=parts))
        rest = blanked(rest, start, end)
    words = list(words_of(rest))
    telling = [word for word in words if word.folded not in LITTLE_WORDS]
    terms += [term_of(word) for word in (telling or words if not terms else telling)]
    if not terms:
        raise NothingToLookForError
    return Query(tuple(dict.fromkeys(terms)))


def blanked(text: str, start: int, end: int) -> str:
    """Return text with spaces in the place of a part, so that other places stay what they are."""
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"


def term_of(word: Word) -> Term:
    lemmas = {fold(lemma) for lemma in lemmas_of(word.written)} - {""}
    is_long = len(word.folded) >= SHORTEST_BEGINNING
    return Term(frozenset({word.folded} | lemmas), beginning=word.folded if is_long else "")
