"""The API is fuzzed from its own OpenAPI document, through WSGI."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from cms.api import examples
from config.wsgi import application
from tests.factories import EventFactory, OrganizationFactory, ProjectFactory, TopicFactory

# Whether these are right no schema can say: places in a list, words of a vocabulary.
SERVER_KNOWS = {"q", "cursor", "page", "since", "epoch", "topic", "sphere", "locality"}
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture(autouse=True)
def kept_connection():
    """Keep the test's transaction open over requests, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def content(db):
    """Add documents at the addresses that the document's examples name."""
    organization = OrganizationFactory(slug=examples.ORGANIZATION["slug"])
    project = ProjectFactory(slug=examples.PROJECT["slug"])
    EventFactory(
        slug=examples.EVENT["slug"],
        project=project,
        organizers=[organization],
        topics=[TopicFactory(slug="rodo")],
    )


@schema.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_answers_as_documented_whatever_it_is_asked(case):
    depends_on_content = SERVER_KNOWS & set(case.query or {})
    case.call_and_validate(excluded_checks=[positive_data_acceptance] if depends_on_content else [])
