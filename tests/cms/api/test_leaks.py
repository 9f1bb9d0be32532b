"""What is not public appears in no byte of any answer (DESIGN.md §3, invariant 2)."""

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cms.models import ContestResult, Document
from tests.factories import (
    ActivityFactory,
    ContestFactory,
    EventFactory,
    ImageFactory,
    NewsFactory,
    NewsletterFactory,
    OrganizationFactory,
    PartnerFactory,
    ProjectFactory,
    ResourceFactory,
    consent_to,
    in_days,
    make_private,
    publish,
    withdraw_consents,
)

pytestmark = pytest.mark.django_db
SECRET = "Szyszkownik"  # a word that stands nowhere else


def every_answer() -> bytes:
    """Return all that the API says: lists in each order, each detail, feeds, errors, headers."""
    types = {
        "events": ["start_date", "-start_date", "title", "-updated_at"],
        "projects": ["-start_date", "title"],
        "organizations": ["title", "-updated_at"],
        "activities": ["title"],
        "news": ["-published_at"],
        "contests": ["-start_date"],
        "resources": ["-published_at"],
        "newsletters": ["-published_at"],
    }
    paths = ["", "changes/?limit=500", "openapi.json", "events/?upcoming=true&count=true"]
    paths += [
        f"vocabularies/{name}/"
        for name in ("topics", "spheres", "localities", "legal-forms", "audiences")
    ]
    paths += [
        f"{name}/?ordering={ordering}&limit=200"
        for name, orderings in types.items()
        for ordering in orderings
    ]
    for name, document in product(types, Document.objects.all()):
        paths += [f"{name}/{document.pk}/", f"{name}/{document.slug}/"]
        paths += [f"events/{document.pk}.ics", f"events/{document.slug}.ics"]
    paths += ["events.ics", "events.ics?from=1900-01-01", "events.ics?topic=nie-ma"]
    paths += ["events/szkic/", "events/?topic=nie-ma", "organizations/?sphere=nie-ma"]
    paths += [f"{name}/?q={SECRET}" for name in ("search", *types)]
    paths += [f"search/?q={SECRET[:4]}", f"search/?q={SECRET}&type=event", "search/?q=jawne"]
    addresses = [f"/api/v1/{path}" for path in paths]
    addresses += [
        f"/feeds/{subject}.{form}"
        for subject in ("events", "news")
        for form in ("rss", "atom", "json")
    ]
    addresses += [f"/embed/{section}.html" for section in ("events", "organizations", "news")]
    addresses += [
        f"/api/v1/export/{name}.{form}"
        for name in ("organizations", "events")
        for form in ("csv", "json", "csv-metadata.json")
    ]
    answers = [Client().get(address) for address in addresses]
    said = b"\n".join(answer.serialize_headers() + answer.getvalue() for answer in answers)
    return said.replace(b"\r\n ", b"")  # calendars break words over lines


def assert_silent() -> None:
    said = every_answer()
    assert b"Jawne" in said  # the answers do say something
    assert SECRET.encode() not in said
    assert SECRET.lower().encode() not in said


@pytest.fixture(autouse=True)
def shown():
    """Something public, so that silence means something."""
    return OrganizationFactory(title="Jawne (przykład)")


def test_draft_of_a_live_page_is_not_told():
    event = EventFactory(title="Jawne")
    event.title = event.summary = event.staff_notes = SECRET
    event.body = [("paragraph", f"<p>{SECRET}</p>")]
    event.save_revision()
    assert_silent()


FACTORIES = [
    ActivityFactory,
    ContestFactory,
    EventFactory,
    NewsFactory,
    NewsletterFactory,
    OrganizationFactory,
    ProjectFactory,
    ResourceFactory,
]


def test_each_type_of_document_is_tried_for_leaks():
    assert {factory._meta.model.document_type for factory in FACTORIES} == set(Document.Type)


@pytest.mark.parametrize("factory", FACTORIES)
def test_private_page_of_each_type_is_not_told_nor_after_it_is_withdrawn(factory):
    private, withdrawn, expired = (
        factory(title=SECRET, slug=f"strona-{number}", summary=SECRET, staff_notes=SECRET)
        for number in range(3)
    )
    make_private(private)
    withdrawn.unpublish()
    expired.expire_at = timezone.now() - timedelta(minutes=1)
    expired.save()
    assert_silent()


def test_results_of_a_contest_are_not_told_before_their_day():
    results = [ContestResult(group_name=SECRET, title=SECRET)]
    contest = ContestFactory(
        title="Jawne",
        opens_on=in_days(-20),
        closes_on=in_days(-10),
        results_on=in_days(1),
        results=results,
    )
    assert_silent()
    publish(contest, results_on=in_days(0))
    assert SECRET.encode() in every_answer()


@pytest.mark.parametrize("factory", FACTORIES)
@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_page_that_is_not_published_yet_is_not_told(factory, state):
    page = factory(title=SECRET, slug="szkic", summary=SECRET, **{state: True})
    page.save_revision()
    assert_silent()


def test_expired_page_is_not_told_even_before_its_tombstone(shown):
    expiring = OrganizationFactory(
        title=SECRET,
        slug="wygasle",
        summary=SECRET,
        expire_at=timezone.now() + timedelta(hours=1),
    )
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert Document.objects.get(page_id=expiring.pk).is_live
        assert_silent()


def test_private_page_is_not_told_nor_by_those_that_point_to_it():
    organization = OrganizationFactory(title=SECRET, slug="prywatna", summary=SECRET)
    EventFactory(title="Jawne", organizers=[organization])
    make_private(organization)
    assert_silent()


def test_page_below_a_private_one_is_not_told():
    project = ProjectFactory(title=SECRET, slug="projekt")
    EventFactory(parent=project, project=project, title=SECRET, slug="pod-projektem")
    make_private(project)
    EventFactory(parent=project, title=SECRET, slug="nowe-pod-projektem")
    assert_silent()


@pytest.mark.parametrize("way", ["unpublish", "delete"])
def test_withdrawn_page_is_not_told_nor_by_those_that_point_to_it(way):
    organization = OrganizationFactory(title=SECRET, slug="wycofana", image=ImageFactory())
    EventFactory(title="Jawne", organizers=[organization])
    getattr(organization, way)()
    assert_silent()


def test_staff_notes_and_consent_references_are_not_told():
    organization = OrganizationFactory(staff_notes=SECRET, informal=True)
    consent_to(organization, person=SECRET, reference=f"zgoda {SECRET}")
    EventFactory(staff_notes=SECRET)
    ProjectFactory(staff_notes=SECRET)
    assert_silent()


def test_contact_of_a_home_is_told_only_with_consent():
    contact = {
        "email": f"{SECRET.lower()}@example.org",
        "phone": SECRET,
        "address": f"ul. {SECRET} 1",
    }
    organization = OrganizationFactory(informal=True, **contact)
    assert_silent()

    consent_to(organization)
    assert SECRET.encode() in every_answer()

    withdraw_consents(organization)
    assert_silent()


def test_names_that_only_staff_see_of_an_image_are_not_told():
    image = ImageFactory(title=SECRET)
    image.file.name = f"original_images/{SECRET}.jpg"
    EventFactory(title="Jawne", image=image)
    assert_silent()


def test_deleted_partner_is_not_told():
    partner = PartnerFactory(name=SECRET)
    EventFactory(title="Jawne", partners=[partner])
    ProjectFactory(title="Jawny projekt", partners=[partner])
    partner.delete()
    assert_silent()
