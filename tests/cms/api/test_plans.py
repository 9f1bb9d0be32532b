"""How PostgreSQL finds what the API lists: by an index each time, however long the tables are."""

from datetime import date

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import Document
from tests.cms.api.answers import add_rows
from tests.factories import OrganizationFactory, TopicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
# The tables that grow with the content; where few rows are, a scan is the right plan.
TABLES = ("cms_document", "cms_documentfacet")


@pytest.fixture(autouse=True)
def many_documents():
    """Enough rows for the planner to prefer an index where it has one, and statistics of them."""
    OrganizationFactory(slug="organizacja")
    TopicFactory(slug="rodo")
    add_rows(4000, start=date(2024, 1, 1), per_day=3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plans(path: str) -> list[dict]:
    """Return the plan of each query that an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        response = Client().get(path)
    assert response.status_code in {200, 404}, response.content
    found = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
            plan = cursor.fetchone()[0]
            found.append((plan if isinstance(plan, list) else orjson.loads(plan))[0]["Plan"])
    assert found
    return found


def scanned(node: dict) -> list[str]:
    """Return the tables that a plan reads from the first row to the last."""
    mine = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" else []
    return mine + [table for child in node.get("Plans", []) for table in scanned(child)]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/events/?upcoming=true",
        "/api/v1/events/?past=true&ordering=-start_date",
        "/api/v1/events/?month=2026-05",
        "/api/v1/events/?ordering=title",
        "/api/v1/events/?ordering=-updated_at",
        "/api/v1/events/?topic=rodo",
        "/api/v1/events/event-17/",
        "/api/v1/events/nie-ma/",
        "/api/v1/organizations/",
        "/api/v1/news/",
        "/api/v1/contests/",
        "/api/v1/newsletters/",
        "/api/v1/changes/?since=2000&limit=50",
    ],
)
def test_no_list_reads_a_whole_table(path):
    tables = [table for plan in plans(path) for table in scanned(plan)]
    assert [table for table in tables if table in TABLES] == []


def test_plan_that_reads_a_whole_table_would_be_found():
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) SELECT * FROM cms_document WHERE title = 'x'")
        plan = cursor.fetchone()[0]
    plan = (plan if isinstance(plan, list) else orjson.loads(plan))[0]["Plan"]
    assert Document._meta.db_table in scanned(plan)
