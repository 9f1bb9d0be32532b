"""The four roles, and what each may do with content. Other apps grant what is theirs."""

from django.db import migrations

from cms.accounts.default_groups import remove_unused
from cms.accounts.roles import (
    ADMINISTRATOR,
    COORDINATOR,
    EDITOR,
    PUBLISHER,
    ROLES,
    grant,
    grant_on_files,
    grant_on_pages,
    grant_publishing,
    names_of,
    root_page_id,
)

EVERYWHERE = ("place", "partner")
VOCABULARIES = ("locality", "topic", "audience", "offertype", "programme", "sphere")
ADDING_FILES = (
    "wagtailimages.add_image",
    "wagtailimages.choose_image",
    "wagtaildocs.add_document",
    "wagtaildocs.choose_document",
)


def make_roles(apps, schema_editor):
    root = root_page_id(apps)
    for role in ROLES:
        grant(apps, role, "wagtailadmin.access_admin")
        grant_on_files(apps, role, *ADDING_FILES)
    for role in (EDITOR, PUBLISHER, ADMINISTRATOR):
        grant_on_pages(apps, role, root, "add", "change")
        grant(apps, role, *names_of("cms", EVERYWHERE, "add"))
        # Nobody's approval is required until somebody says so.
        grant_publishing(apps, role)
    for role in (PUBLISHER, ADMINISTRATOR):
        grant_on_pages(apps, role, root, "lock", "unlock", "bulk_delete")
        grant(apps, role, *names_of("cms", EVERYWHERE, "delete"))
        grant(apps, role, *names_of("cms", VOCABULARIES, "add", "change"))
    make_administrator(apps)
    remove_unused(apps)


def make_administrator(apps):
    rest = ("add", "change", "delete")
    grant(
        apps,
        ADMINISTRATOR,
        *names_of("cms", VOCABULARIES, "delete"),
        *names_of("cms", ("operatorterm", "apiclient"), *rest),
        "cms.change_centresettings",
        *names_of("accounts", ("user",), *rest),
        *names_of("auth", ("group",), *rest),
        *names_of("wagtailcore", ("workflow", "task", "site"), *rest),
    )
    grant_on_files(apps, ADMINISTRATOR, *names_of("wagtailcore", ("collection",), *rest))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("basepage", "0003_finalize_basepage_model"),
        ("cms", "0006_content"),
        ("wagtailadmin", "0003_admin_managed"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
