"""The states of a contest follow from its dates, in the model and in the API."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError

from cms.documents.rewriting import rewrite_due
from cms.jobs.deadline import Deadline
from cms.models import ContestPage, ContestResult
from tests.cms.api.answers import ask, slugs
from tests.factories import ContestFactory, OrganizationFactory, make_private

pytestmark = pytest.mark.django_db

DATES = {
    "opens_on": date(2026, 3, 1),
    "closes_on": date(2026, 3, 20),
    "results_on": date(2026, 4, 10),
    "starts_on": date(2026, 5, 1),
    "ends_on": date(2026, 9, 30),
}
STATES = [
    (date(2026, 2, 28), "announced"),
    (date(2026, 3, 1), "open"),
    (date(2026, 3, 20), "open"),
    (date(2026, 3, 21), "assessment"),
    (date(2026, 4, 9), "assessment"),
    (date(2026, 4, 10), "results"),
    (date(2026, 4, 30), "results"),
    (date(2026, 5, 1), "in_progress"),
    (date(2026, 9, 30), "in_progress"),
    (date(2026, 10, 1), "closed"),
]


def results() -> list[ContestResult]:
    return [ContestResult(group_name="Grupa „Ławeczka” (przykład)", title="Ławka sąsiedzka")]


def noon(day: date) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, 11, tzinfo=UTC), tick=False)


@pytest.mark.parametrize(("day", "state"), STATES)
def test_state_follows_from_the_dates(day, state):
    contest = ContestPage(title="Mała Inicjatywa", **DATES)
    contest.results = results()
    assert contest.state_on(day) == state


def test_due_results_that_nobody_entered_leave_the_contest_in_assessment():
    contest = ContestPage(title="Mała Inicjatywa", **DATES)
    assert contest.state_on(date(2026, 4, 20)) == "assessment"


def test_contest_without_later_dates_stays_in_assessment():
    contest = ContestPage(opens_on=DATES["opens_on"], closes_on=DATES["closes_on"])
    assert contest.state_on(date(2030, 1, 1)) == "assessment"
    assert contest.next_boundary(date(2030, 1, 1)) is None


def test_document_passes_from_state_to_state_by_itself_and_shows_results_on_their_day():
    with noon(date(2026, 2, 1)):
        ContestFactory(slug="mala", **DATES, results=results())
    seen = []
    for day, state in STATES:
        with noon(day):
            rewrite_due(Deadline("documents"))
            answer = ask("/contests/mala/")
            assert answer["state"] == state
            assert slugs(f"/contests/?state={state}") == ["mala"]
            seen.append(bool(answer["results"]))
    assert seen == [day >= DATES["results_on"] for day, _state in STATES]


def test_result_names_the_profile_of_a_group_only_while_that_is_public():
    organization = OrganizationFactory(title="Zielony Zegar (przykład)")
    row = ContestResult(group_name="Zegar", title="Zegar", organization=organization)
    with noon(date(2026, 4, 15)):
        ContestFactory(slug="mala", **DATES, results=[row])
        assert ask("/contests/mala/")["results"][0]["organization"]["title"] == organization.title
        make_private(organization)
        assert ask("/contests/mala/")["results"][0]["organization"] is None


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("opens_on", {"opens_on": None}),
        ("closes_on", {"closes_on": None}),
        ("closes_on", {"closes_on": date(2026, 2, 1)}),
        ("results_on", {"results_on": date(2026, 3, 2)}),
        ("ends_on", {"ends_on": date(2026, 4, 30)}),
    ],
)
def test_dates_that_are_missing_or_out_of_order_hinder_publishing(field, changes):
    contest = ContestFactory(draft=True, **(DATES | changes))
    with pytest.raises(ValidationError) as refused:
        contest.full_clean()
    assert set(refused.value.message_dict) == {field}
