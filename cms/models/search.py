"""The search index: one row for each live document, written and removed with it.

The database's own full-text index stands behind the rows. On PostgreSQL it is the column `vector`;
on SQLite the FTS5 table of `SearchRow`, which triggers keep equal to the rows. Both are made by
migration `search`. Should SQLite's table of rows ever be altered, Django makes it anew and the
triggers have to be made again with it: `rebuild_documents --check` tells.
"""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from cms.models.documents import Document


class VectorField(models.TextField):
    """PostgreSQL's tsvector in its textual form. SQLite leaves it empty."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"


class HiddenColumn(models.TextField):
    """A column that every FTS5 table has."""


class SearchEntry(models.Model):
    """The words of one document, folded, and at the same places their lemmas.

    What a word weighs depends on its column: title, names, text, more (cms/search/index.py).
    """

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="search_entry")
    title = models.TextField(blank=True)
    title_lemmas = models.TextField(blank=True)
    names = models.TextField(blank=True)
    names_lemmas = models.TextField(blank=True)
    text = models.TextField(blank=True)
    text_lemmas = models.TextField(blank=True)
    more = models.TextField(blank=True)
    more_lemmas = models.TextField(blank=True)
    plain_text = models.TextField(blank=True)  # `text` as it reads: excerpts are cut out of it
    vector = VectorField(null=True)  # all words
    head = VectorField(null=True)  # the first of each column, quick to read: they decide the order

    def __str__(self) -> str:
        return f"words of {self.document_id}"


class SearchRow(models.Model):
    """A row of the FTS5 table, which only SQLite has. Triggers write it."""

    entry = models.OneToOneField(
        SearchEntry,
        primary_key=True,
        db_column="rowid",
        on_delete=models.DO_NOTHING,
        related_name="row",
    )
    words = HiddenColumn(db_column="cms_search")
    rank = HiddenColumn(db_column="rank")  # smaller is better

    class Meta:
        managed = False
        db_table = "cms_search"

    def __str__(self) -> str:
        return f"row of {self.entry_id}"


@VectorField.register_lookup
@HiddenColumn.register_lookup
class Matches(models.Lookup):
    """Whether the words meet a query in the database's own syntax (cms/search/query.py)."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return FTS5's operator; of the column `rank` it sets how the rank is computed."""
        return self._with("MATCH %s", compiler, connection)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return self._with("@@ %s::tsquery", compiler, connection)

    def _with(self, operator: str, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} {operator}", [*params, self.rhs]
