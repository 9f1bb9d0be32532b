"""Polish alphabetical order and search in SQL, the same on SQLite and PostgreSQL.

Neither has a Polish collation that may be relied on. Each Polish letter becomes its ASCII
look-alike and a character behind "z", and the result is compared byte by byte.
"""

from typing import Any

from django.db import connection
from django.db.models import CharField, F, Value
from django.db.models.functions import Collate, Lower, Replace

_PLACES = dict(
    zip("ąćęłńóśźż", ["a{", "c{", "e{", "l{", "n{", "o{", "s{", "z{", "z|"], strict=True)
)
_QUOTES = '„”"«»'
REPLACED = (
    _PLACES
    | {letter.upper(): place for letter, place in _PLACES.items()}
    | dict.fromkeys(_QUOTES, "")
)


def polish_order(field: str) -> Any:
    """Return the expression to order by; `fold` does the same to a text."""
    folded: Any = Lower(F(field), output_field=CharField())
    for letter, place in REPLACED.items():
        folded = Replace(folded, Value(letter), Value(place))
    return Collate(folded, "C") if connection.vendor == "postgresql" else folded


def fold(text: str) -> str:
    """Return the text as `polish_order` compares it."""
    folded = text.lower()
    for letter, place in REPLACED.items():
        folded = folded.replace(letter, place)
    return folded
