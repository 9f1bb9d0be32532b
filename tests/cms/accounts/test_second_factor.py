"""Two-factor login: at every door, with the app or a recovery code, set up, renewed, reset."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from wagtail.models import ModelLogEntry, PageViewRestriction

from cms.accounts.models import LoginAttempt, RecoveryCode, SecondFactor, TeamSettings
from cms.accounts.roles import ADMINISTRATOR, EDITOR
from cms.accounts.second_factor import services
from cms.accounts.throttling import CODES_OF_ACCOUNT, PAIR
from tests.cms.accounts.codes import code_at, fresh, with_second_factor
from tests.factories import StandardPageFactory
from tests.permissions.people import SUPERUSER, person

pytestmark = pytest.mark.django_db
PASSWORD = "haslo-do-testow"
CODE, SET_UP, CODES, OFF, OVERVIEW = (
    f"/admin/drugi-skladnik/{name}" for name in ("kod/", "telefon/", "kody/", "wylacz/", "")
)
HOME = "/admin/"


def entered_password(user, door="/admin/login/", address="192.0.2.7"):
    client = Client(REMOTE_ADDR=address)
    client.post(door, {"username": user.get_username(), "password": PASSWORD})
    return client


def logged_in(user, secret, **later):
    client = entered_password(user)
    assert client.post(CODE, {"code": code_at(secret, **later)}).status_code == 302
    return client


def is_in(client):
    return client.get(HOME).status_code == 200


def actions_of(user):
    entries = ModelLogEntry.objects.filter(
        object_id=str(user.pk), action__startswith="accounts.second_factor"
    )
    return list(entries.order_by("pk").values_list("action", flat=True))


def require_for_all():
    settings = TeamSettings.load()
    settings.is_second_factor_required = True
    settings.save()


# --- Logging in -----------------------------------------------------------------------------------


def test_without_a_second_factor_the_password_is_enough():
    assert is_in(entered_password(person(EDITOR)))


@pytest.mark.parametrize("door", ["/admin/login/", "/_util/login/"])
def test_after_the_password_the_code_is_asked_for_and_nothing_is_open_before(door):
    user = person(EDITOR)
    secret, _codes = with_second_factor(user)
    client = entered_password(user, door)
    for address in (
        HOME,
        "/admin/pages/",
        "/admin/media/x.jpg",
        "/admin/account/",
        "/admin/login/",
    ):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(CODE), address
    fetched = client.get("/admin/pages/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert fetched.status_code == 403

    answer = client.post(f"{CODE}?next=/admin/account/", {"code": code_at(secret)})
    assert answer.headers["Location"] == "/admin/account/"
    assert is_in(client)


def test_private_page_stays_closed_until_the_code_is_entered():
    user = person(EDITOR)
    secret, _codes = with_second_factor(user)
    page = StandardPageFactory(title="Tylko dla nas")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    client = entered_password(user, "/_util/login/")
    first = client.get(page.url)
    assert first.status_code == 302
    second = client.get(first.headers["Location"])
    assert second.headers["Location"].startswith(CODE)
    client.post(second.headers["Location"], {"code": code_at(secret), "next": page.url})
    assert "Tylko dla nas" in client.get(page.url).content.decode()


def test_session_gets_a_new_key_with_the_code():
    user = person(EDITOR)
    secret, _codes = with_second_factor(user)
    client = entered_password(user)
    before = client.session.session_key
    client.post(CODE, {"code": code_at(secret)})
    assert client.session.session_key != before


def test_session_that_began_without_a_second_factor_has_to_show_the_new_one():
    user = person(EDITOR)
    elsewhere = entered_password(user)
    assert is_in(elsewhere)
    with_second_factor(user)
    assert not is_in(elsewhere)


def test_password_reset_by_mail_does_not_go_round_the_code():
    user = person(EDITOR)
    with_second_factor(user)
    client = Client()
    uid, token = (
        urlsafe_base64_encode(force_bytes(user.pk)),
        default_token_generator.make_token(user),
    )
    form = client.get(f"/admin/password_reset/confirm/{uid}/{token}/").headers["Location"]
    client.post(
        form, {"new_password1": "calkiem-nowe-haslo", "new_password2": "calkiem-nowe-haslo"}
    )
    assert fresh(user).check_password("calkiem-nowe-haslo")
    assert not is_in(client)
    client.post("/admin/login/", {"username": user.username, "password": "calkiem-nowe-haslo"})
    assert not is_in(client)


def test_there_is_no_other_door():
    """Wagtail's API tokens and Django's own admin would be; neither is installed."""
    assert not apps.is_installed("wagtail.api.v3")
    assert not apps.is_installed("django.contrib.admin")
    assert django_settings.AUTHENTICATION_BACKENDS == ["cms.accounts.backends.ThrottledBackend"]


def test_answers_to_visitors_do_not_depend_on_a_cookie():
    answer = Client().get("/robots.txt")
    assert "Cookie" not in answer.headers.get("Vary", "")


# --- Codes ----------------------------------------------------------------------------------------


def test_code_is_good_once():
    user = person(EDITOR)
    secret, _codes = with_second_factor(user)
    code = code_at(secret)
    assert entered_password(user).post(CODE, {"code": code}).status_code == 302
    again = entered_password(user).post(CODE, {"code": code})
    assert again.status_code == 200
    assert "Ten kod jest niedobry" in again.content.decode()


def test_code_before_and_after_are_good_and_older_ones_are_not():
    user = person(EDITOR)
    set_up = services.begin(user)
    with time_machine.travel(timezone.now() - timedelta(minutes=10), tick=False):
        services.confirm(user=user, set_up=set_up, code=code_at(set_up.secret))
    factor = services.factor_of(user)
    assert not factor.verify_token(code_at(set_up.secret, later_seconds=-90))
    assert not factor.verify_token(code_at(set_up.secret, later_seconds=90))
    assert factor.verify_token(code_at(set_up.secret, later_seconds=-30))


@pytest.mark.django_db(transaction=True)
def test_code_sent_twice_at_the_same_moment_lets_in_once():
    user = person(EDITOR)
    secret, codes = with_second_factor(user)

    def use(code):
        try:
            return services.factor_of(user).verify_token(code) or services._use(user, code)
        finally:
            connection.close()

    for code in (code_at(secret), services.tidy(codes[0])):
        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(use, [code] * 12)) == 1


def test_wrong_codes_are_limited_and_the_wait_is_told():
    user = person(EDITOR)
    secret, _codes = with_second_factor(user)
    client = entered_password(user)
    for _time in range(PAIR.failures):
        assert client.post(CODE, {"code": "000000"}).status_code == 200
    answer = client.post(CODE, {"code": code_at(secret)})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "Spróbuj ponownie za 15 minut" in answer.content.decode()
    assert not is_in(client)


def test_guessing_codes_from_many_networks_ends_for_the_day():
    user = person(EDITOR)
    secret, _codes = with_second_factor(user)
    for number in range(CODES_OF_ACCOUNT.failures):
        client = entered_password(user, address=f"10.0.{number}.1")
        client.post(CODE, {"code": "000000"})
    late = entered_password(user, address="10.1.1.1").post(CODE, {"code": code_at(secret)})
    assert late.status_code == 429
    assert LoginAttempt.objects.filter(has_succeeded=False).count() == CODES_OF_ACCOUNT.failures


def test_recovery_code_lets_in_once_however_it_is_typed():
    user = person(EDITOR)
    _secret, codes = with_second_factor(user)
    typed = codes[0].upper().replace("-", " ")
    client = entered_password(user)
    assert client.post(CODE, {"code": typed}).status_code == 302
    assert is_in(client)
    assert entered_password(user).post(CODE, {"code": typed}).status_code == 200
    assert services.codes_left(user) == len(codes) - 1
    assert actions_of(user)[-1] == "accounts.second_factor.recovery"


def test_nothing_at_rest_can_be_used():
    user = person(EDITOR)
    secret, codes = with_second_factor(user)
    kept = " ".join(
        str(value)
        for row in (*SecondFactor.objects.values_list(), *RecoveryCode.objects.values_list())
        for value in row
    )
    assert secret not in kept
    for code in codes:
        assert services.tidy(code) not in kept


def test_secret_is_encrypted_anew_with_the_destinations(settings):
    user = person(EDITOR)
    settings.SECRETS_KEYS = ["old"]
    secret, codes = with_second_factor(user)
    settings.SECRETS_KEYS = ["new", "old"]
    call_command("rotate_secrets", verbosity=0)
    settings.SECRETS_KEYS = ["new"]
    assert services.factor_of(user).verify_token(code_at(secret))
    # Recovery codes need no key, so that they help when a key was lost.
    settings.SECRETS_KEYS = ["lost"]
    assert entered_password(user).post(CODE, {"code": codes[0]}).status_code == 302


# --- Setting up -----------------------------------------------------------------------------------


def set_up_by(client, **fields):
    page = client.get(SET_UP)
    sealed, secret = page.context["set_up"].sealed, page.context["set_up"].secret
    return secret, client.post(SET_UP, {"sealed": sealed, "code": code_at(secret), **fields})


def test_set_up_shows_picture_and_key_and_then_the_recovery_codes_once():
    user = person(EDITOR)
    client = entered_password(user)
    page = client.get(SET_UP)
    shown = page.content.decode()
    assert "<svg" in shown
    assert page.context["set_up"].grouped in shown
    assert "no-store" in page.headers["Cache-Control"]
    assert not SecondFactor.objects.exists()

    _secret, answer = set_up_by(client)
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", answer.content.decode())
    assert len(codes) == services.CODES_AT_ONCE
    assert "no-store" in answer.headers["Cache-Control"]
    assert is_in(client)
    assert codes[0] not in client.get(OVERVIEW).content.decode()
    assert actions_of(user) == ["accounts.second_factor.on"]


def test_wrong_first_code_shows_the_same_secret_again():
    client = entered_password(person(EDITOR))
    secret, answer = set_up_by(client, code="000000")
    assert answer.context["set_up"].secret == secret
    assert not SecondFactor.objects.exists()


def test_set_up_of_another_person_or_of_long_ago_is_over():
    ola, ala = person(EDITOR, "ola"), person(EDITOR, "ala")
    of_ola = services.begin(ola)
    client = entered_password(ala)
    client.post(SET_UP, {"sealed": of_ola.sealed, "code": code_at(of_ola.secret)})
    assert not SecondFactor.objects.exists()
    with (
        time_machine.travel(timezone.now() + timedelta(hours=2)),
        pytest.raises(services.SetUpOverError),
    ):
        services.resume(ola, of_ola.sealed)


def test_set_up_begun_before_there_was_a_second_factor_does_not_replace_it():
    user = person(EDITOR)
    earlier = services.begin(user)
    secret, _codes = with_second_factor(user)
    client = logged_in(user, secret)
    client.post(SET_UP, {"sealed": earlier.sealed, "code": code_at(earlier.secret)})
    assert "accounts.second_factor.renew" not in actions_of(user)


@pytest.mark.parametrize(
    ("address", "action"),
    [
        (SET_UP, "accounts.second_factor.renew"),
        (CODES, "accounts.second_factor.codes"),
        (OFF, "accounts.second_factor.off"),
    ],
)
@pytest.mark.parametrize("proof", ["password", "code", "recovery"])
def test_change_needs_the_password_or_a_code(address, action, proof):
    user = person(EDITOR)
    secret, codes = with_second_factor(user)
    client = logged_in(user, secret)
    for wrong in ({}, {"secret": "zle"}, {"secret": "000000"}):
        answer = client.post(address, wrong)
        assert answer.status_code == 200
        assert "set_up" not in answer.context
    assert actions_of(user) == ["accounts.second_factor.on"]
    good = {
        "password": PASSWORD,
        "code": code_at(secret, later_seconds=30),
        "recovery": codes[1],
    }[proof]
    answer = client.post(address, {"secret": good})
    if address == SET_UP:
        shown = answer.context["set_up"]
        client.post(SET_UP, {"sealed": shown.sealed, "code": code_at(shown.secret)})
    assert actions_of(user)[-1] == action


def test_new_recovery_codes_end_the_old_ones():
    user = person(EDITOR)
    _secret, old = with_second_factor(user)
    services.renew_codes(user=user)
    assert entered_password(user).post(CODE, {"code": old[0]}).status_code == 200


def test_switched_off_the_password_is_enough_again():
    user = person(EDITOR)
    with_second_factor(user)
    services.switch_off(user=user)
    assert is_in(entered_password(user))
    assert not RecoveryCode.objects.exists()


# --- A team that requires it ----------------------------------------------------------------------


def test_required_second_factor_leads_to_set_up_before_anything_else():
    require_for_all()
    client = entered_password(person(EDITOR))
    for address in (HOME, "/admin/pages/", OVERVIEW, "/admin/account/"):
        assert client.get(address).headers["Location"].startswith(SET_UP)
    assert client.post("/admin/dismissibles/").headers["Location"].startswith(SET_UP)
    _secret, answer = set_up_by(client)
    assert answer.status_code == 200
    assert is_in(client)


def test_required_second_factor_leaves_who_has_no_part_in_the_admin_at_the_door():
    require_for_all()
    client = entered_password(person("bez grupy"))
    assert client.get(HOME).headers["Location"].startswith("/admin/login/")
    assert client.get("/admin/login/").status_code == 200


# --- Lost phone -----------------------------------------------------------------------------------


def reset_address(user):
    return f"/admin/users/{user.pk}/drugi-skladnik/"


def test_administrator_resets_it_and_the_person_is_told():
    user, admin = person(EDITOR), person(ADMINISTRATOR)
    with_second_factor(user)
    client = entered_password(admin)
    assert reset_address(user) in client.get("/admin/users/").content.decode()
    assert client.get(reset_address(user)).status_code == 200
    assert services.factor_of(user)
    client.post(reset_address(user))
    assert is_in(entered_password(user))
    entry = ModelLogEntry.objects.get(action="accounts.second_factor.reset")
    assert (entry.user, entry.object_id) == (admin, str(user.pk))
    [told] = mail.outbox
    assert told.to == [user.email]


@pytest.mark.parametrize("sort", [EDITOR, ADMINISTRATOR])
def test_superuser_is_reset_by_superusers_only(sort):
    boss = person(SUPERUSER)
    with_second_factor(boss)
    entered_password(person(sort)).post(reset_address(boss))
    assert services.factor_of(boss)
    entered_password(person(SUPERUSER, "drugi")).post(reset_address(boss))
    assert not services.factor_of(boss)


def test_nobody_resets_his_own():
    admin = person(ADMINISTRATOR)
    secret, _codes = with_second_factor(admin)
    logged_in(admin, secret).post(reset_address(admin))
    assert services.factor_of(admin)


def test_only_administrator_gets_in_again_by_command():
    boss = person(SUPERUSER, "szef")
    with_second_factor(boss)
    call_command("reset_second_factor", "szef", verbosity=0)
    assert is_in(entered_password(boss))
    assert actions_of(boss)[-1] == "accounts.second_factor.reset"
    for name in ("szef", "nikt"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", name)
