"""Tells claims from before a crash of the database from those after it.

PostgreSQL need not wait for the disk twice a mail (statements.py), because what a crash may lose is
found out: a number in an unlogged table, which PostgreSQL empties when it recovers, is the first
half of every claim's token. A claim whose token begins otherwise is from before the crash: its mail
may be on its way, whatever the row says. SQLite has no such table; its mark never changes.
"""

import secrets
import uuid

from django.db import connection
from django.db.models import Q

_HALF = 64
_READ = "SELECT mark FROM newsletters_crashmark WHERE id = 1"
_MAKE = "INSERT INTO newsletters_crashmark (id, mark) VALUES (1, %s) ON CONFLICT DO NOTHING"


def new_token() -> uuid.UUID:
    """Return a token for a claim that is made now; call it in the claim's transaction."""
    return uuid.UUID(int=(_present_mark() << _HALF) | secrets.randbits(_HALF))


def is_since_the_crash() -> Q:
    """Return the condition for claims which no crash of the database can have touched."""
    first = _present_mark() << _HALF
    last = first | (1 << _HALF) - 1
    return Q(token__gte=uuid.UUID(int=first), token__lte=uuid.UUID(int=last))


def _present_mark() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        row = cursor.fetchone()
        if row is None:
            # Positive, as PostgreSQL's bigint and half of a UUID both have it.
            cursor.execute(_MAKE, [secrets.randbits(_HALF - 1)])
            cursor.execute(_READ)
            row = cursor.fetchone()
    return int(row[0])
