"""„Ogłoś wyniki”: from today on everybody sees the results that stand on the page."""

import orjson
import pytest
from bs4 import BeautifulSoup

from cms.models import ContestPage
from cms.models.contests import ContestResult
from cms.structure import ensure_site
from cms.verbs.contests import announce_results
from cms.verbs.errors import VerbRefusedError
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import ContestFactory, document_of, in_days, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    ensure_site()
    return logged_in(person("wydawczyni"))


def contest(*, has_results=True, **fields):
    days = {"opens_on": in_days(-30), "closes_on": in_days(-3), "results_on": in_days(7)}
    results = [ContestResult(group_name="Sąsiedzi (przykład)", title="Ogród")]
    later = {"starts_on": in_days(20), "ends_on": in_days(60)}
    return publish(
        ContestFactory(**{**days, **later, **fields}, results=results if has_results else [])
    )


def address(page):
    return f"/admin/pages/{page.pk}/oglos-wyniki/"


def payload(page):
    return orjson.loads(document_of(page).payload)


def test_results_are_shown_from_the_click_on_and_hidden_by_its_undo(staff):
    page = contest()
    assert payload(page)["results"] == []
    assert address(page) in staff.get(f"/admin/pages/{page.pk}/edit/").content.decode()

    assert "Od dziś wszyscy zobaczą wyniki" in staff.get(address(page)).content.decode()
    assert payload(page)["results"] == []
    said = staff.post(address(page), follow=True).content.decode()

    assert [one["title"] for one in payload(page)["results"]] == ["Ogród"]
    assert payload(page)["state"] == "results"
    assert ContestPage.objects.get(pk=page.pk).results_on == in_days(0)
    history = staff.get(f"/admin/pages/{page.pk}/history/").content.decode()
    assert "Ogłoszono wyniki" in history

    [undo] = BeautifulSoup(said, "html.parser").select(".messages form")
    staff.post(undo["action"])
    assert ContestPage.objects.get(pk=page.pk).results_on == in_days(7)
    assert payload(page)["results"] == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"has_results": False}, "Na stronie nie ma jeszcze wyników"),
        ({"results_on": in_days(-1)}, "Wyniki są już ogłoszone"),
        ({"closes_on": in_days(0)}, "Nabór jeszcze trwa"),
        ({"results_on": None, "starts_on": in_days(-1)}, "Inicjatywy już trwają"),
    ],
)
def test_what_cannot_be_announced_is_refused_in_words(fields, reason, staff):
    page = contest(**fields)
    assert reason in staff.get(address(page)).content.decode()
    assert address(page) not in staff.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    before = ContestPage.objects.get(pk=page.pk).results_on
    with pytest.raises(VerbRefusedError, match=reason):
        announce_results(page_id=page.pk, user=person("druga"))
    assert ContestPage.objects.get(pk=page.pk).results_on == before


def test_results_are_announced_by_who_may_publish_only():
    page = contest()
    assert logged_in(person("redaktor", may=EDITOR)).post(address(page)).status_code == 302
    assert payload(page)["results"] == []
