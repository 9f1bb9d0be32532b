"""Words as the index and the queries know them: what counts as one, and its folded form.

Both databases get words that are split and folded here, so that the same query finds the same
documents in both, and nothing in a text or a query can be syntax there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from cms.polish import transliterate

LONGEST_WORD = 40
WORD = re.compile(r"[^\W_]+")
# Numbers that people write in groups: "999-000-00-14", "32 000 00 00", "2018-09-15".
GROUPED_NUMBER = re.compile(r"(?<![\w–-])[0-9]+(?:[ \u00a0–-][0-9]+)+(?!\w)")
SHORTEST_NUMBER, LONGEST_NUMBER = 7, 28  # digits: below are years and scores; the longest is IBAN


@dataclass(frozen=True)
class Word:
    """A word at its place in a text (offsets in code points). `folded` is never empty."""

    written: str
    folded: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.written)


def fold(text: str) -> str:
    """Return text without case and diacritics: "Łączność" → "lacznosc", "ﬁ" → "fi".

    Only letters and digits are left; other scripts keep their letters.
    """
    plain = normalize("NFKD", transliterate(text).casefold()).casefold()
    return "".join(char for char in plain if char.isalnum())[:LONGEST_WORD]


def words_of(text: str) -> Iterator[Word]:
    """Yield the words of a text in their order."""
    for found in WORD.finditer(text):
        if folded := fold(found[0]):
            yield Word(found[0], folded, found.start())


def grouped_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and digits of each long number that is written in groups."""
    for found in GROUPED_NUMBER.finditer(text):
        digits = "".join(char for char in found[0] if char.isdecimal())
        if SHORTEST_NUMBER <= len(digits) <= LONGEST_NUMBER:
            yield found.start(), found.end(), digits
