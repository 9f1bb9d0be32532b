"""The bulletin of a day: the numbers of all entries that changed, a JSON array of texts."""

import orjson

from cms.identifiers import clean_krs
from integrations.registers.krs.extracts import unreadable

# A day has some thousands. Far more is no bulletin.
MOST_NUMBERS = 200_000


def parse_bulletin(body: bytes) -> frozenset[str]:
    """Return the numbers with ten digits each, or raise KrsError: one that is none spoils all."""
    try:
        numbers = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise unreadable() from error
    if not isinstance(numbers, list) or len(numbers) > MOST_NUMBERS:
        raise unreadable()
    if not all(isinstance(one, str) and _is_number(one) for one in numbers):
        raise unreadable()
    return frozenset(clean_krs(one) for one in numbers)


def _is_number(text: str) -> bool:
    return 1 <= len(text) <= 10 and text.isascii() and text.isdecimal() and bool(int(text))
