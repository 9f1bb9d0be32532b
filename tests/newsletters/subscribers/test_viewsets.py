"""What staff do with subscribers, clauses and blocked addresses in the admin."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from newsletters.subscribers import services
from newsletters.subscribers.addresses import address_hash
from newsletters.subscribers.models import Consent, ConsentClause, Subscriber, Suppression
from newsletters.subscribers.selectors import audience, clause_in_force
from tests.factories import TopicFactory
from tests.newsletters.subscribers.helpers import (
    ADDRESS,
    CONTROLLER,
    OTHER_CONTROLLER,
    block,
    everything,
    make_clause,
    page,
    subscribe,
    subscriber,
)

pytestmark = pytest.mark.django_db
MODELS = ("subscriber", "consentclause", "suppression")


def log_in(client, *codenames):
    user = get_user_model().objects.create_user("ola", "ola@example.org", "haslo")
    group = Group.objects.create(name="Newsletter")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    group.permissions.add(*Permission.objects.filter(codename__in=codenames))
    user.groups.add(group)
    client.force_login(user)
    return user


@pytest.fixture
def staff(client):
    """Log in somebody who may do everything with subscribers and nothing else."""
    acts = ("add", "change", "delete", "view")
    log_in(client, *(f"{act}_{model}" for act in acts for model in MODELS))
    return client


def url(name, *args):
    return reverse(name, args=args)


def words(client, path, **query):
    return client.get(path, query).content.decode().replace("\xa0", " ")


def written_consent(clause, **fields):
    return {
        "email": "Zofia@example.org",
        "first_name": "Zofia",
        "clause": clause.pk,
        "document_date": timezone.localdate().isoformat(),
        "document_reference": "teczka 3, karta 14",
        **fields,
    }


# --- Subscribers ----------------------------------------------------------------------------------


def test_list_says_how_it_stands_with_each(staff, clause):
    subscribe("active@example.org", topics=[TopicFactory(name="Dotacje")])
    services.leave(subscriber_id=subscribe("left@example.org").pk, source="link")
    subscribe("blocked@example.org")
    block("blocked@example.org")

    shown = words(staff, url("subscribers:index"))

    for word in ("aktywny", "wypisany", "zablokowany", "Dotacje", "wszystko", "Formularz"):
        assert word in shown
    make_clause(OTHER_CONTROLLER)
    assert "zgoda dla innego administratora" in words(staff, url("subscribers:index"))


def test_list_asks_no_more_for_many(staff, clause, django_assert_max_num_queries):
    for number in range(15):
        subscribe(f"a{number}@example.org", topics=[TopicFactory()])
    staff.get(url("subscribers:index"))

    with django_assert_max_num_queries(20):
        staff.get(url("subscribers:index"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("anna@example.org", ["anna@example.org"]),
        ("ANNA@Example.org", ["anna@example.org"]),
        ("biuro@żółw.example", ["biuro@xn--w-uga1v8h.example"]),
        ("ann", ["anna@example.org", "joanna@example.org"]),
        ("@EXAMPLE.org", ["anna@example.org", "joanna@example.org"]),
        ("nobody", []),
        ("%", []),
    ],
)
def test_search_finds_whole_addresses_however_written_and_parts(staff, clause, query, found):
    for address in ("anna@example.org", "joanna@example.org", "biuro@żółw.example"):
        subscribe(address)

    answer = staff.get(url("subscribers:index"), {"q": query})

    assert sorted(one.email for one in answer.context["object_list"]) == found


def test_written_consent_is_recorded_by_staff(staff, clause):
    topic = TopicFactory()
    form = words(staff, url("subscribers:add"))
    assert 'name="document_reference"' in form

    answer = staff.post(
        url("subscribers:add"), written_consent(clause, topics=[topic.pk]), follow=True
    )

    assert "Zgoda została zapisana." in answer.content.decode()
    person, consent = subscriber("zofia@example.org"), Consent.objects.get()
    assert list(person.topics.all()) == [topic]
    assert (consent.source, consent.evidence) == ("staff", "teczka 3, karta 14")
    assert consent.recorded_by.username == "ola"
    assert "teczka 3, karta 14" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"email": "zofia"}, "email", "pełny adres"),
        ({"email": "blocked@example.org"}, "email", "zablokowany"),
        ({"document_date": "2999-01-01"}, "document_date", "z przyszłości"),
        ({"document_date": ""}, "document_date", "wymagane"),
        ({"document_reference": ""}, "document_reference", "wymagane"),
        ({"clause": "999"}, "clause", "poprawn"),
    ],
)
def test_written_consent_that_is_not_in_order_is_refused(staff, clause, fields, field, said):
    block("blocked@example.org")

    answer = staff.post(url("subscribers:add"), written_consent(clause) | fields)

    assert answer.status_code == 200
    assert said in answer.context["form"].errors[field][0]
    assert not Subscriber.objects.exists()


def test_staff_change_topics_and_name_and_never_the_address(staff, clause):
    topic = TopicFactory()
    person = subscribe()
    ledger = Consent.objects.count()

    staff.post(
        url("subscribers:edit", person.pk),
        {"first_name": "Ania", "topics": [topic.pk], "email": "ktos@example.org"},
    )

    person.refresh_from_db()
    assert (person.email, person.first_name) == (ADDRESS, "Ania")
    assert list(person.topics.all()) == [topic]
    assert Consent.objects.count() == ledger


def test_staff_cannot_edit_who_has_left(staff, clause):
    person = subscribe()
    services.leave(subscriber_id=person.pk, source="link")

    answer = staff.post(url("subscribers:edit", person.pk), {"first_name": "Ania"})

    assert "wypisała się" in str(answer.context["form"].errors)
    assert subscriber().first_name == ""


def test_inspection_shows_the_ledger_with_clauses(staff, clause):
    person = subscribe()
    services.leave(subscriber_id=person.pk, source="one_click")

    shown = words(staff, url("subscribers:inspect", person.pk))

    for word in (
        "Udzielona",
        "Wycofana",
        CONTROLLER,
        "Jedno kliknięcie",
        "/newsletter/zapisz-sie/",
    ):
        assert word in shown


def test_staff_sign_off_on_request_after_a_question(staff, clause):
    person = subscribe()
    path = url("subscribers:leave", person.pk)
    before = everything()
    assert "Tak, wypisz" in words(staff, path)
    assert everything() == before

    answer = staff.post(path, {"evidence": "telefon, 3 marca"}, follow=True)

    assert "Osoba została wypisana." in answer.content.decode()
    withdrawn = Consent.objects.latest("pk")
    assert (withdrawn.kind, withdrawn.source) == ("withdrawn", "staff")
    assert (withdrawn.evidence, withdrawn.recorded_by.username) == ("telefon, 3 marca", "ola")
    assert "Nie było czego" in staff.post(path, {}, follow=True).content.decode()


def test_staff_block_a_subscriber_after_a_question(staff, clause):
    person = subscribe()
    path = url("subscribers:block", person.pk)
    assert "Tak, zablokuj" in words(staff, path)
    assert not Suppression.objects.exists()

    staff.post(path)

    assert Suppression.objects.get().reason == Suppression.Reason.STAFF
    assert not audience(controller=CONTROLLER, topic_ids=[]).exists()


def test_staff_erase_on_request_and_nothing_of_the_address_stays(staff, clause):
    person = subscribe()
    path = url("subscribers:delete", person.pk)
    assert "Tak, usuń dane" in words(staff, path)
    assert Subscriber.objects.exists()

    answer = staff.post(path, follow=True)

    assert "Dane tej osoby zostały usunięte." in answer.content.decode()
    assert ADDRESS not in answer.content.decode()
    assert "anna" not in str(everything())
    assert not ModelLogEntry.objects.filter(label__contains="anna").exists()
    assert Consent.objects.latest("pk").recorded_by.username == "ola"


def test_no_page_of_the_admin_keeps_addresses_in_a_history(staff, clause):
    staff.post(url("subscribers:add"), written_consent(clause))
    person = subscriber("zofia@example.org")
    staff.post(url("subscribers:edit", person.pk), {"first_name": "Z"})
    staff.post(url("blocked_addresses:add"), {"email": ADDRESS})

    assert not ModelLogEntry.objects.exists()
    for name in ("history", "usage", "copy"):
        with pytest.raises(NoReverseMatch):
            url(f"subscribers:{name}", person.pk)


# --- Permissions ----------------------------------------------------------------------------------


def test_staff_without_permissions_see_nothing_of_it(client, clause):
    person = subscribe()
    log_in(client)
    paths = [
        *(url(f"{name}:index") for name in ("subscribers", "consent_clauses", "blocked_addresses")),
        *(url(f"subscribers:{name}", person.pk) for name in ("inspect", "edit", "delete", "leave")),
        url("subscribers:block", person.pk),
        url("blocked_addresses:look_up"),
    ]
    before = everything()
    for path in paths:
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 302
            assert ADDRESS not in answer.content.decode()
    assert everything() == before
    assert "subscribers" not in page(client, reverse("wagtailadmin_home"))


def test_staff_who_may_only_look_change_nothing(client, clause):
    person = subscribe()
    log_in(client, "view_subscriber", "view_suppression", "view_consentclause")
    before = everything()

    assert "aktywny" in words(client, url("subscribers:index"))
    shown = words(client, url("subscribers:inspect", person.pk))
    assert "Wypisz na prośbę" not in shown
    for path in (
        url("subscribers:add"),
        *(url(f"subscribers:{name}", person.pk) for name in ("edit", "delete", "leave", "block")),
        url("consent_clauses:add"),
        url("consent_clauses:edit", clause.pk),
        url("blocked_addresses:add"),
    ):
        assert client.post(path, written_consent(clause)).status_code == 302
    assert everything() == before


def test_menu_collects_the_parts_in_one_submenu(staff, clause):
    menu = page(staff, reverse("wagtailadmin_home"))

    assert '"label": "Newsletter"' in menu
    for label in ("Subskrybenci", "Klauzule zgody", "Zablokowane adresy"):
        assert label in menu or label.encode("unicode_escape").decode() in menu


# --- Clauses --------------------------------------------------------------------------------------


def clause_form(**fields):
    return {
        "controller": CONTROLLER,
        "controller_details": "ul. Przykładowa 1",
        "text": "Chcę newsletter.",
        "information": "Informacja.",
        "in_force_from": "",
        **fields,
    }


def test_first_clause_begins_with_words_whose_gaps_have_to_be_filled_in(staff):
    shown = words(staff, url("consent_clauses:add"))
    assert "[uzupełnij: pełna nazwa organizacji]" in shown
    initial = staff.get(url("consent_clauses:add")).context["form"].initial

    answer = staff.post(url("consent_clauses:add"), initial | {"in_force_from": ""})

    errors = answer.context["form"].errors
    assert errors.keys() == {"controller", "controller_details", "text", "information"}
    assert "[uzupełnij: adres pocztowy]" in errors["controller_details"][0]
    assert not ConsentClause.objects.exists()
    staff.post(url("consent_clauses:add"), clause_form())
    assert ConsentClause.objects.get().version == 1
    assert clause_in_force() == ConsentClause.objects.get()


def test_editing_a_clause_makes_a_new_version_and_leaves_the_old_one(staff, clause):
    subscribe()
    before = ConsentClause.objects.filter(pk=clause.pk).values().get()
    form = words(staff, url("consent_clauses:edit", clause.pk))
    assert clause.text in form

    answer = staff.post(
        url("consent_clauses:edit", clause.pk), clause_form(text="Nowa treść."), follow=True
    )

    assert "Wcześniejsze wersje" in answer.content.decode()
    assert ConsentClause.objects.filter(pk=clause.pk).values().get() == before
    newer = ConsentClause.objects.exclude(pk=clause.pk).get()
    assert (newer.version, newer.text) == (2, "Nowa treść.")
    assert clause_in_force() == newer
    assert subscriber().consent.clause == clause


def test_form_for_a_new_clause_begins_with_the_one_in_force(staff, clause):
    initial = staff.get(url("consent_clauses:add")).context["form"].initial

    assert initial["text"] == clause.text
    assert initial["controller"] == clause.controller


def test_editing_that_changes_nothing_makes_no_version(staff, clause):
    fields = {name: getattr(clause, name) for name in clause_form() if name != "in_force_from"}

    answer = staff.post(url("consent_clauses:edit", clause.pk), clause_form(**fields))

    assert "Nic się nie zmieniło" in str(answer.context["form"].errors)
    assert ConsentClause.objects.count() == 1


def test_new_controller_has_to_be_meant(staff, clause):
    for number in range(2):
        subscribe(f"a{number}@example.org")
    form = clause_form(controller=f"  {OTHER_CONTROLLER} ")

    answer = staff.post(url("consent_clauses:add"), form)

    assert "zgody 2 subskrybentów" in answer.context["form"].errors["is_loss_known"][0]
    assert CONTROLLER in answer.context["form"].errors["is_loss_known"][0]
    assert clause_in_force() == clause
    staff.post(url("consent_clauses:add"), form | {"is_loss_known": "on"})
    assert clause_in_force().controller == OTHER_CONTROLLER
    assert not audience(controller=OTHER_CONTROLLER, topic_ids=[]).exists()


def test_clause_may_come_later_but_not_earlier(staff, clause):
    tomorrow = timezone.localtime() + timedelta(days=1)
    yesterday = timezone.localtime() - timedelta(days=1)

    def post(moment):
        form = clause_form(text="Nowa treść.", in_force_from=f"{moment:%Y-%m-%d %H:%M}")
        return staff.post(url("consent_clauses:add"), form)

    assert "minęła" in post(yesterday).context["form"].errors["in_force_from"][0]
    assert post(tomorrow).status_code == 302
    assert clause_in_force() == clause
    shown = words(staff, url("consent_clauses:index"))
    assert "zacznie obowiązywać później" in shown
    assert "obowiązuje" in shown


def test_clause_that_somebody_agreed_to_is_not_deleted(staff, clause):
    unused = make_clause(text="Nikt się nie zgodził.")
    subscribe(clause=clause)

    assert "jest dowodem" in words(staff, url("consent_clauses:delete", clause.pk))
    staff.post(url("consent_clauses:delete", clause.pk))
    staff.post(url("consent_clauses:delete", unused.pk))

    assert list(ConsentClause.objects.all()) == [clause]


# --- Blocked addresses ----------------------------------------------------------------------------


def test_address_is_blocked_by_its_hash_alone(staff):
    answer = staff.post(url("blocked_addresses:add"), {"email": " Anna@Example.org"}, follow=True)

    assert "Zachowany jest tylko jego kod" in answer.content.decode()
    assert "Zablokowany przez" in words(staff, url("blocked_addresses:index"))
    row = Suppression.objects.get()
    assert (row.address_hash, row.reason) == (address_hash(ADDRESS), "staff")
    again = staff.post(url("blocked_addresses:add"), {"email": ADDRESS})
    assert "już wcześniej" in again.context["form"].errors["email"][0]
    assert staff.post(url("blocked_addresses:add"), {"email": "anna"}).context["form"].errors


def test_address_can_be_looked_up_without_leaving_it_in_an_address_line(staff):
    block(reason="bounced")
    path = url("blocked_addresses:look_up")
    assert "nie jest zablokowany" not in words(staff, path)

    blocked = staff.post(path, {"email": "ANNA@example.org"}).content.decode()
    other = staff.post(path, {"email": "jan@example.org"}).content.decode()
    wrong = staff.post(path, {"email": "jan"}).content.decode()

    assert "Ten adres jest zablokowany:" in blocked
    assert "nie istnieje" in blocked
    assert "Ten adres nie jest zablokowany." in other
    assert "Ten adres nie jest zablokowany." not in wrong
    assert "pełny adres" in wrong


@pytest.mark.parametrize("reason", Suppression.Reason.values)
def test_block_is_taken_back_only_where_it_is_not_the_word_of_the_person(staff, reason):
    block(reason=reason)
    path = url("blocked_addresses:delete", Suppression.objects.get().pk)
    is_allowed = reason in {"staff", "bounced"}

    shown = words(staff, path)
    assert ("Tak, cofnij blokadę" in shown) is is_allowed
    assert Suppression.objects.exists()
    staff.post(path)

    assert Suppression.objects.exists() is not is_allowed


def test_block_has_no_page_to_edit_it(staff):
    with pytest.raises(NoReverseMatch):
        url("blocked_addresses:edit", 1)
    block()
    assert not re.search(r"blocked_addresses/edit", words(staff, url("blocked_addresses:index")))
