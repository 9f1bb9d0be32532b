"""The selected rows of a list as a spreadsheet."""

import csv
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from django.utils.http import urlencode
from openpyxl import load_workbook

from cms.structure import ensure_site
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import (
    ActivityFactory,
    ContestFactory,
    EventFactory,
    NewsFactory,
    OrganizationFactory,
    ProjectFactory,
    ResourceFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = (
    ActivityFactory,
    ContestFactory,
    EventFactory,
    NewsFactory,
    OrganizationFactory,
    ProjectFactory,
    ResourceFactory,
)


@pytest.fixture
def staff():
    ensure_site()
    return logged_in(person("redaktorka", may=EDITOR))


def address(*pages, model=None):
    name = (model or type(pages[0]))._meta.model_name
    query = urlencode([("id", page.pk) for page in pages])
    return f"{reverse('wagtail_bulk_action', args=['cms', name, 'export_listed'])}?{query}"


def rows_of(answer):
    """Return the rows of a file, whichever of the two forms it has."""
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    data = b"".join(answer.streaming_content)
    if answer["Content-Type"].startswith("text/csv"):
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(StringIO(data.decode("utf-8-sig"))))
    sheet = load_workbook(BytesIO(data)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("factory", FACTORIES)
def test_selected_pages_of_each_list_and_no_others_are_exported(factory, form, staff):
    first, second, other = factory(title="Łąka"), factory(title="Lato"), factory(title="Inne")
    asked = staff.get(address(first, second))
    assert asked.status_code == 200
    assert "Inne" not in asked.content.decode()
    [heading, *rows] = rows_of(staff.post(address(first, second), {"form": form}))
    assert heading[0] == "Tytuł"
    assert [row[0] for row in rows] == ["Lato", "Łąka"]
    assert other.pk


def test_no_cell_is_a_formula(staff):
    page = EventFactory(title="=HYPERLINK(1)")
    [_heading, row] = rows_of(staff.post(address(page), {"form": "csv"}))
    assert row[0] == "'=HYPERLINK(1)"
    answer = staff.post(address(page), {"form": "xlsx"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_contacts_that_are_not_public_are_in_no_file(staff):
    profile = OrganizationFactory(informal=True, email="tajne@example.org", phone="600 000 000")
    for form in ("csv", "xlsx"):
        told = str(rows_of(staff.post(address(profile), {"form": form})))
        assert "tajne@" not in told
        assert "600 000 000" not in told


def test_pages_that_the_person_may_not_see_are_left_out_and_named():
    theirs, others = EventFactory(title="Moje"), NewsFactory(title="Cudze")
    client = logged_in(person("autor", may=EDITOR, below=theirs.get_parent()))
    [_heading, row] = rows_of(client.post(address(theirs), {"form": "csv"}))
    assert row[0] == "Moje"
    refused = client.get(address(others)).content.decode()
    assert "Zostaną pominięte" in refused
    [_heading, *rows] = rows_of(client.post(address(others), {"form": "csv"}))
    assert rows == []


def test_export_changes_nothing_and_wrong_form_is_refused(staff):
    page = EventFactory()
    before = page.latest_revision_created_at
    assert staff.post(address(page), {"form": "exe"}).status_code == 200
    rows_of(staff.post(address(page), {"form": "csv"}))
    page.refresh_from_db()
    assert page.latest_revision_created_at == before


def test_list_offers_the_export(staff):
    EventFactory()
    assert "/export_listed/" in staff.get("/admin/wydarzenia/").content.decode()
