"""Datasets as files, written while they are read: no more than a batch is in memory."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from cms.documents.selectors import live_documents
from cms.exports.datasets import Dataset, Row, row_of

BATCH = 500
# Between the values of a list; a semicolon would split cells in a Polish Excel.
LIST_SEPARATOR = "|"
# A cell that begins so is a formula to spreadsheets (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# Tells Excel that the file is UTF-8; other readers skip it.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def rows(dataset: Dataset) -> Iterator[list[Row]]:
    """Yield what is public now, batch by batch. What is withdrawn meanwhile is left out.

    Samples are nobody's data: only a demo exports them. The ids are read at once (some 5 MB for
    50,000), so that no cursor stays open while a slow client reads.
    """
    documents = live_documents().filter(type=dataset.document_type)
    if not settings.IS_DEMO:
        documents = documents.filter(is_sample=False)
    ids = list(documents.order_by(*dataset.ordering).values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        yield _batch(dataset, ids[start : start + BATCH])


def _batch(dataset: Dataset, ids: list[UUID]) -> list[Row]:
    found = dict(live_documents().filter(pk__in=ids).values_list("pk", "payload"))
    payloads = (orjson.loads(found[pk]) for pk in ids if pk in found)
    return [row_of(dataset, payload) for payload in payloads]


def as_csv(dataset: Dataset) -> Iterator[bytes]:
    """Yield the dataset as CSV (RFC 4180) in UTF-8 with a byte order mark."""
    names = [column.name for column in dataset.columns]
    yield BYTE_ORDER_MARK + csv_lines([names])
    for batch in rows(dataset):
        yield csv_lines([cell(value) for value in row.values()] for row in batch)


def csv_lines(lines: Iterable[list[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode()


def cell(value: Any) -> str:
    """Return a value as a cell; text that a spreadsheet would run gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = LIST_SEPARATOR.join(str(one).replace(LIST_SEPARATOR, "/") for one in value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_json(dataset: Dataset, about: Row) -> Iterator[bytes]:
    """Yield the dataset as one JSON object: what it is, and `results`."""
    yield orjson.dumps(about | {"results": []}).removesuffix(b"]}")
    separator = b""
    for batch in rows(dataset):
        if batch:
            yield separator + b",".join(map(orjson.dumps, batch))
            separator = b","
    yield b"]}"
