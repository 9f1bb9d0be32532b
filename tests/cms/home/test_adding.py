"""„Dodaj wydarzenie”: the form opens below the page where it belongs."""

import pytest

from cms.home.adding import KINDS
from cms.models import ActivityPage, EventIndexPage, EventPage, OrganizationIndexPage
from cms.structure import ensure_site
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import ContestFactory, NewsFactory, ProjectFactory, ResourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(db):
    """Make the skeleton with every list that there is."""
    home = ensure_site()
    for factory in (NewsFactory, ContestFactory, ResourceFactory):
        factory()
    ProjectFactory(title="Centrum 2026 (przykład)")
    return home


@pytest.fixture
def staff(db):
    return logged_in(person("redaktorka", may=EDITOR))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_adding_leads_to_the_form_below_its_parent(site, staff, kind):
    answer = staff.get(f"/admin/dodaj/{kind.slug}/")
    assert answer.status_code == 302
    model = kind.model._meta
    [parent_model, *_others] = kind.model.allowed_parent_page_models()
    parent = parent_model.objects.get()
    assert (
        answer["Location"] == f"/admin/pages/add/{model.app_label}/{model.model_name}/{parent.pk}/"
    )
    assert staff.get(answer["Location"]).status_code == 200


def test_adding_where_several_parents_fit_asks_by_name(site, staff):
    other = ProjectFactory(title="Gala 2027 (przykład)")
    page = staff.get("/admin/dodaj/dzialanie/").content.decode()
    assert "Centrum 2026 (przykład)" in page
    assert f'href="/admin/pages/add/cms/activitypage/{other.pk}/"' in page
    assert ActivityPage.objects.count() == 0


def test_adding_without_its_index_page_says_what_to_do(staff):
    ensure_site()
    OrganizationIndexPage.objects.get().delete()
    page = staff.get("/admin/dodaj/organizacja/", follow=True).content.decode()
    assert "Dodaj organizację: nie ma jeszcze strony" in page
    assert "setup_site" in page


def test_adding_is_refused_and_hidden_where_the_person_may_not(site):
    index = EventIndexPage.objects.get()
    client = logged_in(person("od wydarzeń", may=EDITOR, below=index))
    home = client.get("/admin/").content.decode()

    assert "/admin/dodaj/wydarzenie/" in home
    assert "/admin/dodaj/organizacja/" not in home
    assert client.get("/admin/dodaj/organizacja/").status_code == 302
    assert client.get("/admin/dodaj/organizacja/")["Location"] == "/admin/"
    assert "/admin/pages/add/" in client.get("/admin/dodaj/wydarzenie/")["Location"]


def test_event_goes_to_the_project_of_who_may_add_there_only(site):
    project = ProjectFactory()
    client = logged_in(person("od projektu", may=EDITOR, below=project))
    assert client.get("/admin/dodaj/wydarzenie/")["Location"].endswith(f"/eventpage/{project.pk}/")
    assert EventPage.objects.count() == 0


def test_unknown_kind_is_not_found(site, staff):
    assert staff.get("/admin/dodaj/cokolwiek/").status_code == 404


def test_menu_offers_the_same_on_every_page(site, staff):
    page = staff.get("/admin/reports/site-history/").content.decode()
    shown = page if "/admin/dodaj/wydarzenie/" in page else staff.get("/admin/").content.decode()
    for kind in KINDS:
        assert f"/admin/dodaj/{kind.slug}/" in shown
