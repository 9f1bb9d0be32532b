import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from integrations.municipal.models import Destination, SyncState
from tests.factories import EventFactory
from tests.integrations.municipal.helpers import add, sync
from tests.integrations.municipal.receivers import OTHER_SECRET, SECRET, status

pytestmark = pytest.mark.django_db
URL = "https://www.gmina.example/webhook"
WHSEC = re.compile(r"whsec_[A-Za-z0-9+/=]{30,}")


@pytest.fixture
def staff(client):
    """Log in somebody who may do everything with destinations and nothing else; in English."""
    user = get_user_model().objects.create_user("ola", "ola@example.org", "haslo")
    group = Group.objects.create(name="Łączność")
    group.permissions.set(Permission.objects.filter(content_type__app_label="municipal"))
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    client.force_login(user)
    with translation.override("en"):
        yield client


def form(**fields):
    always = {"name": "gmina", "kind": "webhook", "url": URL, "is_enabled": "on"}
    return always | {"hand_edits": "ask", "stale_minutes": "60"} | fields


def edit_url(destination):
    return reverse("destinations:edit", args=[destination.pk])


def test_destination_created_without_a_secret_shows_a_new_one_once(staff):
    answer = staff.post(reverse("destinations:add"), form())

    [shown] = set(WHSEC.findall(answer.content.decode()))
    destination = Destination.objects.get()
    assert destination.secrets() == [shown]
    assert "no-store" in answer.headers["Cache-Control"]
    for page in (edit_url(destination), reverse("destinations:index")):
        content = staff.get(page).content.decode()
        assert shown not in content
        assert destination.secret_encrypted not in content
    assert shown not in str(dict(staff.session))


def test_destination_created_with_a_secret_keeps_it_and_does_not_show_it(staff):
    answer = staff.post(reverse("destinations:add"), form(new_secret=SECRET), follow=True)

    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()
    assert Destination.objects.get().secrets() == [SECRET]


def test_destination_saved_with_an_empty_secret_keeps_the_present_one(staff):
    destination = add(url=URL)

    staff.post(edit_url(destination), form(name="miasto"))

    destination.refresh_from_db()
    assert (destination.name, destination.secrets()) == ("miasto", [SECRET])


def test_destination_gets_a_new_secret_on_request(staff):
    destination = add(url=URL)

    answer = staff.post(edit_url(destination), form(is_secret_generated="on"))

    destination.refresh_from_db()
    [shown] = set(WHSEC.findall(answer.content.decode()))
    assert destination.secrets() == [shown, SECRET]


@pytest.mark.parametrize(
    "moved",
    [{"url": "https://nowa.example/webhook"}, {"kind": "wordpress", "username": "razem"}],
)
def test_destination_that_moves_wants_its_secret_again(moved, staff):
    destination = add(url=URL)

    answer = staff.post(edit_url(destination), form(**moved))

    assert answer.context["form"].errors.keys() == {"new_secret"}
    destination.refresh_from_db()
    assert (destination.url, destination.kind) == (URL, "webhook")
    staff.post(edit_url(destination), form(**moved, new_secret=OTHER_SECRET))
    destination.refresh_from_db()
    assert destination.secrets() == [OTHER_SECRET]


def test_secret_of_a_wrong_form_is_refused_and_not_echoed(staff):
    answer = staff.post(reverse("destinations:add"), form(new_secret="tajne-ale-zle"))

    assert not Destination.objects.exists()
    assert "tajne-ale-zle" not in answer.content.decode()


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://0x7f.1/", "ftp://gmina.example/", "https://u:p@gmina.example/"],
)
def test_address_that_may_not_be_is_refused_and_nothing_is_stored(url, staff):
    answer = staff.post(reverse("destinations:add"), form(url=url))

    assert answer.context["form"].errors.keys() == {"url"}
    assert not Destination.objects.exists()


def test_name_taken_is_refused(staff):
    add(url=URL)

    answer = staff.post(reverse("destinations:add"), form())

    assert answer.context["form"].errors.keys() == {"name"}


@pytest.mark.parametrize(
    "url",
    [
        "https://gmina.example",
        "http://www.gmina.example/",
        "https://WWW.gmina.example:443/wp-json/",
    ],
)
def test_second_destination_at_one_wordpress_is_refused(url, staff):
    add(url="https://www.gmina.example", kind="wordpress", username="razem", secret="a b")
    other = form(name="drugi", kind="wordpress", url=url, username="razem", new_secret="c d")

    answer = staff.post(reverse("destinations:add"), other)

    assert answer.context["form"].errors.keys() == {"url"}
    assert Destination.objects.count() == 1
    for fields in ({"url": f"{url}/ngo"}, {"kind": "webhook", "new_secret": SECRET}):
        staff.post(reverse("destinations:add"), other | {"name": str(fields)} | fields)
    assert Destination.objects.count() == 3


def test_saving_the_form_leaves_the_cursor_of_the_job_alone(staff, receiver):
    EventFactory()
    destination = add(receiver)
    original = Destination.save

    def save(self, *args, **kwargs):
        sync(destination)  # The worker moves the cursor between reading the form and saving it.
        original(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Destination, "save", save)
        staff.post(edit_url(destination), form(url=receiver.url, name="miasto"))

    destination.refresh_from_db()
    assert destination.name == "miasto"
    assert destination.scanned_sequence > 0


def test_list_and_edit_page_tell_in_words_how_it_fares(staff, receiver):
    page = EventFactory()
    destination = add(receiver)
    receiver.always = status(500)
    sync(destination)

    listed = staff.get(reverse("destinations:index")).content.decode()
    edited = staff.get(edit_url(destination)).content.decode()

    assert "in trouble since" in listed
    assert "HTTP 500" in listed
    assert page.title in edited
    assert "HTTP 500" in edited


def test_list_asks_the_same_number_of_questions_for_many(staff, django_assert_max_num_queries):
    for number in range(10):
        add(url=URL, name=f"gmina {number}")
    staff.get(reverse("destinations:index"))

    with django_assert_max_num_queries(25):
        staff.get(reverse("destinations:index"))


def test_trying_again_at_once_clears_what_was_set_aside(staff, receiver):
    EventFactory()
    destination = add(receiver)
    receiver.script.append(status(500))
    sync(destination)
    SyncState.objects.update(state=SyncState.State.PARKED)

    staff.post(edit_url(destination), form(url=receiver.url, is_retry="on"))

    assert sync(destination) == {"upsert": 1}


def test_destination_switched_off_keeps_what_it_has_and_goes_on_later(staff, receiver):
    destination = add(receiver)
    fields = form(url=receiver.url)
    del fields["is_enabled"]
    staff.post(edit_url(destination), fields)
    page = EventFactory()
    assert sync(destination) == {}

    staff.post(edit_url(destination), fields | {"is_enabled": "on"})
    sync(destination)
    assert receiver.slugs == {page.slug}


def test_destination_deleted_is_forgotten_with_its_states(staff, receiver):
    EventFactory()
    destination = add(receiver)
    sync(destination)
    delete = reverse("destinations:delete", args=[destination.pk])
    assert "stays there" in staff.get(delete).content.decode()

    staff.post(delete)

    assert not Destination.objects.exists()
    assert not SyncState.objects.exists()


def test_staff_without_the_permission_see_no_destination(client):
    user = get_user_model().objects.create_user("jan", "jan@example.org", "haslo")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    destination = add(url=URL)

    for name, args in (("index", []), ("add", []), ("edit", [destination.pk])):
        answer = client.get(reverse(f"destinations:{name}", args=args))
        assert answer.status_code == 302
        assert URL not in answer.content.decode()
    assert "destinations" not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_there_is_no_copy_view_that_would_copy_a_secret():
    with pytest.raises(NoReverseMatch):
        reverse("destinations:copy", args=[1])
