"""Queries in the syntax of each database.

Only folded words get in, which are letters and digits: nothing has to be escaped, and nothing that
somebody typed can be an operator.
"""

from collections.abc import Iterable

from cms.search.query import Query, Term


def fts5(query: Query) -> str:
    """Return the query for SQLite (sqlite.org/fts5.html, section 3)."""
    return " AND ".join(f"({' OR '.join(_fts5_choices(term))})" for term in query.terms)


def _fts5_choices(term: Term) -> Iterable[str]:
    yield from (f'"{form}"' for form in sorted(term.forms))
    if term.phrase:
        yield f'"{" ".join(term.phrase)}"'
    if term.beginning:
        yield f'"{term.beginning}" *'


def tsquery(query: Query) -> str:
    """Return the query for PostgreSQL (its documentation, 8.11.2)."""
    return " & ".join(f"({' | '.join(_tsquery_choices(term))})" for term in query.terms)


def _tsquery_choices(term: Term) -> Iterable[str]:
    yield from (f"'{form}'" for form in sorted(term.forms))
    if term.phrase:
        yield " <-> ".join(f"'{word}'" for word in term.phrase)
    if term.beginning:
        yield f"'{term.beginning}':*"


def whole_words_tsquery(query: Query) -> str:
    """Return, for ranking, whatever of the query is a whole word."""
    return " | ".join(f"'{word}'" for word in sorted(query.words))


def beginnings_tsquery(query: Query) -> str:
    """Return, for ranking, whatever of the query is the beginning of a word; may be empty."""
    return " | ".join(f"'{beginning}':*" for beginning in query.beginnings)
