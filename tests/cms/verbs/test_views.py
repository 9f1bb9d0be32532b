"""The verbs' pages in the admin: asking, doing, refusing, undoing."""

import re

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from cms.models import EventPage
from cms.structure import ensure_site
from cms.verbs.events import confirm_date
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import ContestFactory, EventFactory, OrganizationFactory, in_days, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    ensure_site()
    return logged_in(person("wydawca"))


@pytest.fixture
def event():
    return publish(EventFactory(title="Gala 2026", start_date=in_days(5), proposed=True))


def address(event, path="potwierdz-termin"):
    return f"/admin/pages/{event.pk}/{path}/"


def live(event):
    return EventPage.objects.get(pk=event.pk)


def test_looking_changes_nothing_and_the_click_confirms_and_can_be_undone(staff, event):
    page = staff.get(address(event)).content.decode()
    assert "Termin przestanie być oznaczony jako proponowany." in page
    assert live(event).date_certainty == "proposed"
    expected = re.search(r'name="expected" value="([^"]+)"', page).group(1)

    answer = staff.post(
        address(event), {"expected": expected, "next": "/admin/wydarzenia/"}, follow=True
    )
    assert answer.redirect_chain == [("/admin/wydarzenia/", 302)]
    said = answer.content.decode()
    assert live(event).date_certainty == "confirmed"
    [undo] = BeautifulSoup(said, "html.parser").select(".messages form")
    assert undo.button.get_text() == "Cofnij"
    values = {field["name"]: field["value"] for field in undo.select("input")}

    # Looking at the address, as a browser may that follows links by itself, undoes nothing.
    assert "Potwierdzono termin" in staff.get(undo["action"]).content.decode()
    assert live(event).date_certainty == "confirmed"

    answer = staff.post(undo["action"], values, follow=True)
    assert answer.redirect_chain == [("/admin/wydarzenia/", 302)]
    assert "Zmiana jest cofnięta." in answer.content.decode()
    assert live(event).date_certainty == "proposed"
    history = staff.get(f"/admin/pages/{event.pk}/history/").content.decode()
    assert "Potwierdzono termin" in history
    assert "Cofnięto zmianę" in history


def test_refusal_is_said_instead_of_the_form(staff, event):
    publish(event, date_certainty="confirmed")
    page = staff.get(address(event)).content.decode()
    assert "Termin jest już potwierdzony." in page
    assert '<button type="submit" class="button">Potwierdź' not in page


def test_click_after_somebody_else_changed_the_event_is_refused_in_words(staff, event):
    page = staff.get(address(event, "odwolaj")).content.decode()
    expected = re.search(r'name="expected" value="([^"]+)"', page).group(1)
    publish(event, is_full=True)
    answer = staff.post(address(event, "odwolaj"), {"expected": expected})
    assert "W międzyczasie ktoś zmienił to wydarzenie." in answer.content.decode()
    assert live(event).status == "scheduled"


def test_new_date_is_required_and_named(staff, event):
    answer = staff.post(address(event, "przenies"), {"start_date": "", "expected": "x"})
    assert "To pole jest wymagane" in answer.content.decode()
    assert live(event).status == "scheduled"


@pytest.mark.parametrize(
    "path", ["potwierdz-termin", "przenies", "przeloz", "przenies-do-internetu", "odwolaj"]
)
def test_verb_is_closed_to_who_may_not_publish(event, path):
    client = logged_in(person("redaktor", may=EDITOR))
    assert client.get(address(event, path)).status_code == 302
    assert client.post(address(event, path), {"online_url": "https://e.org"}).status_code == 302
    assert live(event).status == "scheduled"
    assert live(event).date_certainty == "proposed"


def test_undo_is_closed_to_who_may_not_publish(staff, event):
    applied = confirm_date(page_id=event.pk, user=person("inny wydawca"))
    logged_in(person("redaktor", may=EDITOR)).post(f"/admin/cofnij/{applied.log_id}/")
    assert live(event).date_certainty == "confirmed"


def test_undo_without_the_form_of_the_message_is_refused(event):
    publisher = person("wydawca")
    client = Client(enforce_csrf_checks=True)
    client.force_login(publisher)
    applied = confirm_date(page_id=event.pk, user=publisher)
    assert client.post(f"/admin/cofnij/{applied.log_id}/").status_code == 403
    assert live(event).date_certainty == "confirmed"


@pytest.mark.parametrize("is_live", [True, False])
def test_undo_after_anything_else_changed_the_page_is_refused_in_words(staff, is_live):
    event = EventFactory(start_date=in_days(5), proposed=True, draft=not is_live)
    event.save_revision()
    applied = confirm_date(page_id=event.pk, user=person("inny wydawca"))
    changed = live(event).get_latest_revision_as_object()
    changed.title = "Poprawiony tytuł"
    revision = changed.save_revision()
    if is_live:
        revision.publish()

    answer = staff.post(f"/admin/cofnij/{applied.log_id}/", follow=True)

    assert "Stronę zmieniono w międzyczasie." in answer.content.decode()
    kept = live(event).get_latest_revision_as_object()
    assert (kept.title, kept.date_certainty) == ("Poprawiony tytuł", "confirmed")


def test_undo_is_offered_after_verifying_a_profile(staff):
    profile = publish(OrganizationFactory(verified_at=None))
    said = staff.post(f"/admin/pages/{profile.pk}/zweryfikuj/", follow=True).content.decode()
    [undo] = BeautifulSoup(said, "html.parser").select(".messages form")
    staff.post(undo["action"])
    profile.refresh_from_db()
    assert profile.verified_at is None


def test_verb_of_events_is_not_there_for_other_types(staff):
    assert staff.get(address(OrganizationFactory())).status_code == 404


def test_next_edition_opens_in_the_editor_filled_in(staff, event):
    page = staff.get(address(event, "event_duplicate")).content.decode()
    assert f'value="{in_days(5 + 364).isoformat()}"' in page
    answer = staff.post(
        address(event, "event_duplicate"), {"title": "Gala 2027", "day": in_days(364).isoformat()}
    )
    copy = EventPage.objects.get(previous_edition=event)
    assert answer["Location"] == f"/admin/pages/{copy.pk}/edit/"
    assert not copy.live


def test_next_edition_of_a_contest_is_offered(staff):
    contest = ContestFactory()
    assert staff.get(address(contest, "contest_duplicate")).status_code == 200


def test_editor_and_explorer_offer_the_verbs_that_fit(staff, event):
    editor = staff.get(f"/admin/pages/{event.pk}/edit/").content.decode()
    listing = staff.get(f"/admin/pages/{event.get_parent().pk}/").content.decode()
    for page in (editor, listing):
        assert address(event) in page
        assert address(event, "odwolaj") in page
        assert address(event, "znow-wolne-miejsca") not in page


def test_home_leads_to_the_confirmation(staff, event):
    assert address(event) in staff.get("/admin/").content.decode()


def test_external_address_to_go_back_to_is_not_followed(staff, event):
    page = staff.get(address(event) + "?next=https://evil.example/").content.decode()
    assert "evil.example" not in page
