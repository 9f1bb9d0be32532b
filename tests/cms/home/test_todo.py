"""„Do zrobienia dziś”: who sees what, and where each row leads."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from cms import channels
from cms.basepage.models import BasePage
from cms.channels import Todo
from cms.home.todo import sections
from cms.models import ContestResult, EventIndexPage
from tests.cms.home.staff import EDITOR, PUBLISHER, logged_in, person
from tests.factories import (
    ContestFactory,
    EventFactory,
    OrganizationFactory,
    PlaceFactory,
    StandardPageFactory,
    home_page,
    in_days,
)

pytestmark = pytest.mark.django_db

# Of the whole home page, for somebody whose rights are looked up (not an administrator).
MOST_QUERIES = 40


@pytest.fixture
def publisher(db):
    return person("wydawczyni", may=PUBLISHER)


@pytest.fixture
def editor(db):
    return person("redaktorka", may=EDITOR)


def rows(user, key):
    return [row for section in sections(user) if section.key == key for row in section.rows]


def titles(user, key):
    return [row.text for row in rows(user, key)]


def edit(page):
    return f"/admin/pages/{page.pk}/edit/"


def workflow_for(group):
    task = GroupApprovalTask.objects.create(name="Sprawdzenie")
    task.groups.add(group)
    workflow = Workflow.objects.create(name="redaktor → wydawca")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    root = BasePage.objects.get(depth=1)
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    return workflow


# --- Approval and drafts --------------------------------------------------------------------------


def test_draft_handed_in_waits_for_who_approves_it_once(publisher, editor):
    workflow = workflow_for(publisher.groups.get())
    page = EventFactory(draft=True, title="Gala", owner=editor)
    page.save_revision(user=editor)
    workflow.start(page, editor)

    [row] = rows(publisher, "tasks")

    assert (row.text, row.url) == ("Gala", edit(page))
    assert "redaktorka" in row.note
    assert "Gala" not in titles(publisher, "drafts")
    assert rows(editor, "tasks") == []
    html = logged_in(publisher).get("/admin/").content.decode()
    assert "Oczekuje na Twoją" not in html
    assert html.count(">Gala<") == 1


def test_draft_sent_back_waits_for_its_author(publisher, editor):
    workflow = workflow_for(publisher.groups.get())
    page = EventFactory(draft=True, title="Gala", owner=editor)
    page.save_revision(user=editor)
    state = workflow.start(page, editor)
    task = state.current_task_state
    task.reject(user=publisher)

    [row] = rows(editor, "drafts")
    assert row.note.startswith("zwrócono do poprawy")


def test_drafts_are_shown_to_their_author_and_to_who_may_publish_them(publisher, editor):
    draft = EventFactory(draft=True, title="Szkic", owner=editor)
    draft.save_revision(user=editor)
    EventFactory(title="Opublikowane")

    assert titles(editor, "drafts") == titles(publisher, "drafts") == ["Szkic"]
    assert rows(publisher, "drafts")[0].url == edit(draft)
    assert titles(person("inna", may=EDITOR), "drafts") == []


def test_scheduled_page_waits_for_nobody(publisher):
    page = EventFactory(draft=True)
    page.go_live_at = timezone.now() + timedelta(days=2)
    page.save_revision().publish()
    assert rows(publisher, "drafts") == []


# --- Events ---------------------------------------------------------------------------------------


def test_proposed_date_waits_for_who_may_publish_and_leads_to_its_confirmation(publisher, editor):
    page = EventFactory(proposed=True, title="Festyn", start_date=in_days(40))
    EventFactory(title="Pewne")
    EventFactory(proposed=True, cancelled=True)
    EventFactory(proposed=True, past=True)
    EventFactory(proposed=True, draft=True)

    [row] = rows(publisher, "proposed")

    assert row.text == "Festyn"
    assert str(page.pk) in row.url
    assert logged_in(publisher).get(row.url).status_code == 200
    assert rows(editor, "proposed") == []


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({}, "brakuje godziny i miejsca"),
        ({"timed": True}, "brakuje miejsca"),
        ({"has_place": True}, "brakuje godziny"),
        ({"online_url": "https://meet.example.org/x"}, "brakuje godziny"),
        ({"moved_online": True}, "brakuje godziny"),
        ({"timed": True, "has_place": True}, None),
        ({"timed": True, "moved_online": True}, None),
        ({"timed": True, "online_url": "https://meet.example.org/x"}, None),
        ({"cancelled": True}, None),
        ({"postponed": True}, None),
        ({"draft": True}, None),
        ({"start_date": in_days(15)}, None),
        ({"start_date": in_days(-1)}, None),
        ({"start_date": in_days(14)}, "brakuje godziny i miejsca"),
        ({"start_date": in_days(0)}, "brakuje godziny i miejsca"),
    ],
)
def test_event_of_the_next_14_days_tells_what_is_missing(publisher, fields, missing):
    values = {"start_date": in_days(5)} | fields
    if values.pop("has_place", False):
        values["place"] = PlaceFactory()
    page = EventFactory(**values)
    found = rows(publisher, "incomplete")
    if missing is None:
        assert found == []
    else:
        assert found[0].note.endswith(f"– {missing}")
        assert found[0].url == edit(page)


def test_events_of_others_are_not_shown(publisher):
    EventFactory(start_date=in_days(3))
    stranger = person("obca", may=PUBLISHER, below=StandardPageFactory())
    assert sections(stranger) == []
    assert len(rows(publisher, "incomplete")) == 1


# --- Contests, channels ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results_on", "is_due"), [(-400, False), (-3, True), (0, True), (7, True), (8, False)]
)
def test_contest_without_results_is_due_around_their_day(publisher, results_on, is_due):
    page = ContestFactory(
        opens_on=in_days(-500), closes_on=in_days(-450), results_on=in_days(results_on)
    )
    assert [row.url for row in rows(publisher, "contests")] == ([edit(page)] if is_due else [])


def test_contest_with_results_is_done(publisher):
    page = ContestFactory(opens_on=in_days(-60), closes_on=in_days(-30), results_on=in_days(-1))
    ContestResult.objects.create(page=page, group_name="Koło (przykład)", title="Ogród")
    assert rows(publisher, "contests") == []


@pytest.mark.parametrize(
    ("days_ago", "note"),
    [(None, "nigdy nie sprawdzony"), (366, "ostatnio sprawdzony"), (364, None), (0, None)],
)
def test_profile_that_nobody_verified_for_a_year_waits(publisher, days_ago, note):
    verified_at = None if days_ago is None else in_days(-days_ago)
    page = OrganizationFactory(verified_at=verified_at)
    OrganizationFactory(draft=True)
    found = rows(publisher, "profiles")
    if note is None:
        assert found == []
    else:
        assert [row.url for row in found] == [edit(page)]
        assert found[0].note.split("; ")[-1].startswith(note)
        assert ("12 miesięcy" in found[0].note) == bool(days_ago)


def test_trouble_of_channels_comes_first(publisher, monkeypatch):
    class Troubled:
        name = "Kanał"

        def todo(self, user):
            return [Todo("Serwer nie odpowiada", "/napraw/")]

    monkeypatch.setattr(channels, "_channels", [Troubled()])
    EventFactory(start_date=in_days(3))
    found = sections(publisher)
    assert [section.key for section in found] == ["channels", "incomplete"]
    assert found[0].rows[0].url == "/napraw/"


# --- The page -------------------------------------------------------------------------------------


def test_home_with_nothing_to_do_says_so(publisher):
    home_page()
    assert "Nic nie czeka." in logged_in(publisher).get("/admin/").content.decode()


def test_long_section_tells_how_many_more_and_leads_to_all(publisher):
    for number in range(7):
        EventFactory(title=f"Spotkanie {number}", start_date=in_days(number + 1))
    client = logged_in(publisher)
    home = client.get("/admin/").content.decode()
    assert "i jeszcze 2" in home
    assert "Spotkanie 4" in home
    assert "Spotkanie 6" not in home
    assert "/admin/do-zrobienia/#todo-incomplete" in home

    whole = client.get("/admin/do-zrobienia/").content.decode()
    assert "Spotkanie 6" in whole
    assert "i jeszcze" not in whole


def test_home_leaves_out_counts_of_pages(publisher):
    home_page()
    assert "w-summary__list" not in logged_in(publisher).get("/admin/").content.decode()


def test_todo_is_for_staff_only(client):
    assert client.get("/admin/do-zrobienia/")["Location"].startswith("/admin/login/")


def test_home_costs_no_more_queries_with_many_rows(publisher):
    client = logged_in(publisher)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    def fill(number):
        for one in range(number):
            EventFactory(start_date=in_days(one + 1), proposed=True)
            EventFactory(draft=True, owner=publisher).save_revision(user=publisher)
            ContestFactory(opens_on=in_days(-90), closes_on=in_days(-30), results_on=in_days(-one))
            OrganizationFactory()

    fill(6)
    cost()
    before = cost()
    fill(6)
    assert cost() == before <= MOST_QUERIES
    assert EventIndexPage.objects.count() == 1
