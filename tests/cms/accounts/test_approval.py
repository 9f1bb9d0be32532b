"""„Redaktor → wydawca”: on, off, and with something in the middle."""

import pytest
from django.test import Client
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from cms.accounts.default_groups import DEFAULT_WORKFLOW
from cms.accounts.models import TeamSettings
from cms.accounts.roles import EDITOR, PUBLISHER
from cms.basepage.models import BasePage
from cms.models import NewsPage
from tests.cms.accounts.test_roles import all_grants
from tests.factories import NewsFactory
from tests.permissions.people import person

pytestmark = pytest.mark.django_db
IN_PROGRESS = WorkflowState.STATUS_IN_PROGRESS


def require_approval(is_required: bool = True) -> TeamSettings:
    settings = TeamSettings.load()
    settings.is_approval_required = is_required
    settings.save()
    return settings


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def save(client: Client, page: NewsPage, title: str, action: str = ""):
    """Send the editor's form as a person does."""
    data = {
        "title": title,
        "slug": page.slug,
        "summary": page.summary,
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **{
            f"{name}-{kind}_FORMS": "0"
            for name in formsets(client, page)
            for kind in ("TOTAL", "INITIAL")
        },
    }
    return client.post(f"/admin/pages/{page.pk}/edit/", data | ({action: "1"} if action else {}))


def formsets(client: Client, page: NewsPage) -> list[str]:
    form = client.get(f"/admin/pages/{page.pk}/edit/").context["form"]
    return [formset.prefix for formset in form.formsets.values()]


def fresh(page: NewsPage) -> NewsPage:
    return NewsPage.objects.get(pk=page.pk)


def submitted(client: Client) -> NewsPage:
    """Return a live page with a draft that was handed in."""
    page = NewsFactory(title="Stary tytuł")
    save(client, page, "Nowy tytuł", "action-submit")
    assert fresh(page).current_workflow_state.status == IN_PROGRESS
    return page


def test_at_first_editors_publish_and_there_is_no_workflow():
    editor = client_of(person(EDITOR))
    page = NewsFactory(title="Stary tytuł")
    save(editor, page, "Nowy tytuł", "action-publish")
    assert fresh(page).title == "Nowy tytuł"
    assert not fresh(page).has_workflow


def test_required_approval_lets_editors_only_hand_in():
    require_approval()
    editor = client_of(person(EDITOR))
    page = NewsFactory(title="Stary tytuł")
    save(editor, page, "Nowy tytuł", "action-publish")
    assert fresh(page).title == "Stary tytuł"


def test_what_was_handed_in_waits_on_the_publishers_home_and_goes_live_when_approved():
    require_approval()
    author, publisher = person(EDITOR), person(PUBLISHER)
    page = submitted(client_of(author))

    client = client_of(publisher)
    home = client.get("/admin/").content.decode()
    assert "Do zatwierdzenia" in home
    assert "Nowy tytuł" in home
    assert "Do zatwierdzenia" not in client_of(author).get("/admin/").content.decode()

    task = fresh(page).current_workflow_task_state
    client.post(f"/admin/pages/workflow/action/{page.pk}/approve/{task.pk}/")
    assert fresh(page).title == "Nowy tytuł"
    assert fresh(page).live_revision.task_states.get().finished_by == publisher


def test_switched_off_what_was_handed_in_is_a_draft_that_its_editor_publishes():
    require_approval()
    author = person(EDITOR)
    page = submitted(client_of(author))
    assert fresh(page).permissions_for_user(author).page_locked()

    require_approval(False)
    page = fresh(page)
    assert page.current_workflow_state is None
    assert page.get_latest_revision_as_object().title == "Nowy tytuł"
    author = type(author).objects.get(pk=author.pk)
    assert not page.permissions_for_user(author).page_locked()
    save(client_of(author), page, "Nowy tytuł", "action-publish")
    assert fresh(page).title == "Nowy tytuł"


def test_switched_off_what_was_sent_back_is_free_too():
    require_approval()
    page = submitted(client_of(person(EDITOR)))
    fresh(page).current_workflow_task_state.reject(user=person(PUBLISHER))
    require_approval(False)
    assert fresh(page).current_workflow_state is None


def test_switching_on_and_off_again_and_again_changes_nothing_else():
    off = all_grants()
    workflow = require_approval().workflow
    on = all_grants()
    assert on != off
    for _round in range(2):
        require_approval(False)
        assert all_grants() == off
        assert not WorkflowPage.objects.exists()
        assert require_approval().workflow == workflow
        assert all_grants() == on
    assert Workflow.objects.count() == GroupApprovalTask.objects.count() == 1


def test_what_was_approved_keeps_its_story_when_approval_ends():
    require_approval()
    page = submitted(client_of(person(EDITOR)))
    publisher = person(PUBLISHER)
    fresh(page).current_workflow_task_state.approve(user=publisher)
    require_approval(False)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def test_workflow_that_somebody_switched_off_works_again_after_saving():
    settings = require_approval()
    settings.workflow.deactivate()
    GroupApprovalTask.objects.get().deactivate()
    require_approval()
    page = submitted(client_of(person(EDITOR)))
    assert fresh(page).current_workflow_state.workflow == settings.workflow


def another_workflow(name: str) -> Workflow:
    workflow = Workflow.objects.create(name=name)
    task = GroupApprovalTask.objects.create(name=name)
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page=BasePage.objects.get(depth=1))
    return workflow


def test_workflow_of_the_teams_own_stays_where_it_is():
    own = another_workflow("Po swojemu")
    require_approval()
    assert WorkflowPage.objects.get().workflow == own
    require_approval(False)
    assert WorkflowPage.objects.get().workflow == own


def test_wagtails_default_workflow_gives_way():
    another_workflow(DEFAULT_WORKFLOW)
    workflow = require_approval().workflow
    assert WorkflowPage.objects.get().workflow == workflow


def test_reading_the_setting_changes_nothing():
    before = all_grants()
    assert TeamSettings.objects.count() == 1
    TeamSettings.load()
    assert all_grants() == before
