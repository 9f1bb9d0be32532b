"""The page of a project, as people read it."""

from datetime import date

import pytest

from tests.cms.pages.helpers import linked_data, words
from tests.factories import (
    EventFactory,
    PartnerFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("dates", "period", "state"),
    [
        (
            (date(2018, 3, 16), date(2019, 12, 31)),
            "16 marca 2018 r. – 31 grudnia 2019 r.",
            "zakończony",
        ),
        ((date(2024, 1, 1), None), "od 1 stycznia 2024 r.", "w trakcie"),
        ((date(2999, 1, 1), date(2999, 1, 31)), "1–31 stycznia 2999 r.", "planowany"),
    ],
)
def test_project_tells_period_and_state_in_words(read, dates, period, state):
    start, end = dates
    soup = read(ProjectFactory(start_date=start, end_date=end))

    facts = words(soup.find(class_="facts"))
    assert period in facts
    assert state in facts


def test_project_lists_its_partners_and_events(read):
    partner = PartnerFactory(name="GaSzo")
    project = ProjectFactory(partners=[(partner, "leader")])
    EventFactory(title="Gala", project=project)
    EventFactory(title="Inne")

    soup = read(project)

    assert "GaSzo" in words(soup.find(class_="facts"))
    assert [words(title) for title in soup.find_all("h3")] == ["Gala"]
    assert linked_data(soup)["@type"] == "Project"
    assert linked_data(soup)["member"][0]["name"] == "GaSzo"
