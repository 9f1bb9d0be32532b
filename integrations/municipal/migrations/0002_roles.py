"""Destinations are for administrators."""

from django.db import migrations

from cms.accounts.roles import ADMINISTRATOR, grant, names_of


def grant_destinations(apps, schema_editor):
    grant(
        apps,
        ADMINISTRATOR,
        *names_of("municipal", ("destination",), "add", "change", "delete", "view"),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("municipal", "0001_initial"),
        ("accounts", "0002_roles"),
    ]

    operations = [migrations.RunPython(grant_destinations, migrations.RunPython.noop)]
