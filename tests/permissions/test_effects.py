"""What an address alone does not tell: which rows a list, an export or a bulk action reaches."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.contrib.settings.registry import registry as settings_registry

from cms.accounts.models import TeamSettings
from cms.accounts.roles import ADMINISTRATOR, COORDINATOR, EDITOR, PUBLISHER, ROLES
from cms.listings.bulk import LISTED
from cms.listings.viewsets import VIEWSETS
from cms.models import EventPage
from newsletters.models import NewsletterPage
from tests.factories import EventFactory, NewsletterFactory, OrganizationFactory
from tests.newsletters.mailings import ledgers
from tests.permissions.people import NO_GROUP, STAFF, SUPERUSER, person

pytestmark = pytest.mark.django_db
PUBLISHERS = {EDITOR, PUBLISHER, ADMINISTRATOR, SUPERUSER}
# Of each bulk action of our lists: who changes pages by it. Checked against Wagtail's registry.
BULK = {
    "confirm_date": PUBLISHERS,
    "verify": PUBLISHERS,
    "publish": PUBLISHERS,
    "unpublish": PUBLISHERS,
}
# These change nothing; Wagtail offers them for pages that the person may explore.
READING = {"export_listed"}
# Of each setting of ours: who may change it.
SETTINGS = {
    "accounts.teamsettings": {ADMINISTRATOR, SUPERUSER},
    "cms.centresettings": {ADMINISTRATOR, SUPERUSER},
}


def logged_in(sort: str) -> Client:
    client = Client()
    if sort in STAFF:
        client.force_login(person(sort))
    return client


def test_every_bulk_action_of_our_lists_is_classified():
    found = {
        action.action_type
        for model in LISTED
        for action in bulk_action_registry.get_bulk_actions_for_model(
            model._meta.app_label, model._meta.model_name
        )
    }
    assert found == set(BULK) | READING


def unchanged(page):
    fresh = type(page).objects.get(pk=page.pk)
    return [getattr(fresh, name, None) for name in ("live", "date_certainty", "verified_at")]


def page_for(action):
    if action == "verify":
        return OrganizationFactory(verified_at=None)
    if action == "confirm_date":
        return EventFactory(date_certainty=EventPage.DateCertainty.PROPOSED)
    page = EventFactory()
    if action == "publish":
        page.unpublish()
        page.save_revision()
    return page


@pytest.mark.parametrize("sort", ["niezalogowany", *STAFF])
@pytest.mark.parametrize("action", list(BULK))
def test_bulk_action_changes_pages_for_whom_it_is_for(action, sort):
    page = page_for(action)
    before = unchanged(page)
    model = page._meta.model_name
    logged_in(sort).post(f"/admin/bulk/cms/{model}/{action}/?id={page.pk}&next=/admin/", {})
    assert (unchanged(page) != before) == (sort in BULK[action])


@pytest.mark.parametrize("action", list(BULK))
def test_bulk_action_changes_nothing_for_an_editor_whose_pages_are_approved_by_others(action):
    TeamSettings(pk=TeamSettings.load().pk, is_approval_required=True).save()
    page = page_for(action)
    before = unchanged(page)
    model = page._meta.model_name
    logged_in(EDITOR).post(f"/admin/bulk/cms/{model}/{action}/?id={page.pk}&next=/admin/", {})
    assert unchanged(page) == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", list(VIEWSETS))
def test_lists_and_exports_are_closed_to_who_has_no_group(name, kind):
    for sort in ("niezalogowany", NO_GROUP):
        answer = logged_in(sort).get(f"/admin/{name}/?export={kind}")
        assert answer.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("sort", ROLES)
def test_lists_and_exports_show_only_pages_that_the_person_works_with(sort):
    EventFactory(title="Festyn sąsiadów")
    NewsletterFactory()
    client = logged_in(sort)
    sees = sort != COORDINATOR
    assert ("Festyn sąsiadów" in client.get("/admin/wydarzenia/").content.decode()) == sees
    rows = b"".join(client.get("/admin/wydarzenia/?export=csv").streaming_content).decode()
    assert ("Festyn sąsiadów" in rows) == sees


def test_every_setting_of_ours_is_classified():
    ours = {model._meta.label_lower for model in settings_registry}
    assert ours == set(SETTINGS)


@pytest.mark.parametrize("sort", [NO_GROUP, *ROLES, SUPERUSER])
@pytest.mark.parametrize("label", list(SETTINGS))
def test_settings_open_to_whom_they_are_for(label, sort):
    answer = logged_in(sort).get(f"/admin/settings/{label.replace('.', '/')}/", follow=True)
    assert (answer.status_code == 200 and answer.request["PATH_INFO"].count("/") > 3) == (
        sort in SETTINGS[label]
    )


@pytest.mark.parametrize("sort", ROLES)
def test_addresses_of_subscribers_are_masked_to_who_may_not_see_them(sort):
    mailing = ledgers.mailing([ledgers.subscriber("zofia@example.org")])
    shown = logged_in(sort).get(f"/admin/newsletter/wysylki/{mailing.pk}/").content.decode()
    assert ("zofia@example.org" in shown) == (sort in {COORDINATOR, ADMINISTRATOR})


@pytest.mark.parametrize("sort", STAFF)
def test_preview_of_a_draft_is_shown_to_who_edits_it(sort):
    event, edition = EventFactory(), NewsletterFactory()
    client = logged_in(sort)
    for page, who in ((event, PUBLISHERS), (edition, {*PUBLISHERS, COORDINATOR})):
        answer = client.get(f"/admin/pages/{page.pk}/view_draft/")
        assert (answer.status_code == 200) == (sort in who)


def test_nobody_but_superusers_removes_a_superuser():
    boss = person(SUPERUSER)
    logged_in(ADMINISTRATOR).post(f"/admin/users/delete/{boss.pk}/")
    assert get_user_model().objects.filter(pk=boss.pk).exists()


def test_coordinator_publishes_an_edition_and_nothing_else():
    edition, event = NewsletterFactory(), EventFactory()
    assert isinstance(edition, NewsletterPage)
    client = logged_in(COORDINATOR)
    for page, is_gone in ((edition, True), (event, False)):
        client.post(f"/admin/pages/{page.pk}/unpublish/")
        page.refresh_from_db()
        assert page.live != is_gone
