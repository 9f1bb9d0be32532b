"""„Gdzie to jest”: the page, the part that the side panel fetches, and how the editor has it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms import channels
from cms.channels import ChannelStatus
from integrations.municipal.models import Destination, SyncState
from tests.cms.channels.test_port import Broken, Talking
from tests.cms.home.staff import EDITOR, PUBLISHER, logged_in, person
from tests.factories import EventFactory, StandardPageFactory, document_of, make_private, publish
from tests.newsletters.mailings import ledgers

pytestmark = pytest.mark.django_db

FETCHED = {"X-Requested-With": "XMLHttpRequest"}


@pytest.fixture
def staff(admin_client):
    return admin_client


def answer(client, page, **headers):
    return client.get(f"/admin/pages/{page.pk}/gdzie/", headers=headers)


def text(client, page):
    response = answer(client, page, **FETCHED)
    assert response.status_code == 200
    return response.content.decode()


def parked(document, **fields):
    destination, _new = Destination.objects.get_or_create(
        name="gmina", defaults={"url": "http://127.0.0.1:1/"}
    )
    values = {"state": "parked", "wanted_version": document.sequence, "last_error": "Odmowa 422."}
    SyncState.objects.create(destination=destination, document=document, **values | fields)
    return destination


def test_published_page_tells_of_every_channel(staff):
    page = EventFactory()
    parked(document_of(page))
    ledgers.mailing(
        [ledgers.subscriber("anna@example.org")],
        subject="Biuletyn 7",
        documents={str(document_of(page).pk): 1},
    )
    found = text(staff, page)
    for words in ("Opublikowano", "API i ten serwis", "Serwisy gminne", "gmina", "Odmowa 422."):
        assert words in found
    assert "Biuletyn 7" in found


def test_fetched_answer_is_a_part_and_the_page_a_whole(staff):
    page = EventFactory()
    assert "<html" not in text(staff, page)
    assert "<html" in answer(staff, page).content.decode()
    assert "no-store" in answer(staff, page, **FETCHED)["Cache-Control"]


def test_draft_that_never_was_public_says_so_and_asks_no_channel(staff, monkeypatch):
    class Curious(Talking):
        def status(self, document):
            raise AssertionError

    monkeypatch.setattr(channels, "_channels", [Curious()])
    found = text(staff, EventFactory(draft=True))
    assert "To szkic, nigdy nie był publiczny." in found
    assert "nie udało się" not in found.lower()


def test_withdrawn_page_says_since_when(staff):
    page = EventFactory()
    page.unpublish()
    at = timezone.localtime(document_of(page).updated_at)
    assert f"{at:%H:%M}" in text(staff, page)
    assert "Wycofano" in text(staff, page)


def test_page_with_newer_draft_and_scheduled_page_say_so(staff):
    page = EventFactory()
    page.title = "Nowszy"
    page.save_revision()
    assert "Ostatnie zmiany są szkicem" in text(staff, page)

    later = EventFactory(draft=True)
    later.go_live_at = timezone.now() + timedelta(days=3)
    later.save_revision().publish()
    assert "Zostanie opublikowane" in text(staff, later)


def test_private_page_says_that_no_channel_gets_it(staff):
    page = EventFactory()
    make_private(page)
    assert "Żaden kanał jej nie dostaje" in text(staff, page)


def test_page_without_document_names_its_address(staff, settings):
    page = StandardPageFactory(slug="kontakt")
    assert f"{settings.SITE_URL}/kontakt/" in text(staff, page)


def test_broken_channel_leaves_the_others_readable(staff, monkeypatch):
    monkeypatch.setattr(channels, "_channels", [Broken(), Talking()])
    found = text(staff, EventFactory())
    assert "Nie udało się sprawdzić" in found
    assert "wisi" in found


def test_words_of_channels_are_escaped(staff, monkeypatch):
    class Wicked(Talking):
        def status(self, document):
            return [ChannelStatus(place="x", state="y", is_current=False, error="<script>1")]

    monkeypatch.setattr(channels, "_channels", [Wicked()])
    assert "<script>" not in text(staff, EventFactory())


def test_actions_are_offered_to_who_may_publish_only():
    page = EventFactory()
    parked(document_of(page))
    publisher, editor = person("wydawca", may=PUBLISHER), person("redaktor", may=EDITOR)
    editor_page = publish(page)
    editor_page.owner = editor
    editor_page.save()

    assert "Spróbuj teraz" in text(logged_in(publisher), page)
    assert "Spróbuj teraz" not in text(logged_in(editor), page)


def test_details_are_linked_for_who_may_open_them_only(staff):
    page = EventFactory()
    destination = parked(document_of(page))
    link = f"/admin/destinations/{destination.pk}/stan/"
    assert link in text(staff, page)
    assert link not in text(logged_in(person("wydawca")), page)


def test_places_of_a_page_that_is_not_theirs_are_refused_to_others(client):
    page = EventFactory()
    stranger = person("obca", may=PUBLISHER, below=StandardPageFactory())
    assert answer(logged_in(stranger), page).status_code == 302
    assert answer(client, page).status_code == 302
    assert answer(client, page)["Location"].startswith("/admin/login/")


def test_places_do_not_cost_more_queries_with_more_to_tell(staff):
    page = EventFactory()
    document = document_of(page)
    people = [ledgers.subscriber("anna@example.org")]

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text(staff, page)
        return len(queries)

    ledgers.mailing(people, documents={str(document.pk): 1})
    parked(document)
    cost()
    before = cost()
    for number in range(4):
        ledgers.mailing(people, documents={str(document.pk): 1}, subject=f"Nr {number}")
        other = Destination.objects.create(name=f"inna {number}", url="http://127.0.0.1:1/")
        SyncState.objects.create(
            destination=other, document=document, state="parked", wanted_version=1
        )
    assert cost() == before


def test_editor_and_form_for_a_new_page_have_the_side_panel(staff):
    page = EventFactory()
    edit = staff.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    add = staff.get(f"/admin/pages/add/cms/eventpage/{page.get_parent().pk}/").content.decode()
    assert f'data-places-url="/admin/pages/{page.pk}/gdzie/"' in edit
    assert 'data-side-panel-toggle="places"' in edit
    assert "cms/admin/places.js" in edit
    assert 'data-side-panel="places"' in add
    assert "data-places-url" not in add


def test_list_of_pages_and_its_header_lead_to_places(staff):
    page = EventFactory()
    index = page.get_parent()
    found = staff.get(f"/admin/pages/{index.pk}/").content.decode()
    assert f"/admin/pages/{page.pk}/gdzie/" in found
    assert f"/admin/pages/{index.pk}/gdzie/" in found


def test_editor_of_an_earlier_version_has_the_side_panel(staff):
    page = EventFactory()
    earlier = page.save_revision()
    publish(page, title="Nowszy")
    found = staff.get(f"/admin/pages/{page.pk}/revisions/{earlier.pk}/revert/")
    assert found.status_code == 200
    assert f'data-places-url="/admin/pages/{page.pk}/gdzie/"' in found.content.decode()


def test_autosave_answers_without_the_side_panel(staff):
    """What the browser fetched into it would be replaced by „Sprawdzam…”."""
    page = EventFactory(title="Gala")
    form = staff.get(f"/admin/pages/{page.pk}/edit/").context["form"]
    data = {f"{one.prefix}-TOTAL_FORMS": "0" for one in form.formsets.values()}
    data |= {f"{one.prefix}-INITIAL_FORMS": "0" for one in form.formsets.values()}
    for name, bound in ((field.html_name, field) for field in form):
        value = bound.value()
        if value not in (None, "", [], False) and name != "body":
            data[name] = value
    data |= {"title": "Gala wolontariatu", "body-count": "0"}
    answered = staff.post(
        f"/admin/pages/{page.pk}/edit/", data, headers={"Accept": "application/json"}
    )
    assert answered.json()["success"] is True, answered.content
    assert "data-side-panel='status'" in answered.json()["html"]
    assert "places" not in answered.json()["html"]
