"""Each thing that an editor can do to a page, and what it does to documents."""

from datetime import timedelta

import orjson
import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import (
    GroupApprovalTask,
    PageViewRestriction,
    Site,
    Workflow,
    WorkflowTask,
)

from cms import channels
from cms.accounts.models import User
from cms.basepage.models import BasePage
from cms.documents import writing
from cms.documents.rewriting import due_documents
from cms.documents.selectors import find_by_path, find_by_slug, live_documents
from cms.models import (
    CentreSettings,
    Document,
    EventIndexPage,
    EventPage,
    FormerAddress,
    JobState,
    OrganizationPage,
    ProjectPage,
    StandardPage,
)
from tests.cms.documents.world import (
    Follower,
    current_number,
    difference_reasons,
    drain,
    expecting_number,
    live_set,
    plant_site,
    run_schedule,
)
from tests.factories import (
    EventFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProjectFactory,
    StandardPageFactory,
    TopicFactory,
    consent_to,
    document_of,
    home_page,
    make_private,
    publish,
    withdraw_consents,
)

pytestmark = pytest.mark.django_db


def payload_of(page: BasePage) -> dict[str, object]:
    return orjson.loads(document_of(page).payload)


def is_live(page: BasePage) -> bool:
    return live_documents().filter(page_id=page.pk).exists()


def assert_withdrawn(document: Document) -> None:
    """Assert that nothing but the tombstone is left of a document."""
    document.refresh_from_db()
    assert not document.is_live
    assert bytes(document.payload) == b""
    assert document.payload_hash == ""
    assert str(document.pk) not in live_set()


def test_publish_new_page_writes_document_with_next_number() -> None:
    before = EventFactory(title="Pierwsze")
    event = EventFactory(title="Drugie", draft=True)
    assert not Document.objects.filter(page_id=event.pk).exists()

    with expecting_number():
        event.save_revision().publish()

    document = document_of(event)
    assert document.is_live
    assert document.sequence == current_number() > document_of(before).sequence
    assert payload_of(event)["version"] == document.sequence
    assert payload_of(event)["id"] == str(document.pk)


def test_publish_again_without_change_keeps_version() -> None:
    event = EventFactory()
    version = document_of(event).sequence
    publish(event)
    assert document_of(event).sequence == version


def test_publish_change_keeps_public_id_and_raises_version() -> None:
    event = EventFactory()
    before = document_of(event)
    publish(event, title="Nowy tytuł")
    after = document_of(event)
    assert after.pk == before.pk
    assert after.sequence > before.sequence
    assert payload_of(event)["title"] == "Nowy tytuł"


def test_draft_of_live_page_leaves_payload_alone() -> None:
    organization, topic = OrganizationFactory(), TopicFactory()
    project = ProjectFactory(partners=[PartnerFactory()])
    event = EventFactory()
    before = {page.pk: bytes(document_of(page).payload) for page in (event, project)}

    event.title, event.slug, event.summary = "Szkic", "szkic", "Szkic"
    event.organizers, event.topics = [organization], [topic]
    event.save_revision()
    draft = project.get_latest_revision_as_object()
    draft.partners = []
    draft.body = [("heading", "Szkic")]
    draft.save_revision()
    drain()

    after = {page.pk: bytes(document_of(page).payload) for page in (event, project)}
    assert after == before


def test_unpublish_leaves_only_tombstone() -> None:
    event = EventFactory()
    document = document_of(event)
    event.unpublish()
    assert_withdrawn(document)
    assert document.sequence == current_number()
    assert (document.type, document.slug, document.page_id) == ("event", event.slug, event.pk)


def test_unpublish_with_descendants_withdraws_them_too() -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project)
    fresh = ProjectPage.objects.get(pk=project.pk)
    user = User.objects.create_superuser("redakcja")
    UnpublishPageAction(fresh, user=user, include_descendants=True).execute()
    assert_withdrawn(document_of(project))
    assert_withdrawn(document_of(event))


def test_unpublished_then_published_page_comes_back_with_same_id() -> None:
    event = EventFactory()
    before = document_of(event)
    event.unpublish()
    publish(event)
    after = document_of(event)
    assert after.is_live
    assert after.pk == before.pk
    assert after.sequence > before.sequence + 1


def test_unpublished_organizer_is_cut_out_of_events_in_same_transaction() -> None:
    organization = OrganizationFactory(title="Tajna nazwa")
    event = EventFactory(organizers=[organization])
    assert b"Tajna nazwa" in live_set()[str(document_of(event).pk)]
    with expecting_number():
        organization.unpublish()
    assert payload_of(event)["organizers"] == []
    assert not due_documents().exists()


def test_delete_leaves_tombstone_without_page() -> None:
    event = EventFactory()
    document = document_of(event)
    event.delete()
    assert_withdrawn(document)
    assert document.page_id is None


def test_delete_project_withdraws_events_below_and_link_elsewhere() -> None:
    project = ProjectFactory(title="Tajny projekt")
    below = EventFactory(parent=project)
    elsewhere = EventFactory(project=project)
    documents = [document_of(project), document_of(below)]

    ProjectPage.objects.get(pk=project.pk).delete()

    for document in documents:
        assert_withdrawn(document)
    assert payload_of(elsewhere)["project"] is None
    assert difference_reasons() == []


@pytest.mark.parametrize("is_ancestor", [False, True])
def test_delete_private_page_leaves_no_live_document(is_ancestor: bool) -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project)
    restriction = make_private(project if is_ancestor else event)
    assert not is_live(event)

    ProjectPage.objects.get(pk=project.pk).delete()

    assert not PageViewRestriction.objects.filter(pk=restriction.pk).exists()
    assert not live_set()
    assert Document.objects.filter(is_live=True).count() == 0


def test_slug_change_keeps_former_address() -> None:
    event = EventFactory(title="Gala", slug="gala")
    publish(event, slug="gala-noworoczna")
    document = document_of(event)

    assert document.path == "/wydarzenia/gala-noworoczna/"
    former = FormerAddress.objects.get()
    assert (former.document_id, former.slug, former.path) == (
        document.pk,
        "gala",
        "/wydarzenia/gala/",
    )
    assert find_by_slug("event", "gala") == document
    assert find_by_path("/wydarzenia/gala/") == document


def test_slug_changed_back_forgets_former_address() -> None:
    event = EventFactory(slug="gala")
    publish(event, slug="bal")
    publish(event, slug="gala")
    assert [former.slug for former in FormerAddress.objects.all()] == ["bal"]


def test_former_slug_taken_by_other_page_leads_to_other_page() -> None:
    event = EventFactory(slug="gala")
    publish(event, slug="bal")
    other = EventFactory(slug="gala")
    assert find_by_slug("event", "gala") == document_of(other)


def test_slug_change_of_parent_changes_addresses_below() -> None:
    event = EventFactory(slug="gala")
    linking = OrganizationFactory(
        body=[("paragraph", f'<p><a linktype="page" id="{event.pk}">gala</a></p>')]
    )
    publish(EventIndexPage.objects.get(), slug="kalendarz")
    assert document_of(event).path == "/kalendarz/gala/"
    assert payload_of(event)["url"] == "http://testserver/kalendarz/gala/"
    assert find_by_path("/wydarzenia/gala/") == document_of(event)
    drain()
    assert "http://testserver/kalendarz/gala/" in str(payload_of(linking)["body_html"])


def test_home_slug_change_keeps_documents_live() -> None:
    event = EventFactory(slug="gala")
    Site.get_site_root_paths()  # fills the cache, as in a running server
    publish(home_page(), slug="nowa-strona")
    drain()
    assert is_live(event)
    assert document_of(event).path == "/wydarzenia/gala/"
    assert difference_reasons() == []


def test_own_address_follows_root_changed_by_other_process() -> None:
    event = EventFactory(slug="gala")
    Site.get_site_root_paths()
    home = home_page()
    # Another process renames the home page: this one's cache does not hear of it.
    BasePage.objects.filter(pk=home.pk).update(slug="inna", url_path="/inna/")
    BasePage.objects.filter(pk=event.pk).update(url_path="/inna/wydarzenia/gala/")
    writing.refresh_page(event.pk)
    assert is_live(event)
    Site.clear_site_root_paths_cache()


def test_move_changes_address_and_keeps_former_one() -> None:
    project = ProjectFactory(slug="projekt")
    event = EventFactory(slug="gala")
    version = document_of(event).sequence
    event.move(BasePage.objects.get(pk=project.pk), pos="last-child")
    document = document_of(event)
    assert document.path == "/projekt/gala/"
    assert document.sequence > version
    assert find_by_path("/wydarzenia/gala/") == document


def test_move_below_private_page_withdraws() -> None:
    project = ProjectFactory()
    make_private(project)
    event = EventFactory()
    event.move(BasePage.objects.get(pk=project.pk), pos="last-child")
    assert_withdrawn(document_of(event))


def test_move_with_address_elsewhere_keeps_former_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Everywhere:
        def status(self, document: Document) -> tuple[()]:
            return ()

        def has(self, document_id: object, destination: str) -> bool:
            return True

    monkeypatch.setattr(channels, "_channels", [Everywhere()])
    centre = CentreSettings.load()
    centre.public_destination = "miasto"
    centre.public_url_pattern = "https://www.example.org/{type}/{slug}/"
    centre.save()
    project, event = ProjectFactory(slug="projekt"), EventFactory(slug="gala")
    assert payload_of(event)["url"] == "https://www.example.org/event/gala/"
    event.move(BasePage.objects.get(pk=project.pk), pos="last-child")
    assert document_of(event).path == "/projekt/gala/"
    assert find_by_path("/wydarzenia/gala/") == document_of(event)


def test_reorder_keeps_version() -> None:
    first, second = EventFactory(), EventFactory()
    versions = {document_of(page).sequence for page in (first, second)}
    BasePage.objects.get(pk=second.pk).move(BasePage.objects.get(pk=first.pk), pos="left")
    assert {document_of(page).sequence for page in (first, second)} == versions
    assert difference_reasons() == []


def test_expiry_hides_at_once_and_withdraws_by_job() -> None:
    with time_machine.travel("2026-03-02T12:00:00+01:00", tick=False) as clock:
        organization = OrganizationFactory(title="Tajna nazwa")
        event = EventFactory(organizers=[organization])
        publish(organization, expire_at=timezone.now() + timedelta(hours=1))
        assert is_live(organization)

        clock.shift(timedelta(hours=2))
        assert not is_live(organization)

        run_schedule()
        assert_withdrawn(document_of(organization))
        assert b"Tajna nazwa" not in live_set()[str(document_of(event).pk)]
        assert OrganizationPage.objects.get(pk=organization.pk).expired


def test_expiry_prolonged_after_its_time_gets_a_new_number_for_those_told_that_it_is_gone() -> None:
    with time_machine.travel("2026-03-02T12:00:00+01:00", tick=False) as clock:
        organization = OrganizationFactory(expire_at=timezone.now() + timedelta(hours=1))
        told_gone_at = document_of(organization).sequence
        clock.shift(timedelta(hours=2))
        publish(organization, expire_at=timezone.now() + timedelta(days=1))
        assert is_live(organization)
        assert document_of(organization).sequence > told_gone_at


def test_embedded_page_expiry_is_noted_as_moment_of_change() -> None:
    expires_at = timezone.now() + timedelta(hours=1)
    organization = OrganizationFactory(expire_at=expires_at)
    event = EventFactory(organizers=[organization])
    linking = ProjectFactory(
        body=[("paragraph", f'<p><a linktype="page" id="{organization.pk}">ona</a></p>')]
    )
    assert document_of(event).changes_at == expires_at
    assert document_of(linking).changes_at <= expires_at


def test_expiry_set_later_is_noted_where_the_page_is_embedded() -> None:
    organization = OrganizationFactory()
    event = EventFactory(organizers=[organization])
    version = document_of(event).sequence
    expires_at = timezone.now() + timedelta(hours=1)
    publish(organization, expire_at=expires_at)
    drain()
    assert document_of(event).changes_at == expires_at
    assert document_of(event).sequence == version
    publish(organization, expire_at=None)
    drain()
    assert document_of(event).changes_at is None


def test_scheduled_page_appears_when_its_time_comes() -> None:
    with time_machine.travel("2026-03-02T12:00:00+01:00", tick=False) as clock:
        event = EventFactory(draft=True)
        event.go_live_at = timezone.now() + timedelta(hours=1)
        event.save_revision().publish()
        run_schedule()
        assert not is_live(event)
        clock.shift(timedelta(hours=2))
        run_schedule()
        assert is_live(event)


def test_scheduled_change_of_live_page_waits_for_its_time() -> None:
    with time_machine.travel("2026-03-02T12:00:00+01:00", tick=False) as clock:
        event = EventFactory(draft=True, title="Dawny")
        event.save_revision().publish()
        publish(event, title="Nowy", go_live_at=timezone.now() + timedelta(hours=1))
        drain()
        assert payload_of(event)["title"] == "Dawny"
        clock.shift(timedelta(hours=2))
        run_schedule()
        assert payload_of(event)["title"] == "Nowy"


def test_revert_to_earlier_revision_restores_content_under_new_version() -> None:
    event = EventFactory(title="Dawny", draft=True)
    first = event.save_revision()
    first.publish()
    version = document_of(event).sequence
    publish(event, title="Nowy", body=[("heading", "Nowe")])
    revision = EventPage.objects.get(pk=event.pk).save_revision(previous_revision=first)
    first.as_object().save_revision(previous_revision=first).publish(previous_revision=first)
    assert revision.pk
    assert payload_of(event)["title"] == "Dawny"
    assert payload_of(event)["body"] == []
    assert document_of(event).sequence > version


def test_workflow_approval_publishes_document() -> None:
    user = User.objects.create_superuser("redakcja")
    workflow = Workflow.objects.create(name="Akceptacja")
    task = GroupApprovalTask.objects.create(name="Zgoda")
    task.groups.add(Group.objects.create(name="Zatwierdzający"))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    event = EventFactory(draft=True)
    event.save_revision()
    state = workflow.start(event, user)
    assert not is_live(event)
    state.current_task_state.approve(user=user)
    assert is_live(event)


@pytest.mark.parametrize("kind", ["login", "password", "groups"])
@pytest.mark.parametrize("is_ancestor", [False, True])
def test_restriction_withdraws_and_its_removal_restores(kind: str, is_ancestor: bool) -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project, title="Tajne wydarzenie")
    linking = OrganizationFactory(
        body=[("paragraph", f'<p><a linktype="page" id="{event.pk}">tam</a></p>')]
    )
    restricted = project if is_ancestor else event
    restriction = PageViewRestriction.objects.create(
        page_id=restricted.pk, restriction_type=kind, password="tajne"
    )
    assert_withdrawn(document_of(event))
    assert is_live(project) is not is_ancestor
    assert "<a" not in str(payload_of(linking)["body_html"])
    assert "tam" in str(payload_of(linking)["body_html"])

    restriction.delete()
    assert is_live(event)
    drain()
    assert "tajne-wydarzenie" in str(payload_of(linking)["body_html"])


def test_restriction_on_unpublished_ancestor_withdraws_below() -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project)
    project.unpublish()
    assert is_live(event)
    make_private(project)
    assert not is_live(event)


def test_restriction_set_and_removed_in_admin_moves_documents(client: Client) -> None:
    client.force_login(User.objects.create_superuser("redakcja"))
    project = ProjectFactory()
    event = EventFactory(parent=project)
    address = reverse("set_privacy", args=[project.pk])

    assert client.post(address, {"restriction_type": "login"}).status_code == 200
    assert_withdrawn(document_of(project))
    assert_withdrawn(document_of(event))

    assert client.post(address, {"restriction_type": "none"}).status_code == 200
    assert is_live(project)
    assert is_live(event)


def test_restriction_in_admin_is_undone_when_documents_cannot_follow(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(User.objects.create_superuser("redakcja"))
    client.raise_request_exception = False
    event = EventFactory()

    def fail(*args: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("cms.documents.receivers.refresh_subtree", fail)
    answer = client.post(
        reverse("wagtailadmin_pages:set_privacy", args=[event.pk]), {"restriction_type": "login"}
    )
    assert answer.status_code == 500
    assert not PageViewRestriction.objects.exists()
    assert is_live(event)


def test_private_standard_page_is_cut_out_of_links() -> None:
    page = StandardPageFactory(title="Tajna strona")
    event = EventFactory(body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>')])
    assert "tajna-strona" in str(payload_of(event)["body_html"])
    make_private(page)
    assert "tajna-strona" not in str(payload_of(event)["body_html"])


def test_unpublished_standard_page_is_cut_out_of_links() -> None:
    page = StandardPageFactory(title="Tajna strona")
    event = EventFactory(body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>')])
    page.unpublish()
    assert "tajna-strona" not in str(payload_of(event)["body_html"])
    publish(page)
    drain()
    assert "tajna-strona" in str(payload_of(event)["body_html"])


def test_renamed_standard_page_reaches_links() -> None:
    page = StandardPageFactory(slug="kontakt")
    event = EventFactory(body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>')])
    publish(page, slug="dojazd")
    drain()
    assert "/dojazd/" in str(payload_of(event)["body_html"])
    assert difference_reasons() == []


def test_renamed_parent_of_standard_page_reaches_links() -> None:
    parent = StandardPageFactory(slug="kontakt")
    page = StandardPageFactory(slug="mapa", parent=parent)
    event = EventFactory(body=[("paragraph", f'<p><a linktype="page" id="{page.pk}">tam</a></p>')])
    publish(parent, slug="dojazd")
    drain()
    assert "/dojazd/mapa/" in str(payload_of(event)["body_html"])


def test_private_index_page_withdraws_all_below() -> None:
    event = EventFactory()
    make_private(EventIndexPage.objects.get())
    assert not is_live(event)


@pytest.mark.parametrize(
    ("today", "state", "changes_on"),
    [
        ("2026-02-27", "planned", "2026-03-01"),
        ("2026-03-01", "running", "2026-04-01"),
        ("2026-03-31", "running", "2026-04-01"),
        ("2026-04-01", "finished", None),
    ],
)
def test_project_period_is_rewritten_at_local_midnight(
    today: str, state: str, changes_on: str | None
) -> None:
    with time_machine.travel("2026-02-27T12:00:00+01:00", tick=False) as clock:
        project = ProjectFactory(start_date="2026-03-01", end_date="2026-03-31")
        assert payload_of(project)["period_state"] == "planned"
        clock.move_to(f"{today}T23:59:59+02:00")
        drain()
        assert payload_of(project)["period_state"] == state
        moment = document_of(project).changes_at
        assert (timezone.localtime(moment).isoformat()[:16] if moment else None) == (
            changes_on and f"{changes_on}T00:00"
        )
        assert difference_reasons() == []


@pytest.mark.parametrize("is_recursive", [False, True])
def test_copy_as_draft_has_no_document_and_own_slugs(is_recursive: bool) -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project, slug="gala")
    copy = CopyPageAction(
        BasePage.objects.get(pk=project.pk).specific,
        to=home_page(),
        recursive=is_recursive,
        keep_live=False,
        update_attrs={"slug": "kopia", "title": "Kopia"},
    ).execute()
    assert not Document.objects.filter(page_id=copy.pk).exists()
    slugs = list(EventPage.objects.values_list("slug", flat=True))
    assert len(slugs) == len(set(slugs)) == 1 + is_recursive
    publish(event, title="Gala zmieniona")  # the copy does not stand in the original's way
    for below in copy.get_children().specific():
        below.get_latest_revision().publish()
        assert is_live(below)


def test_copy_with_publishing_writes_documents_of_their_own() -> None:
    partner = PartnerFactory(name="Partner")
    project = ProjectFactory(partners=[partner])
    event = EventFactory(parent=project, topics=[TopicFactory()], project=project)
    copy = CopyPageAction(
        BasePage.objects.get(pk=project.pk).specific,
        to=home_page(),
        recursive=True,
        update_attrs={"slug": "kopia", "title": "Kopia"},
    ).execute()
    assert payload_of(copy)["partners"] == payload_of(project)["partners"]
    event_copy = copy.get_children().get()
    assert payload_of(event_copy)["topics"] == payload_of(event)["topics"]
    assert document_of(event_copy).pk != document_of(event).pk
    assert document_of(event_copy).slug != document_of(event).slug
    drain()
    assert difference_reasons() == []


@pytest.mark.parametrize("is_child_private", [False, True])
def test_copy_of_private_pages_stays_a_draft(is_child_private: bool) -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project, title="Tajne wydarzenie")
    make_private(event if is_child_private else project)
    follower = Follower()
    BasePage.objects.get(pk=project.pk).specific.copy(
        recursive=True, update_attrs={"slug": "kopia", "title": "Kopia"}
    )
    follower.follow()
    assert not any(b"Tajne" in payload for payload in live_set().values())
    assert not any(b"Tajne" in payload for payload in follower.copy.values())


def test_staff_notes_and_contact_without_consent_stay_private() -> None:
    organization = OrganizationFactory(
        informal=True,
        email="tajny@example.org",
        phone="999 888 777",
        address="ul. Tajna 7",
        staff_notes="Tajna uwaga",
    )
    for word in (b"tajny@", b"999 888", b"Tajna"):
        assert word not in bytes(document_of(organization).payload)
    consent_to(organization)
    assert b"tajny@" in bytes(document_of(organization).payload)
    assert b"Tajna uwaga" not in bytes(document_of(organization).payload)
    withdraw_consents(organization)
    for word in (b"tajny@", b"999 888", b"Tajna"):
        assert word not in bytes(document_of(organization).payload)


class NotThisTimeError(Exception):
    """What the tests of rollbacks raise."""


@pytest.mark.django_db(transaction=True)
def test_failure_after_save_leaves_neither_page_nor_document_nor_wake_up() -> None:
    plant_site()
    organization = OrganizationFactory()
    event = EventFactory(title="Dawny", organizers=[organization])
    drain()
    OrmQ.objects.all().delete()
    JobState.objects.all().delete()
    number, before = current_number(), live_set()

    def edit_and_fail() -> None:
        with transaction.atomic():
            publish(event, title="Nowy")
            publish(organization, title="Nowa")
            EventFactory(title="Jeszcze jedno")
            raise NotThisTimeError

    with pytest.raises(NotThisTimeError):
        edit_and_fail()

    assert EventPage.objects.get(pk=event.pk).title == "Dawny"
    assert EventPage.objects.count() == 1
    assert live_set() == before
    assert current_number() == number
    assert not due_documents().exists()
    assert not OrmQ.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_document_that_cannot_be_written_undoes_the_save(monkeypatch: pytest.MonkeyPatch) -> None:
    plant_site()
    event = EventFactory(title="Dawny")

    def fail(*args: object) -> None:
        raise NotThisTimeError

    monkeypatch.setattr(writing, "store_facets", fail)
    revision = EventPage.objects.get(pk=event.pk)
    revision.title = "Nowy"
    with pytest.raises(NotThisTimeError):
        revision.save()
    assert EventPage.objects.get(pk=event.pk).title == "Dawny"
    assert payload_of(event)["title"] == "Dawny"


def test_mere_change_of_embedded_object_is_left_to_job() -> None:
    place = PlaceFactory(name="Dawna świetlica")
    event = EventFactory(place=place)
    version = document_of(event).sequence
    place.name = "Nowa świetlica"
    place.save()
    assert document_of(event).dirty_at
    assert OrmQ.objects.exists()
    drain()
    assert payload_of(event)["place"]["name"] == "Nowa świetlica"
    assert document_of(event).sequence > version


@pytest.mark.parametrize("in_bulk", [False, True])
@pytest.mark.parametrize("field", ["place", "locality", "topics", "partners"])
def test_deleted_embedded_object_is_cut_out_at_once(field: str, in_bulk: bool) -> None:
    place = PlaceFactory(name="Tajna świetlica", locality__name="Tajna wieś")
    topic = TopicFactory(name="Tajny temat")
    partner = PartnerFactory(name="Tajny partner")
    event = EventFactory(place=place, topics=[topic], partners=[partner])
    project = ProjectFactory(partners=[partner])
    chosen = {
        "place": place,
        "locality": place.locality,
        "topics": topic,
        "partners": partner,
    }[field]
    word = chosen.name.encode()
    assert word in bytes(document_of(event).payload)
    if in_bulk:
        type(chosen).objects.filter(pk=chosen.pk).delete()
    else:
        chosen.delete()
    assert word not in bytes(document_of(event).payload)
    assert word not in bytes(document_of(project).payload)
    assert difference_reasons() == []


def test_slug_taken_in_type_under_other_parent_is_refused() -> None:
    EventFactory(slug="gala")
    with pytest.raises(ValidationError) as refusal:
        EventFactory(slug="gala", parent=ProjectFactory())
    assert "slug" in refusal.value.message_dict


def test_site_deletion_withdraws_all_by_job() -> None:
    event = EventFactory()
    Site.objects.all().delete()
    drain()
    assert_withdrawn(document_of(event))


def test_standard_page_never_becomes_document(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = StandardPageFactory()
    assert StandardPage.objects.filter(pk=page.pk).exists()
    assert not Document.objects.exists()
