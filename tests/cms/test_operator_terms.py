"""What was published in an operator's term keeps that operator."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from wagtail.models import Revision

from cms.documents.rewriting import rewrite_due
from cms.jobs.deadline import Deadline
from cms.models import OperatorTerm
from cms.models.centre import term_on
from tests.cms.api.answers import ask
from tests.factories import EventFactory, OperatorTermFactory, publish

pytestmark = pytest.mark.django_db
HANDOVER = date(2026, 3, 1)


@pytest.fixture
def terms() -> tuple[OperatorTerm, OperatorTerm]:
    """One operator until the handover, another one from then on."""
    first = OperatorTermFactory(
        operator="Pierwszy (przykład)", valid_until=HANDOVER - timedelta(days=1)
    )
    return first, OperatorTermFactory(operator="Drugi (przykład)", valid_from=HANDOVER)


def at(day: date) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def operator_of(slug: str) -> str:
    name: str = ask(f"/events/{slug}/")["operator"]["name"]
    return name


@pytest.mark.parametrize(
    ("day", "operator"), [(HANDOVER - timedelta(days=1), "Pierwszy"), (HANDOVER, "Drugi")]
)
def test_publication_is_by_the_operator_in_force(terms, day, operator):
    with at(day):
        EventFactory(slug="gala")
        assert operator_of("gala") == f"{operator} (przykład)"


def test_page_published_before_the_handover_keeps_its_operator_when_it_is_edited_later(terms):
    with at(HANDOVER - timedelta(days=10)):
        event = EventFactory(slug="gala", draft=True)
        draft = event.save_revision()
        draft.publish()
    with at(HANDOVER + timedelta(days=10)):
        # A revision from before the first publication, which knows no term.
        Revision.objects.get(pk=draft.pk).publish()
        publish(event, title="Gala po zmianie")
        assert operator_of("gala") == "Pierwszy (przykład)"


def test_new_funding_of_a_term_reaches_what_was_published_in_it(terms):
    with at(HANDOVER):
        EventFactory(slug="gala")
    terms[1].funding = "Zadanie finansuje gmina."
    terms[1].save()
    rewrite_due(Deadline("documents"))
    assert ask("/events/gala/")["operator"]["funding"] == "Zadanie finansuje gmina."


def test_no_operator_is_told_where_no_term_is_known():
    EventFactory(slug="gala")
    assert ask("/events/gala/")["operator"] is None


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_wrong"),
    [
        (HANDOVER, None, True),
        (date(2025, 1, 1), date(2025, 2, 1), True),
        (date(1990, 1, 1), date(1999, 12, 31), False),
        (date(1990, 1, 1), date(2000, 1, 1), True),
        (date(1990, 5, 1), date(1990, 4, 1), True),
    ],
)
def test_terms_that_overlap_or_end_before_they_begin_are_refused(
    terms, valid_from, valid_until, is_wrong
):
    term = OperatorTerm(
        operator="X", controller="Y", valid_from=valid_from, valid_until=valid_until
    )
    if is_wrong:
        with pytest.raises(ValidationError):
            term.full_clean()
    else:
        term.full_clean()


def test_term_on_a_day_is_none_between_terms():
    OperatorTermFactory(valid_until=date(2001, 1, 1))
    assert term_on(date(2000, 1, 1))
    assert term_on(date(2001, 1, 1))
    assert term_on(date(2001, 1, 2)) is None
