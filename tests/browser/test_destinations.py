"""The page of a destination in a real browser: axe over it at two widths, and a decision made."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from integrations.municipal.models import Destination, RemoteCopy, Run, SyncState
from tests.browser.test_editors_day import (  # noqa: F401  (fixtures)
    admin,
    browser,
    check,
    logged_in,
)
from tests.factories import NewsFactory, TopicFactory
from tests.integrations.municipal.helpers import add

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
def destination(admin) -> Destination:  # noqa: F811
    """Give a WordPress where one document was edited, one fails, and much is missing."""
    TopicFactory(slug="granty")
    edited, failing = NewsFactory(title="Zmieniona tam"), NewsFactory(title="Nie dociera")
    made = add(url="https://www.gmina.example", kind="wordpress", username="razem", secret="x y")
    parked = {"destination": made, "state": "parked", "wanted_version": 1}
    held = SyncState.objects.create(
        document=edited.document,
        finding=SyncState.Finding.EDITED,
        last_error="Wpis zmieniono tam ręcznie.",
        parked_at=timezone.now(),
        **parked,
    )
    RemoteCopy.objects.create(state=held, ours="<p>Raz</p><p>Dwa</p>", theirs="<p>Raz</p>")
    SyncState.objects.create(document=failing.document, last_error="Strona odrzuciła.", **parked)
    Run.objects.create(destination=made, kind="sync", tally={"upsert": 7})
    Run.objects.create(destination=made, kind="compare", state="asking", words="Brakuje 6 z 6.")
    return made


@pytest.mark.parametrize("width", [400, 1280])
def test_pages_of_a_destination_pass_axe_and_fit_their_window(
    admin,  # noqa: F811
    destination,
    browser,  # noqa: F811
    width,
):
    page = logged_in(browser, admin, width)
    document_id = SyncState.objects.get(finding="edited").document_id
    for path in (
        f"destinations/{destination.pk}/stan/",
        f"destinations/{destination.pk}/dokument/{document_id}/roznica/",
        f"destinations/edit/{destination.pk}/",
    ):
        page.goto(f"{admin}/{path}")
        check(page, width)


def test_decision_is_one_click(admin, destination, browser):  # noqa: F811
    page = logged_in(browser, admin, 1280)
    page.goto(f"{admin}/destinations/")
    page.get_by_role("link", name="gmina", exact=True).click()
    page.get_by_role("link", name="Pokaż różnicę").click()
    expect(page.locator("del")).to_contain_text("Dwa")

    page.get_by_role("button", name="Zostaw tak, jak tam jest").click()

    expect(page.get_by_role("heading", name="Czeka na decyzję")).to_have_count(0)
    assert SyncState.objects.get(finding="edited").state == SyncState.State.LEFT
