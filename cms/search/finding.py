"""Find documents, by SQLite's FTS5 or PostgreSQL's full text.

Everything begins with `live_documents()`: nothing withdrawn or expired is found, not even between
its end and its tombstone.
"""

from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.db.models import Count, F, FloatField, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from cms.documents.selectors import live_documents
from cms.models.documents import Document
from cms.models.search import SearchEntry
from cms.search import syntax
from cms.search.excerpts import Excerpt, excerpt, marked
from cms.search.query import Query

# What a word weighs in title, names, text and the rest.
WEIGHTS = (10.0, 4.0, 1.0, 0.5)
# FTS5 has a column for the words and one for the lemmas of each.
BM25 = f"bm25({', '.join(f'{weight}, {weight}' for weight in WEIGHTS)})"
# PostgreSQL's are at most 1, lightest first; 1: longer documents count less.
TS_WEIGHTS = f"{{{', '.join(str(weight / WEIGHTS[0]) for weight in reversed(WEIGHTS))}}}"
BY_LENGTH = 1
# Of a document in which words only begin as they were typed, against one that has them whole.
BEGINNINGS = 0.1


@dataclass(frozen=True)
class Hit:
    """A document that was found."""

    document: Document
    payload: dict[str, Any]
    title_html: str  # escaped, the words that were looked for in <mark>
    excerpt: Excerpt


@dataclass(frozen=True)
class Found:
    """A part of what was found, best first, and how many there are of each type."""

    hits: list[Hit]
    counts: dict[str, int]


class TsRank(Func):
    """PostgreSQL's rank of a column for a query.

    (Django's own comes with psycopg, which installations on SQLite need not load.)
    """

    template = f"ts_rank('{TS_WEIGHTS}', %(expressions)s::tsquery, {BY_LENGTH})"
    output_field = FloatField()


def matching(documents: QuerySet[Document], query: Query) -> QuerySet[Document]:
    """Return those of the documents in which all terms are, in the order that they had."""
    return documents.filter(pk__in=SearchEntry.objects.filter(_meets(query)).values("document_id"))


def find(query: Query, *, start: int, limit: int, document_type: str | None = None) -> Found:
    """Return a part of what is found, best first, and the counts of all types. Two queries."""
    counts = dict.fromkeys(Document.Type.values, 0)
    matched = live_documents().filter(_meets(query, "search_entry__"))
    counts |= dict(matched.order_by().values_list("type").annotate(Count("pk")))
    chosen = matched.filter(type=document_type) if document_type else matched
    columns = ("title_lemmas", "text", "text_lemmas", "plain_text")
    documents = (
        _in_order(chosen, query)
        .select_related("search_entry")
        .only(
            *("type", "slug", "sequence", "is_sample", "starts_on", "ends_on", "payload"),
            *(f"search_entry__{column}" for column in columns),
        )
    )
    return Found([_hit(document, query) for document in documents[start : start + limit]], counts)


def _meets(query: Query, entry: str = "") -> Q:
    """Return the condition that all terms are in an entry, which is reached by the prefix."""
    if connection.vendor == "postgresql":
        words = syntax.tsquery(query)
        # The head alone says nothing new, but mostly it saves reading the vector beside the row.
        return Q((f"{entry}head__matches", words)) | Q((f"{entry}vector__matches", words))
    return Q((f"{entry}row__words__matches", syntax.fts5(query)))


def _in_order(matched: QuerySet[Document], query: Query) -> QuerySet[Document]:
    """Return what matches, best first; of equals those first that changed last.

    FTS5 knows the best ones before it looks at any document, as long as it alone orders them; among
    equals it keeps the order of its rows.
    """
    if connection.vendor == "postgresql":
        return matched.order_by(_ts_rank(query).desc(), "-sequence")
    weighed = matched.filter(search_entry__row__rank__matches=BM25)
    return weighed.order_by("search_entry__row__rank")


def _ts_rank(query: Query) -> Coalesce:
    """Return PostgreSQL's rank by whole words; without one, a smaller rank by beginnings."""
    by_words = TsRank(F("search_entry__head"), Value(syntax.whole_words_tsquery(query)))
    by_beginnings = TsRank(F("search_entry__head"), Value(syntax.beginnings_tsquery(query)))
    return Coalesce(NullIf(by_words, Value(0.0)), by_beginnings * Value(BEGINNINGS))


def _hit(document: Document, query: Query) -> Hit:
    payload: dict[str, Any] = orjson.loads(bytes(document.payload))
    entry = document.search_entry
    return Hit(
        document=document,
        payload=payload,
        title_html=marked(payload["title"], entry.title_lemmas.split(), query).html,
        excerpt=excerpt(entry.plain_text, entry.text.split(), entry.text_lemmas.split(), query),
    )
