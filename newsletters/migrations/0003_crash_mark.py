"""PostgreSQL empties an unlogged table when it recovers from a crash: that is how one shows."""

from typing import Any

from django.db import migrations

CREATE = """
    CREATE UNLOGGED TABLE newsletters_crashmark (id integer PRIMARY KEY, mark bigint NOT NULL)
"""


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE newsletters_crashmark")


class Migration(migrations.Migration):
    dependencies = [("newsletters", "0002_newsletter")]
    operations = [migrations.RunPython(create, drop)]
