"""The demo holds something of everything, and what is invented says so."""

from io import BytesIO

import pytest
from stdnum.pl import nip, regon

from cms.file_contents import is_what_it_says
from cms.models import (
    ActivityPage,
    CentreFile,
    ContestPage,
    Document,
    EventPage,
    NewsPage,
    OrganizationPage,
    ResourcePage,
)
from demo import content, library, papers
from demo.loading import load_pages

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded() -> int:
    return load_pages({})


def test_demo_holds_every_kind_state_and_form(loaded):
    assert {page.kind for page in ActivityPage.objects.live()} == set(ActivityPage.Kind)
    assert {page.status for page in EventPage.objects.live()} == set(EventPage.Status)
    assert {page.date_certainty for page in EventPage.objects.live()} == set(
        EventPage.DateCertainty
    )
    assert {page.kind for page in ResourcePage.objects.live()} == set(ResourcePage.Kind)
    forms = {page.legal_form for page in OrganizationPage.objects.live()}
    assert forms == set(OrganizationPage.LegalForm)
    assert {page.state for page in ContestPage.objects.live()} >= {"announced", "open", "closed"}
    assert NewsPage.objects.live().filter(is_alert=True).exists()
    types = set(Document.objects.values_list("type", flat=True))
    assert types == set(Document.Type) - {Document.Type.NEWSLETTER}  # demo/newsletter has it
    assert Document.objects.filter(is_live=True).count() == loaded - 1  # all but "O Centrum"


def test_what_is_invented_is_marked(loaded):
    for page in (*EventPage.objects.all(), *NewsPage.objects.all(), *ContestPage.objects.all()):
        assert page.is_sample == page.title.endswith("(przykład)"), page.title
    for organization in OrganizationPage.objects.all():
        assert organization.is_sample
        assert organization.title.endswith("(przykład)")
        assert not organization.phone
        assert organization.email.endswith(("", ".example.org")[bool(organization.email)])


def test_numbers_of_sample_organizations_are_well_formed_and_given_to_nobody():
    for row in content.ORGANIZATIONS:
        assert not row.nip or (nip.is_valid(row.nip) and row.nip.startswith("999"))
        assert not row.regon or (regon.is_valid(row.regon) and row.regon.startswith("99"))
        assert not row.krs or row.krs.startswith("0009999")


def test_files_of_the_demo_are_what_they_say(loaded):
    endings = set()
    for file in CentreFile.objects.all():
        data = file.file.read()
        assert is_what_it_says(BytesIO(data), file.file.name), file.file.name
        endings.add(file.format_name)
    assert endings == {"PDF", "ODT", "CSV"}


def test_pdf_places_its_objects_where_its_table_says():
    data = papers.pdf("Tytuł (próba)", ["Zażółć gęślą jaźń", "nawias ( i \\ ukośnik"])
    start = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    lines = data[start:].split(b"\n")
    assert lines[0] == b"xref"
    for number, line in enumerate(lines[3:9], start=1):
        assert data[int(line[:10]) :].startswith(b"%d 0 obj" % number)


def test_each_event_that_names_an_activity_is_there():
    slugs = {row.slug for row in content.EVENTS}
    assert set(library.EVENT_ACTIVITIES) <= slugs
    assert set(library.EVENT_ACTIVITIES.values()) <= {row.slug for row in library.ACTIVITIES}
