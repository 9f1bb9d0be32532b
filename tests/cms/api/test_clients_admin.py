"""The admin's pages about trusted clients: the token once, who has one, and its end."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import NoReverseMatch, reverse
from wagtail.models import ReferenceIndex

from cms.api import clients
from cms.models import ApiClient

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r"razem_[A-Za-z0-9_-]{43}")
FORM = {"name": "Strona miasta", "contact": "it@gmina.example"}
PATH = "/api/v1/vocabularies/legal-forms/"


@pytest.fixture
def staff(client):
    """Log in somebody who may do everything with API clients and nothing else."""
    user = get_user_model().objects.create_user("ola", "ola@example.org", "haslo")
    group = Group.objects.create(name="Łączność")
    group.permissions.set(Permission.objects.filter(codename__endswith="_apiclient"))
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    client.force_login(user)
    return client


def new_client(**fields) -> tuple[ApiClient, str]:
    client = ApiClient(**(FORM | fields))
    return client, clients.create(client)


def url(name: str, client: ApiClient) -> str:
    return reverse(f"api_clients:{name}", args=[client.pk])


def status_with(token: str) -> int:
    return Client().get(PATH, headers={"Authorization": f"Bearer {token}"}).status_code


def test_new_client_gets_a_token_that_works_and_is_shown_once(staff):
    answer = staff.post(reverse("api_clients:add"), FORM)
    [token] = set(TOKEN.findall(answer.content.decode()))
    assert "no-store" in answer.headers["Cache-Control"]
    assert status_with(token) == 200
    client = ApiClient.objects.get()
    for page in (url("edit", client), reverse("api_clients:index"), url("delete", client)):
        content = staff.get(page).content.decode()
        assert not TOKEN.search(content)
        assert client.token_hash not in content
    assert token not in str(dict(staff.session))


def test_list_tells_state_and_last_use_in_words(staff):
    used, token = new_client(name="Używany")
    clients.revoke(new_client(name="Unieważniony")[0])
    text = staff.get(reverse("api_clients:index")).content.decode()
    assert "działa" in text
    assert "unieważniony " in text
    assert text.count("nigdy") == 2
    status_with(token)
    assert staff.get(reverse("api_clients:index")).content.decode().count("nigdy") == 1
    used.refresh_from_db()
    assert used.last_used_on


def test_token_is_revoked_after_a_question_and_the_client_stays_in_the_list(staff):
    client, token = new_client()
    assert "Unieważnij token" in staff.get(url("edit", client)).content.decode()
    asked = staff.get(url("delete", client)).content.decode()
    assert "Tej czynności nie można cofnąć" in asked
    assert "przywołany" not in asked
    assert "Tak, unieważnij" in asked
    assert status_with(token) == 200
    answer = staff.post(url("delete", client), follow=True)
    assert "już nie działa" in answer.content.decode()
    assert status_with(token) == 401
    client.refresh_from_db()
    assert not client.is_active
    assert url("delete", client) not in staff.get(reverse("api_clients:index")).content.decode()
    assert url("delete", client) not in staff.get(url("edit", client)).content.decode()


def test_new_token_ends_the_old_one_and_brings_a_revoked_client_back(staff):
    client, old = new_client()
    clients.revoke(client)
    answer = staff.post(url("edit", client), FORM | {"is_token_replaced": "on"})
    [new] = set(TOKEN.findall(answer.content.decode()))
    assert (status_with(old), status_with(new)) == (401, 200)


def test_changing_the_contact_leaves_token_and_last_use_alone(staff):
    client, token = new_client()
    status_with(token)
    answer = staff.post(url("edit", client), FORM | {"contact": "nowe@gmina.example"}, follow=True)
    assert not TOKEN.search(answer.content.decode())
    client.refresh_from_db()
    assert client.contact == "nowe@gmina.example"
    assert client.last_used_on
    assert status_with(token) == 200


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"contact": "nie adres"}, {"contact": ""}, {"name": "Zajęta"}]
)
def test_wrong_form_is_refused_and_gives_no_token(wrong, staff):
    new_client(name="Zajęta")
    answer = staff.post(reverse("api_clients:add"), FORM | wrong)
    assert answer.context["form"].errors.keys() == wrong.keys()
    assert not TOKEN.search(answer.content.decode())
    assert ApiClient.objects.count() == 1


def test_form_cannot_set_what_is_not_in_it(staff):
    client, token = new_client()
    given = {"token_hash": "0" * 64, "revoked_at": "", "last_used_on": "2018-01-01"}
    staff.post(url("edit", client), FORM | given)
    client.refresh_from_db()
    assert clients.find_active(token) == client
    assert client.last_used_on is None


def test_staff_without_the_permission_see_no_client(client):
    user = get_user_model().objects.create_user("jan", "jan@example.org", "haslo")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    trusted, _ = new_client()
    pages = [reverse("api_clients:index"), reverse("api_clients:add")]
    for page in [*pages, url("edit", trusted), url("delete", trusted)]:
        answer = client.get(page)
        assert answer.status_code == 302
        assert client.post(page).status_code == 302
    assert "api_clients" not in client.get(reverse("wagtailadmin_home")).content.decode()
    trusted.refresh_from_db()
    assert trusted.is_active


def test_viewer_may_look_but_not_revoke(client):
    user = get_user_model().objects.create_user("ewa", "ewa@example.org", "haslo")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "change_apiclient"])
    )
    client.force_login(user)
    trusted, token = new_client()
    assert "Unieważnij token" not in client.get(url("edit", trusted)).content.decode()
    assert client.post(url("delete", trusted)).status_code == 302
    assert status_with(token) == 200


def test_there_is_no_copy_view_and_no_reference_to_a_token():
    with pytest.raises(NoReverseMatch):
        reverse("api_clients:copy", args=[1])
    assert not ReferenceIndex.model_is_indexable(ApiClient) or not ReferenceIndex.objects.exists()
