"""What of a document is searched, and its row in the index.

The row is written from the payload, by whoever writes that, in the same transaction. So only what
is public can be found.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction

from cms.models.documents import Document
from cms.models.search import SearchEntry
from cms.search.lemmas import VERSION as LEMMAS_VERSION
from cms.search.lemmas import lemma_of
from cms.search.words import Word, fold, grouped_numbers, words_of

# Raise it when the same payload gives another row: all documents are then written again.
VERSION = f"3.{LEMMAS_VERSION}"

# Fields of payloads, of all types, beside `title`, `summary` and `body_html`. A field that a type
# adds is searched once it stands here.
NAMES = (
    *("short_name", "former_names", "summary", "mission"),
    *("krs", "nip", "regon", "register_number"),
)
MORE = (
    *("kind_label", "legal_form_label", "place", "locality", "spheres", "topics"),
    *("project", "organizers", "partners", "email", "phone", "address", "website"),
    *("audiences", "localities", "programme", "offer_type", "offer_types", "activity"),
    *("participants", "programme_items", "materials", "trainer", "status_note", "facilities"),
    *("beneficiaries", "action_forms", "territory", "correspondence_address", "contact_person"),
    *("adviser_role", "booking_rules", "eligibility", "results", "files", "authors", "method"),
)
# What counts of an object in such a field: the rest are codes and addresses.
SAID_BY_OBJECTS = (
    "title",
    "name",
    "label",
    "address",
    "locality",
    "name_locative",
    "role_label",
    "group_name",
)

# PostgreSQL's letters for weights, heaviest first, and the columns that have them.
WEIGHTS = {"title": "A", "names": "B", "text": "C", "more": "D"}
MOST_WORDS = 10_000  # of one column; what comes after them is not found
# Of one column: what PostgreSQL ranks by. Whole texts would take it ten times as long.
HEAD_WORDS = 60
# Limits of PostgreSQL's tsvector: 1 MiB altogether, places up to 16,383.
LARGEST_VECTOR = 500_000
LAST_PLACE = 16_383

INLINE_TAG = re.compile(r"</?(?:a|b|strong|i|em)\b(?:[^<>\"]|\"[^\"]*\")*>")
ANY_TAG = re.compile(r"<(?:[^<>\"]|\"[^\"]*\")*>")


def plain_text(html: str) -> str:
    """Return a payload's sanitized HTML as one line of text."""
    without_tags = ANY_TAG.sub(" ", INLINE_TAG.sub("", html))
    return " ".join(unescape(without_tags).replace("\0", "").split())


def said(value: Any) -> Iterator[str]:
    """Yield the texts of a field's value: a text, an object, or a list of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name in SAID_BY_OBJECTS:
            yield from said(value.get(name))
    elif isinstance(value, list):
        for one in value:
            yield from said(one)


def texts_of(payload: dict[str, Any]) -> dict[str, str]:
    """Return the texts of a payload by the column of the index where their words stand."""

    def together(names: Iterable[str]) -> str:
        return "\n".join(text for name in names for text in said(payload.get(name)))

    return {
        "title": payload["title"],
        "names": together(NAMES),
        "text": f"{payload['summary']}\n{plain_text(payload['body_html'])}".strip(),
        "more": together(MORE),
    }


def indexed(text: str) -> tuple[list[str], list[str]]:
    """Return the folded words of a text and, at the same places, what else they are found by.

    That is the folded lemma; at the first group of a long number, its digits in one.
    """
    numbers = {start: digits for start, _end, digits in grouped_numbers(text)}
    words: list[str] = []
    others: list[str] = []
    for word in words_of(text):
        words.append(word.folded)
        others.append(numbers.get(word.start) or folded_lemma(word))
        if len(words) == MOST_WORDS:
            break
    return words, others


def folded_lemma(word: Word) -> str:
    return fold(lemma_of(word.written)) or word.folded


def columns_of(payload: dict[str, Any]) -> dict[str, str | None]:
    """Return the columns of a payload's row."""
    texts = texts_of(payload)
    columns: dict[str, str | None] = {"plain_text": texts["text"]}
    places = {name: indexed(texts[name]) for name in WEIGHTS}
    for name, (words, lemmas) in places.items():
        columns[name], columns[f"{name}_lemmas"] = " ".join(words), " ".join(lemmas)
    is_postgresql = connection.vendor == "postgresql"
    columns["vector"] = vector_of(places) if is_postgresql else None
    columns["head"] = vector_of(places, most=HEAD_WORDS) if is_postgresql else None
    return columns


def vector_of(places: dict[str, tuple[list[str], list[str]]], most: int = MOST_WORDS) -> str:
    """Return the first words of each column as a tsvector (PostgreSQL's documentation, 8.11.1).

    Folded words have letters and digits only: nothing in them has to be escaped.
    """
    found: dict[str, list[str]] = {}
    place = size = 0
    for name, weight in WEIGHTS.items():
        for pair in islice(zip(*places[name], strict=True), most):
            place = min(place + 1, LAST_PLACE)
            for word in set(pair):
                size += len(word.encode()) + 8
                if size < LARGEST_VECTOR:
                    found.setdefault(word, []).append(f"{place}{weight}")
        place += 1  # a gap, so that no phrase reaches from one column into the next
    return " ".join(f"'{word}':{','.join(found[word])}" for word in found)


def store_entry(document: Document, payload: dict[str, Any]) -> None:
    """Make the document's row in the index that of its payload."""
    columns = columns_of(payload)
    entry = SearchEntry.objects.filter(document=document).first()
    if entry is None:
        SearchEntry.objects.create(document=document, **columns)
    elif is_different(entry, columns):
        SearchEntry.objects.filter(pk=entry.pk).update(**columns)


def has_right_entry(document: Document, payload: dict[str, Any]) -> bool:
    """Whether the document's row in the index is that of the payload."""
    entry = SearchEntry.objects.filter(document=document).first()
    return entry is not None and not is_different(entry, columns_of(payload))


def is_different(entry: SearchEntry, columns: dict[str, str | None]) -> bool:
    """Whether a row is not what it should be.

    Vectors follow from the other columns, and read otherwise when they come back; but they are
    missing in rows that came over from SQLite.
    """
    for name, value in columns.items():
        there = getattr(entry, name)
        if (there is None) != (value is None):
            return True
        if name not in {"vector", "head"} and there != value:
            return True
    return False


def remove_entries(documents: Iterable[Document]) -> None:
    """Take documents out of the index."""
    SearchEntry.objects.filter(document__in=[document.pk for document in documents]).delete()


def is_whole() -> bool:
    """Whether the database's own index is that of the rows. Only SQLite's could be another.

    The check itself is a write to SQLite, which therefore waits for its lock.
    """
    if connection.vendor != "sqlite":
        return True
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO cms_search(cms_search, rank) VALUES ('integrity-check', 1)")
    except DatabaseError:
        return False
    return True


def rebuild() -> None:
    """Make SQLite's own index anew from the rows."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO cms_search(cms_search) VALUES ('rebuild')")
