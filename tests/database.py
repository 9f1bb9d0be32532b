# ruff: noqa: S608  (the names of our own tables)
"""The tests' own database: migrated once, with the skeleton of pages that every installation has.

Most tests add pages below it, and to make it anew for each would take a third of their time.

After a test that commits Django truncates every table (on PostgreSQL a file for each table and
index), and before the next such test it loads the rows of the migrations object by object. Here
only tables that have rows are emptied, and the rows come back at once, from copies of the tables
that stay in the test's database: whatever test is next finds them. Foreign keys are deferred, so
that the order does not matter.

On SQLite the migrated database is kept from one run to the next, as long as no migration and no
library changes.
"""

import hashlib
import sqlite3
from pathlib import Path
from shutil import copyfile
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.sqlite3.creation import DatabaseCreation
from wagtail.search.models import IndexEntry

from cms.models.documents import Sequence
from cms.structure import ensure_site

PREFIX = "after_migrations_"


def prepare(kept_in: Path) -> None:
    """Have Django do it in this way. Called once Django is set up."""
    operations: Any = type(connection.ops)
    creation: Any = BaseDatabaseCreation
    operations.sql_flush = flush
    creation.deserialize_db_from_string = lambda self, tables: None
    creation.serialize_db_to_string = lambda self: take()
    if connection.vendor == "sqlite":
        keep_migrated(kept_in / f"{fingerprint()}.sqlite3")


# --- Rows ----------------------------------------------------------------------------------------


def take() -> str:
    """Copy the tables that have rows; return their names, separated by spaces."""
    ensure_site()
    Sequence.objects.all().delete()  # nothing was published yet
    # SQLite's full-text table would not take the same rows back.
    IndexEntry.objects.all().delete()
    found = filled(connection.introspection.django_table_names(only_existing=True))
    with transaction.atomic(), connection.cursor() as cursor:
        for table in found:
            cursor.execute(f'DROP TABLE IF EXISTS "{PREFIX}{table}"')
            cursor.execute(f'CREATE TABLE "{PREFIX}{table}" AS SELECT * FROM "{table}"')
    return " ".join(found)


def flush(operations: Any, style: Any, tables: list[str], **options: Any) -> list[str]:
    """Return what brings the tables back. Numbers go on, as they do after Django's own flush."""
    copies = connection._test_serialized_contents.split()
    return [
        *(f'DELETE FROM "{table}"' for table in filled(tables)),
        *(f'INSERT INTO "{table}" SELECT * FROM "{PREFIX}{table}"' for table in copies),
    ]


def filled(tables: list[str]) -> list[str]:
    """Return those of the tables that have rows."""
    questions = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        return [name for (name,) in cursor.fetchall()]


# --- The migrated database -----------------------------------------------------------------------


def keep_migrated(kept: Path) -> None:
    """Begin with the kept file, or keep a copy of what is migrated now."""
    creation: Any = DatabaseCreation
    create_file, create = creation._create_test_db, creation.create_test_db

    def begin_with_kept(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = create_file(self, *args, **kwargs)
        if kept.exists():
            copyfile(kept, name)
        return name

    def keep(self: Any, *args: Any, **kwargs: Any) -> Any:
        name = create(self, *args, **kwargs)
        if not kept.exists():
            copy_of_database(kept)
        return name

    creation._create_test_db, creation.create_test_db = begin_with_kept, keep


def copy_of_database(kept: Path) -> None:
    """Write the open database to a file, so that no other process sees a part of it."""
    part = kept.with_name(f"{kept.name}-{uuid4().hex}")
    with sqlite3.connect(part) as copy:
        connection.connection.backup(copy)
    copy.close()
    for old in kept.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    part.replace(kept)


def fingerprint() -> str:
    """Return what changes with every migration, ours and those of libraries."""
    ours = [path for path in settings.BASE_DIR.rglob("migrations/*.py") if ".venv" not in str(path)]
    files = [settings.BASE_DIR / "requirements.txt", *sorted(ours)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
