"""Show where in a text the words are that were looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice

from cms.search.query import Query
from cms.search.words import words_of

LENGTH = 240  # of an excerpt, in characters
NEAR_ENOUGH = 160  # characters from the beginning
WORDS_BEFORE = 6
WORDS_TOGETHER = 25  # about as many as an excerpt has
ELLIPSIS = "…"


@dataclass(frozen=True)
class Excerpt:
    """A part of a text, and the same as HTML: escaped, with no element in it but <mark>."""

    text: str
    html: str


def excerpt(text: str, words: Sequence[str], lemmas: Sequence[str], query: Query) -> Excerpt:
    """Return the part of a text with the most of what was looked for, or else its beginning.

    `words` and `lemmas` are those of the text, as they stand in the index.
    """
    first, start = _start(text, _best_place(words, lemmas, query))
    end = _end(text, start)
    part = marked(text[start:end].replace("\n", " "), lemmas[first:], query)
    before, after = ELLIPSIS if start else "", ELLIPSIS if end < len(text) else ""
    return Excerpt(f"{before}{part.text}{after}", f"{before}{part.html}{after}")


def _best_place(words: Sequence[str], lemmas: Sequence[str], query: Query) -> int:
    """Return the number of the word from which on most words meet the query."""
    places = [
        place
        for place, (word, lemma) in enumerate(zip(words, lemmas, strict=False))
        if query.meets(word, lemma)
    ]

    def near(place: int) -> int:
        return sum(place <= other < place + WORDS_TOGETHER for other in places)

    return max(places[:50], key=near, default=0)


def _start(text: str, place: int) -> tuple[int, int]:
    """Return with which word, and where, an excerpt begins that shows the word at a place.

    At the beginning, if that is near enough; or else a few words before.
    """
    until = list(islice(words_of(text), place + 1))
    if not until or until[-1].end <= NEAR_ENOUGH:
        return 0, 0
    first = max(0, place - WORDS_BEFORE)
    return first, until[first].start


def _end(text: str, start: int) -> int:
    """Return where an excerpt ends: at a space, unless a word is longer than all of it."""
    end = start + LENGTH
    if end >= len(text):
        return len(text)
    space = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
    return space if space > start else end


def marked(text: str, lemmas: Sequence[str], query: Query) -> Excerpt:
    """Return a whole text with the words marked that meet the query."""
    parts = []
    done = 0
    for word, lemma in zip(words_of(text), lemmas, strict=False):
        if query.meets(word.folded, lemma):
            parts += [escape(text[done : word.start]), f"<mark>{escape(word.written)}</mark>"]
            done = word.end
    return Excerpt(text, "".join([*parts, escape(text[done:])]))
