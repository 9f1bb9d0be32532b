"""„Pobierz z KRS” in the admin, for a new profile and for one that there is; its state."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.models import EventIndexPage, FieldSource, OrganizationIndexPage, OrganizationPage
from cms.structure import ensure_site
from integrations.registers import prefilled
from integrations.registers.models import Bulletin, KrsEntry, KrsState
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.cms.test_page_rules import fields_of
from tests.integrations.registers.helpers import AGREEING, profile, run_job, waiting
from tests.integrations.registers.register import KRS, PERSON, body, status

pytestmark = pytest.mark.django_db
NEW, FORM, STATE = "/admin/krs/nowa/", "/admin/krs/nowa/formularz/", "/admin/krs/"


@pytest.fixture
def editor() -> Client:
    ensure_site()
    return logged_in(person("redaktorka", may=EDITOR))


@pytest.fixture
def publisher() -> Client:
    ensure_site()
    return logged_in(person("wydawca"))


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def address_of(page: OrganizationPage) -> str:
    return f"/admin/pages/{page.pk}/krs/"


def adding() -> str:
    parent = OrganizationIndexPage.objects.get()
    return reverse("wagtailadmin_pages:add", args=["cms", "organizationpage", parent.pk])


def fill_in(client: Client, changes: dict[str, Any], **also: str) -> Any:
    """Save the form that was filled in from the register, with a person's changes."""
    data = fields_of(client.get(FORM).content.decode())
    answer = client.post(adding(), data | changes | also)
    assert answer.status_code == 302, answer.context["form"].errors
    return answer


def test_form_of_a_new_profile_is_filled_in_and_nothing_is_saved(editor, register):
    register.enter(KRS)
    answer = editor.post(NEW, {"krs": "9999001"}, follow=True)
    assert "Nic nie jest zapisane" in text_of(answer)
    data = fields_of(answer.content.decode())
    shown = {name: data[name].replace("\xa0", "").replace("-", "") for name in ("nip", "regon")}
    assert shown == {"nip": "9990000014", "regon": "990000016"}
    for name in ("title", "krs", "address", "email", "website"):
        assert data[name] == AGREEING[name]
    assert (data["status"], data["legal_form"]) == ("active", "association")
    assert data["registration_year"] == "2011"
    assert not OrganizationPage.objects.exists()
    assert not KrsEntry.objects.exists()
    assert PERSON not in str(dict(editor.session))


def test_profile_saved_from_the_register_says_which_fields_are_its_word(publisher, register):
    register.enter(KRS)
    publisher.post(NEW, {"krs": KRS})
    answer = fill_in(
        publisher,
        {"summary": "Sąsiedzi.", "phone": "32 111 22 33", "email": "my@example.org"},
        **{"action-publish": "1"},
    )
    assert answer.status_code == 302
    page = OrganizationPage.objects.get()
    assert page.live
    assert page.slug == "stowarzyszenie-sasiedzkie-zielony-zegar-w-leszczynach"
    sources = dict(FieldSource.objects.values_list("field", "source"))
    assert {field for field, source in sources.items() if source == "staff"} == {"email", "phone"}
    assert sources["nip"] == sources["title"] == "krs"


def test_draft_saved_from_the_register_keeps_its_word_until_it_is_published(editor, register):
    register.enter(KRS)
    editor.post(NEW, {"krs": KRS})
    fill_in(editor, {"nip": "999-000-00-20"})
    page = OrganizationPage.objects.get()
    assert not page.live
    page.get_latest_revision().publish()
    sources = dict(FieldSource.objects.values_list("field", "source"))
    assert (sources["regon"], sources["nip"]) == ("krs", "staff")


def test_what_was_fetched_fills_in_one_profile_only(editor, register):
    register.enter(KRS)
    assert editor.get(FORM).headers["Location"] == NEW
    editor.post(NEW, {"krs": KRS})
    fill_in(editor, {})
    assert editor.get(FORM).headers["Location"] == NEW
    assert FieldSource.objects.filter(source="krs").exists()


def test_what_was_fetched_is_forgotten_after_an_hour(editor, register):
    register.enter(KRS)
    with time_machine.travel(timezone.now() - timedelta(minutes=61)):
        editor.post(NEW, {"krs": KRS})
        data = fields_of(editor.get(FORM).content.decode())
    assert editor.post(adding(), data).status_code == 302
    assert OrganizationPage.objects.exists()
    assert not FieldSource.objects.filter(source="krs").exists()
    assert prefilled.KEY not in editor.session
    assert editor.get(FORM).headers["Location"] == NEW


def test_what_was_fetched_is_forgotten_with_any_profile_that_is_saved(editor, register):
    register.enter(KRS)
    editor.post(NEW, {"krs": KRS})
    fill_in(editor, {"krs": "0009999002", "nip": "", "regon": ""})
    assert editor.get(FORM).headers["Location"] == NEW
    assert not FieldSource.objects.filter(source="krs").exists()


@pytest.mark.parametrize(
    ("prepare", "number", "words"),
    [
        (lambda register: register.remove(KRS), KRS, "została wykreślona"),
        (lambda register: None, KRS, "nie ma takiego numeru"),
        (lambda register: None, "12345678901", "numer KRS jest błędny"),
        (lambda register: None, "", "To pole jest wymagane"),
        (lambda register: setattr(register, "always", status(503)), KRS, "spróbować później"),
        (lambda register: setattr(register, "always", body("<html>")), KRS, "Nie można zrozumieć"),
        (
            lambda register: setattr(register, "always", status(429, Retry_After="90")),
            KRS,
            "spróbować później",
        ),
        (lambda register: register.stop(), KRS, "Nie można połączyć się z rejestrem"),
    ],
)
def test_what_went_wrong_is_said_beside_the_field(editor, register, prepare, number, words):
    prepare(register)
    answer = editor.post(NEW, {"krs": number})
    assert words in text_of(answer)
    assert "krs" in answer.context["form"].errors
    assert editor.get(FORM).headers["Location"] == NEW


def test_register_that_asked_for_rest_is_not_asked_by_people_either(editor, register):
    register.always = status(429, Retry_After="90")
    editor.post(NEW, {"krs": KRS})
    assert "zbyt wiele zapytań" in text_of(editor.post(NEW, {"krs": KRS}))
    assert len(register.asked) == 1


def test_number_of_a_published_profile_is_not_fetched_again(editor, register):
    profile(title="Pierwsza")
    assert "Pierwsza" in text_of(editor.post(NEW, {"krs": KRS}))
    assert register.asked == []


def test_fetching_for_a_profile_proposes_and_shows_what_differs(publisher, register):
    page = profile(nip="", website="")
    register.enter(KRS)
    answer = publisher.post(address_of(page), follow=True)
    text = text_of(answer)
    assert "KRS podaje co innego w 2 polach" in text
    assert "999-000-00-14" in text
    assert waiting() == {"nip": "9990000014", "website": "https://www.zegar.example.org"}
    assert OrganizationPage.objects.get(pk=page.pk).nip == ""
    assert "/przyjmij/" in text


def test_who_may_not_publish_sees_the_proposals_without_deciding(editor, register):
    page = profile(nip="")
    register.enter(KRS)
    text = text_of(editor.post(address_of(page), follow=True))
    assert "999-000-00-14" in text
    assert "/przyjmij/" not in text


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda register: register.enter(KRS), "Profil zgadza się z KRS"),
        (lambda register: register.remove(KRS), "została wykreślona"),
        (lambda register: None, "nie ma takiego numeru"),
        (lambda register: setattr(register, "always", status(500)), "wystąpił błąd"),
    ],
)
def test_what_came_of_fetching_is_said_in_words(publisher, register, prepare, words):
    page = profile()
    prepare(register)
    assert words in text_of(publisher.post(address_of(page), follow=True))


def test_draft_is_compared_by_the_number_of_its_draft(publisher, register):
    page = profile()
    page.unpublish()
    page = OrganizationPage.objects.get(pk=page.pk)
    page.krs, page.nip = "0009999002", ""
    page.save_revision()
    register.enter("0009999002")
    publisher.post(address_of(page))
    assert register.numbers == ["0009999002"]
    assert waiting() == {"nip": "9990000014"}


@pytest.mark.parametrize("krs", ["", "12ab"])
def test_profile_without_a_right_number_is_not_asked_about(publisher, register, krs):
    page = profile()
    page.unpublish()
    page = OrganizationPage.objects.get(pk=page.pk)
    page.krs = krs
    page.is_draft_validation = True
    page.save_revision()
    assert "KRS" in text_of(publisher.post(address_of(page), follow=True))
    assert register.asked == []


@pytest.mark.parametrize(
    ("is_live", "advice"), [(True, "opublikuj stronę"), (False, "zapisz stronę")]
)
def test_profile_without_a_number_says_what_has_to_be_done(publisher, register, is_live, advice):
    page = profile(krs="", nip="", regon="", legal_form="informal_group")
    if not is_live:
        page.unpublish()
    shown = text_of(publisher.get(address_of(page)))
    assert advice in shown
    assert "Pobierz teraz" not in shown
    assert advice in text_of(publisher.post(address_of(page), follow=True))


@pytest.mark.parametrize(
    ("fields", "url", "words"),
    [
        ({"legal_form": "branch"}, None, "Oddział"),
        ({"is_sample": True}, "https://krs.example.org/api/krs", "zmyślon"),
    ],
)
def test_what_the_job_does_not_ask_about_a_person_does_not_either(
    publisher, register, settings, fields, url, words
):
    page = profile(nip="", **fields)
    register.enter(KRS)
    settings.KRS_API_URL = url or register.url
    shown = text_of(publisher.get(address_of(page)))
    assert words in shown
    assert "Pobierz teraz" not in shown
    text = text_of(publisher.post(address_of(page), follow=True))
    assert words in text
    assert (register.asked, waiting()) == ([], {})
    assert not KrsEntry.objects.exists()


def test_invented_profile_is_looked_up_on_this_machine(publisher, register):
    page = profile(nip="", is_sample=True)
    register.enter(KRS)
    publisher.post(address_of(page))
    assert waiting() == {"nip": "9990000014"}


def test_editor_leads_to_the_register_only_while_there_is_one(publisher, register, settings):
    page = profile()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert address_of(page) in text_of(publisher.get(edit))
    assert NEW in text_of(publisher.get(adding()))
    settings.KRS_API_URL = ""
    assert address_of(page) not in text_of(publisher.get(edit))
    assert NEW not in text_of(publisher.get(adding()))
    assert "wyłączone" in text_of(publisher.get(NEW))
    assert "wyłączone" in text_of(publisher.post(address_of(page), follow=True))


def test_who_may_not_write_profiles_fetches_nothing(register):
    page = profile()
    client = logged_in(person("obca", may=()))
    for method, address in (
        (client.get, NEW),
        (client.post, NEW),
        (client.get, FORM),
        (client.get, STATE),
        (client.get, address_of(page)),
        (client.post, address_of(page)),
    ):
        assert method(address).status_code == 302
    assert register.asked == []


def test_state_says_how_fresh_the_register_is(editor, register):
    profile()
    gone = profile("0009999002", title="Wykreślona")
    unknown = profile("0009999003", title="Nieznana")
    register.enter(KRS)
    register.remove("0009999002")
    run_job()
    Bulletin.objects.update(day=date(2026, 9, 22))
    text = text_of(editor.get(STATE))
    assert "z 22 września 2026" in text
    assert "3 z 3" in text
    for page in (gone, unknown):
        assert f'href="{address_of(page)}"' in text


def test_home_says_when_the_register_is_away_for_a_day(editor, register):
    profile()
    register.always = status(503)
    run_job()
    home = reverse("todo")
    assert "KRS nie odpowiada" not in text_of(editor.get(home))
    KrsState.objects.update(failing_since=timezone.now() - timedelta(hours=25))
    assert "KRS nie odpowiada" in text_of(editor.get(home))
    register.always = None
    KrsState.objects.update(rest_until=None)
    run_job()
    assert "KRS nie odpowiada" not in text_of(editor.get(home))


def test_home_troubles_nobody_who_may_not_write_profiles(register):
    ensure_site()
    KrsState.load()
    KrsState.objects.update(failing_since=timezone.now() - timedelta(days=2))
    elsewhere = person("gdzie-indziej", below=EventIndexPage.objects.get())
    assert "KRS nie odpowiada" not in text_of(logged_in(elsewhere).get(reverse("todo")))


def test_home_says_when_a_bulletin_or_a_profile_does_not_come_through(editor, register):
    page = profile()
    run_job()
    home = reverse("todo")
    assert "biuletynu" not in text_of(editor.get(home))
    Bulletin.objects.update(state="waiting", attempts=5, last_error="Nie można zrozumieć.")
    assert "Nie udaje się odczytać biuletynu KRS" in text_of(editor.get(home))
    KrsEntry.objects.update(answered_at=timezone.now() - timedelta(days=60))
    assert "od ponad miesiąca" not in text_of(editor.get(home))
    OrganizationPage.objects.filter(pk=page.pk).update(
        first_published_at=timezone.now() - timedelta(days=90)
    )
    assert "1 profil nie był porównany z KRS" in text_of(editor.get(home))
