"""Polish alphabetical order and search in SQL, the same on SQLite and PostgreSQL.

Neither has a Polish collation that may be relied on. Each Polish letter becomes its ASCII
look-alike and a character behind "z", and the result is compared byte by byte.
"""

from functools import reduce
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
    folded: Any = reduce(
        lambda inner, pair: Replace(inner, Value(pair[0]), Value(pair[1])),
        REPLACED.items(),
        Lower(F(field), output_field=CharField()),
    )
    return Collate(folded, "C") if connection.vendor == "postgresql" else folded


def fold(text: str) -> str:
    """Return the text as `polish_order` compares it."""
    return text.lower().translate(str.maketrans(REPLACED))
