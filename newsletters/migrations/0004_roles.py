"""What the roles of cms may do with newsletters."""

from django.db import migrations

from cms.accounts.roles import ADMINISTRATOR, COORDINATOR, EDITOR, PUBLISHER, grant, names_of
from newsletters.permissions import let_coordinators_edit

PEOPLE = (
    *names_of("newsletters", ("mailing",), "add", "change", "view"),
    *names_of("newsletters", ("subscriber",), "add", "change", "delete", "view"),
    *names_of("newsletters", ("suppression",), "add", "change", "delete", "view"),
    "newsletters.view_consentclause",
)


def grant_newsletters(apps, schema_editor):
    for role in (EDITOR, PUBLISHER):
        grant(apps, role, "newsletters.view_mailing")
    for role in (COORDINATOR, ADMINISTRATOR):
        grant(apps, role, *PEOPLE)
    grant(
        apps,
        ADMINISTRATOR,
        *names_of("newsletters", ("consentclause",), "add", "change", "delete"),
    )
    pages = apps.get_model("newsletters", "NewsletterIndexPage").objects
    for page_id in pages.values_list("pk", flat=True):
        let_coordinators_edit(apps, page_id)


class Migration(migrations.Migration):
    dependencies = [
        ("newsletters", "0003_crash_mark"),
        ("accounts", "0002_roles"),
    ]

    operations = [migrations.RunPython(grant_newsletters, migrations.RunPython.noop)]
