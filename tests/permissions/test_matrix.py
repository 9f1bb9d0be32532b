"""Each person at each address of ours: what is open is open to whom it is for, and no further."""

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.test import Client
from django.utils.translation import gettext_lazy

from cms.accounts.models import TeamSettings
from cms.accounts.roles import ADMINISTRATOR, COORDINATOR, EDITOR, PUBLISHER
from tests.permissions.people import NO_GROUP, STAFF, SUPERUSER, person
from tests.permissions.routes import admin_routes
from tests.permissions.rules import ADDRESSES, EVERYBODY, OFF, rule_of
from tests.permissions.world import World

pytestmark = pytest.mark.django_db
ANONYMOUS = "niezalogowany"
LETTERS = {EDITOR: "Ee", PUBLISHER: "P", COORDINATOR: "C", ADMINISTRATOR: "A", SUPERUSER: "EPCA"}
LOGIN, REFUSED, NO_SUCH_METHOD, OPEN = "login", "refused", "no such method", "open"
DENIED_WORDS = gettext_lazy("Sorry, you do not have permission to access this area.")


def test_every_address_of_ours_is_classified():
    """A new view fails here until `rules.py` says who may use it."""
    unknown = []
    for route in admin_routes():
        try:
            assert route.key in OFF or rule_of(route)
        except KeyError:
            unknown.append(route.key)
    assert unknown == []


def test_no_rule_is_left_of_what_is_gone():
    assert set(ADDRESSES) - {route.key for route in admin_routes()} == set()


@pytest.mark.parametrize("sort", [ANONYMOUS, *STAFF])
def test_each_address_is_open_to_whom_it_is_for(sort):
    assert wrong_addresses(sort, LETTERS.get(sort, "")) == {}


def test_editor_whose_pages_are_approved_by_others_publishes_nowhere():
    TeamSettings(pk=TeamSettings.load().pk, is_approval_required=True).save()
    assert wrong_addresses(EDITOR, "E") == {}


def wrong_addresses(sort: str, letters: str) -> dict[str, str]:
    """Return where the person finds something else than the rules say."""
    world = World()
    client = Client(raise_request_exception=False)
    if sort != ANONYMOUS:
        client.force_login(person(sort))
    wrong = {}
    for route in admin_routes():
        if route.key in OFF:
            continue
        address = world.address_of(route)
        for method, who in zip(("get", "post"), rule_of(route), strict=True):
            found, expected = outcome(client, method, address), expected_of(sort, letters, who)
            if found not in expected:
                wrong[f"{method} {route.name}"] = f"{found}, not {expected}"
    return wrong


def expected_of(sort: str, letters: str, who: str | None) -> set[str]:
    """Return what may come of it. Whether rights or methods are looked at first is all the same."""
    if who == EVERYBODY:
        return {OPEN}
    if sort in {ANONYMOUS, NO_GROUP}:
        return {LOGIN}
    if who is None:
        return {NO_SUCH_METHOD, REFUSED}
    return {OPEN} if set(letters) & set(who) else {REFUSED}


def outcome(client: Client, method: str, address: str) -> str:
    """Return what came of it, and leave no trace."""
    client.cookies.pop("messages", None)  # what was said before
    with transaction.atomic():
        answer = getattr(client, method)(address)
        said = [str(one) for one in get_messages(answer.wsgi_request)]
        transaction.set_rollback(True)
    target = answer.headers.get("Location", "")
    if target.startswith("/admin/login/"):
        return LOGIN
    is_denied = target == "/admin/" and any(str(DENIED_WORDS) in one for one in said)
    if answer.status_code == 403 or is_denied:
        return REFUSED
    if answer.status_code == 405:
        return NO_SUCH_METHOD
    if answer.status_code == 500 and method == "post" and "/choose/" in address:
        return NO_SUCH_METHOD  # Wagtail's create view of a chooser that has no form to create with
    # 400: it looked at what was posted, which is nothing.
    is_open = answer.status_code in {200, 302} or (method == "post" and answer.status_code == 400)
    return OPEN if is_open else f"status {answer.status_code}"
