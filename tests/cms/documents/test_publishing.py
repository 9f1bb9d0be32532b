"""Publishing, withdrawing, scheduling: what each does to documents."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django_q.models import OrmQ
from pytest_django import DjangoCaptureOnCommitCallbacks
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import (
    GroupApprovalTask,
    PageViewRestriction,
    Site,
    Workflow,
    WorkflowTask,
)

from cms.accounts.models import User
from cms.documents import writing
from cms.documents.rewriting import due_documents
from cms.models import (
    Document,
    EventPage,
    JobState,
    OrganizationPage,
    ProjectPage,
    StandardPage,
)
from tests.cms.documents.helpers import assert_withdrawn, is_live, payload_of
from tests.cms.documents.world import (
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
    document_of,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db


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
