"""A private contact is public by a consent alone, and is nowhere any more when that ends."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from cms.accounts.models import User
from cms.documents.reads import key_of
from cms.documents.writing import MOST_AT_ONCE
from cms.models import (
    ContactClause,
    ContactConsent,
    Document,
    DocumentDependency,
    OrganizationPage,
    SearchEntry,
)
from cms.profiles import consents
from cms.structure import ensure_site
from integrations.municipal.changes import change_of
from integrations.municipal.models import Destination
from tests.cms.api.test_leaks import every_answer
from tests.cms.documents.world import drain
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import (
    EventFactory,
    NewsletterFactory,
    OrganizationFactory,
    consent_to,
    document_of,
    in_days,
    publish,
    withdraw_consents,
)

pytestmark = pytest.mark.django_db
SECRET = "Szyszkownik"
CONTACT = {
    "email": "szyszkownik@example.org",
    "phone": "32 777 66 55",
    "address": "ul. Szyszkownik 7",
    "contact_person": "Anna Szyszkownik",
    "contact_person_email": "anna.szyszkownik@example.org",
    "contact_person_phone": "700 777 655",
}
WORDS = (b"szyszkownik", b"32 777 66 55", b"700 777 655", b"327776655", b"700777655")


@pytest.fixture
def profile() -> OrganizationPage:
    """Give a KGW with a contact, in an event, an edition and a list of organizations."""
    OrganizationFactory(title="Jawne (przykład)")  # what the leak tests of the API look for
    made = OrganizationFactory(
        title="Koło (przykład)", slug="kolo", legal_form="kgw", krs="", nip="9990000043", **CONTACT
    )
    EventFactory(organizers=[made])
    NewsletterFactory(slug="numer", body=[("organization", made)])
    Destination.objects.create(
        name="gmina", url="http://127.0.0.1:1/", epoch="00000000-0000-0000-0000-000000000001"
    )
    return OrganizationPage.objects.get(pk=made.pk)


def api(profile: OrganizationPage) -> bytes:
    return every_answer()


def pages(profile: OrganizationPage) -> bytes:
    paths = (profile.url, "/organizacje/", "/", "/sitemap.xml", "/szukaj/?q=koło")
    return b"".join(Client().get(path).getvalue() for path in paths)


def embedded(profile: OrganizationPage) -> bytes:
    return Client().get("/embed/organizations.html?limit=50").content


def archive(profile: OrganizationPage) -> bytes:
    return Client().get(NewsletterFactory._meta.model.objects.get(slug="numer").url).content


def pushed(profile: OrganizationPage) -> bytes:
    destination = Destination.objects.get()
    changes = (change_of(one, "upsert", destination) for one in Document.objects.filter(is_live=1))
    return b"".join(change.as_json() for change in changes)


def search(profile: OrganizationPage) -> bytes:
    return repr([vars(entry) for entry in SearchEntry.objects.all()]).encode()


def exported(profile: OrganizationPage) -> bytes:
    client = logged_in(User.objects.get_or_create(username="szefowa", is_superuser=True)[0])
    answer = client.get("/admin/organizacje/?export=csv")
    return b"".join(answer.streaming_content)


CHANNELS = [api, pages, embedded, archive, pushed, search, exported]
# Where a contact never stands, with or without a consent.
WITHOUT_CONTACT = {embedded, archive}


def told(channel: Any, profile: OrganizationPage) -> list[bytes]:
    said = channel(profile).lower()
    return [word for word in WORDS if word in said]


@pytest.mark.parametrize("channel", CHANNELS)
def test_contact_is_told_by_consent_alone_and_nowhere_after_its_withdrawal(channel, profile):
    assert told(channel, profile) == []
    consent_to(profile)
    assert bool(told(channel, profile)) is (channel not in WITHOUT_CONTACT)
    withdraw_consents(profile)
    assert told(channel, profile) == []


def test_consent_shows_the_fields_that_it_names_and_no_others(profile):
    consent_to(profile, "phone")
    said = bytes(document_of(profile).payload).lower()
    assert b"32 777 66 55" in said
    assert b"szyszkownik" not in said


def test_contact_of_a_registered_association_needs_none_but_its_contact_person_does():
    association = OrganizationFactory(**CONTACT)
    said = bytes(document_of(association).payload).decode()
    assert "32 777 66 55" in said
    assert "Anna" not in said
    assert "700 777 655" not in said


def test_other_consents_go_on_when_one_is_withdrawn(profile):
    first = consent_to(profile, "phone", "email")
    consent_to(profile, "phone")
    consents.withdraw(consent=first, user=None, on=timezone.localdate())
    said = bytes(document_of(profile).payload)
    assert b"32 777 66 55" in said
    assert b"szyszkownik@" not in said


def test_profile_that_becomes_a_home_hides_its_contact_at_once():
    association = OrganizationFactory(**CONTACT)
    publish(association, legal_form="kgw", krs="", nip="9990000043")
    assert b"32 777 66 55" not in bytes(document_of(association).payload)


def test_consent_of_one_profile_does_not_serve_its_copy(profile):
    consent_to(profile)
    copy = profile.copy(update_attrs={"slug": "kopia", "title": "Kopia"})
    assert b"32 777 66 55" not in bytes(document_of(copy).payload)


def test_consent_ends_with_its_last_day(profile):
    consent_to(profile, valid_until=in_days(2))
    document = document_of(profile)
    assert b"32 777 66 55" in bytes(document.payload)
    assert timezone.localtime(document.changes_at).date() == in_days(3)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        drain()
        assert b"32 777 66 55" not in bytes(document_of(profile).payload)


def dependents(profile: OrganizationPage, count: int) -> Iterator[Document]:
    """Give events that name the organization: as many documents depend on it."""
    event = EventFactory(organizers=[profile])
    yield document_of(event)
    for number in range(count - 1):
        copy = event.copy(update_attrs={"slug": f"kopia-{number}", "title": f"Kopia {number}"})
        yield document_of(copy)


def test_withdrawal_hides_the_contact_and_not_the_many_that_only_name_the_organization(profile):
    events = list(dependents(profile, 3))
    template = events[0]
    Document.objects.bulk_create(
        Document(
            type="event",
            page_id=None,
            slug=f"wiele-{number}",
            sequence=template.sequence + 1000 + number,
            payload=template.payload,
            is_live=True,
            updated_at=template.updated_at,
        )
        for number in range(MOST_AT_ONCE)
    )
    kind, key = key_of(OrganizationPage, profile.pk)
    many = Document.objects.filter(slug__startswith="wiele-")
    DocumentDependency.objects.bulk_create(
        DocumentDependency(document=one, content_type_id=kind, object_id=key) for one in many
    )
    consent_to(profile)
    withdraw_consents(profile)
    assert told(pushed, profile) == []
    assert document_of(profile).is_live
    assert many.filter(is_live=True).count() == MOST_AT_ONCE
    assert all(document_of(one.page).is_live for one in events)


def test_more_than_200_documents_that_tell_it_by_the_consent_are_hidden_before_the_commit(profile):
    consent = consent_to(profile)
    payload = document_of(profile).payload
    Document.objects.bulk_create(
        Document(
            type="event",
            slug=f"wiele-{number}",
            sequence=10**13 + number,
            payload=payload,
            is_live=True,
            updated_at=timezone.now(),
        )
        for number in range(MOST_AT_ONCE + 1)
    )
    kind, key = key_of(ContactConsent, consent.pk)
    many = Document.objects.filter(slug__startswith="wiele-")
    DocumentDependency.objects.bulk_create(
        DocumentDependency(document=one, content_type_id=kind, object_id=key) for one in many
    )
    assert told(pushed, profile)
    withdraw_consents(profile)
    assert told(pushed, profile) == []
    assert not many.filter(is_live=True).exists()
    assert document_of(profile).is_live


def test_ledger_is_append_only_and_a_consent_ends_once(profile):
    consent = consent_to(profile)
    consent.person = "Ktoś Inny"
    with pytest.raises(TypeError, match="proof"):
        consent.save()
    consents.withdraw(consent=consent, user=None, on=timezone.localdate())
    with pytest.raises(consents.ConsentEndedError):
        consents.withdraw(consent=consent, user=None, on=timezone.localdate())
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactConsent.objects.create(
            profile=profile, kind="withdrawn", person="", on=timezone.localdate(), ends=consent
        )
    assert ContactConsent.objects.count() == 2


def test_ledger_outlives_the_profile_and_who_recorded_it(profile):
    user = person("wydawca")
    consent = consents.record(
        profile=profile, user=user, person="Anna", fields=["phone"], on=timezone.localdate()
    )
    user.delete()
    profile.delete()
    assert ContactConsent.objects.get(pk=consent.pk).person == "Anna"


def test_clause_is_kept_as_it_was_signed(profile):
    consent = consent_to(profile)
    first = consent.clause.text
    user = person("administrator")
    consents.add_clause(text="Inne słowa.", user=user)
    assert consents.add_clause(text="Inne słowa.", user=user).version == 2
    assert ContactConsent.objects.get(pk=consent.pk).clause.text == first
    assert consent_to(profile).clause.version == 2
    with pytest.raises(TypeError, match="proof"):
        ContactClause.objects.get(version=1).save()


# --- In the admin --------------------------------------------------------------------------------


def fields_of(answer: Any) -> dict[str, Any]:
    """Return what the browser would send for the form as it is."""
    form = BeautifulSoup(answer.content, "html.parser").select_one("main form[method=post]")
    assert form is not None
    data: dict[str, Any] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        if field.get("type") == "checkbox":
            if field.has_attr("checked"):
                data.setdefault(field["name"], []).append(field["value"])
        elif field.name == "select":
            data[field["name"]] = field.select_one("option[selected]")["value"]
        else:
            data[field["name"]] = field.get("value", "")
    return data


def test_consent_is_recorded_from_what_the_form_suggests_and_withdrawn_in_two_clicks(profile):
    client = logged_in(person("wydawca"))
    address = reverse("profile_consents", args=[profile.pk])
    answer = client.get(address)
    assert "telefon" in answer.content.decode()
    data = fields_of(answer) | {"reference": "formularz 12/2026"}
    assert set(data["fields_covered"]) == set(CONTACT)
    assert data["person"] == "Anna Szyszkownik"
    assert client.post(address, data).status_code == 302
    consent = ContactConsent.objects.get()
    assert (consent.reference, consent.clause.version) == ("formularz 12/2026", 1)
    assert b"32 777 66 55" in bytes(document_of(profile).payload)

    page = client.get(address).content.decode()
    withdrawal = reverse("consent_withdraw", args=[consent.pk])
    assert withdrawal in page
    assert client.post(withdrawal, fields_of(client.get(withdrawal))).status_code == 302
    assert b"32 777 66 55" not in bytes(document_of(profile).payload)
    page = client.get(address).content.decode()
    assert "cofnięta" in page
    assert withdrawal not in page
    assert client.get(withdrawal).status_code == 404


def test_log_names_no_person(profile):
    client = logged_in(person("wydawca"))
    address = reverse("profile_consents", args=[profile.pk])
    client.post(address, fields_of(client.get(address)) | {"reference": "12"})
    entry = PageLogEntry.objects.get(action=consents.RECORD_ACTION)
    assert entry.data == {"consent": ContactConsent.objects.get().pk}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("on", in_days(1).isoformat(), "Ten dzień dopiero nadejdzie"),
        ("valid_until", in_days(-1).isoformat(), "Ten dzień już minął"),
        ("person", "", "wymagane"),
        ("fields_covered", [], "wymagane"),
        ("fields_covered", ["krs"], "nie jest żadną"),
        ("reference", "", "wymagane"),
    ],
    ids=["later", "past", "nobody", "nothing", "no contact", "no document"],
)
def test_wrong_consent_is_refused_in_words_and_nothing_is_recorded(profile, field, value, words):
    client = logged_in(person("wydawca"))
    address = reverse("profile_consents", args=[profile.pk])
    data = fields_of(client.get(address)) | {"reference": "12"} | {field: value}
    answer = client.post(address, data)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not ContactConsent.objects.exists()


def test_consents_are_for_who_may_publish_and_the_clause_for_administrators(profile):
    consent = consent_to(profile)
    addresses = [
        reverse("profile_consents", args=[profile.pk]),
        reverse("consent_withdraw", args=[consent.pk]),
    ]
    editor = logged_in(person("redaktor", may=EDITOR))
    publisher = logged_in(person("wydawca"))
    for address in addresses:
        assert editor.get(address).status_code == 302
        assert editor.post(address).status_code == 302
        assert publisher.get(address).status_code == 200
    clause = reverse("contact_clause")
    assert publisher.post(clause, {"text": "Moje"}).status_code == 302
    assert ContactClause.objects.count() == 1
    chief = logged_in(person("szefowa", permissions=["cms.add_contactclause"]))
    chief.post(clause, {"text": "Nowe słowa"})
    assert ContactClause.objects.count() == 2
    assert ContactConsent.objects.count() == 1


def test_editor_says_that_the_contact_is_hidden_and_leads_to_the_consents(profile):
    client = logged_in(person("wydawca"))
    address = reverse("wagtailadmin_pages:edit", args=[profile.pk])
    page = client.get(address).content.decode()
    assert "nie jest publiczna" in page
    assert reverse("profile_consents", args=[profile.pk]) in page
    consent_to(profile)
    assert "nie jest publiczna" not in client.get(address).content.decode()


def test_form_for_a_new_profile_opens():
    ensure_site()
    assert (
        logged_in(person("wydawca")).get("/admin/dodaj/organizacja/", follow=True).status_code
        == 200
    )
