"""One person of each sort: what a test of permissions goes through."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from cms.accounts.roles import ROLES

NO_GROUP = "bez grupy"
SUPERUSER = "superużytkownik"
STAFF = (NO_GROUP, *ROLES, SUPERUSER)


def person(sort: str, name: str = "") -> Any:
    """Return a new user: of no group, of a role, or a superuser."""
    users = get_user_model().objects
    name = name or sort.replace(" ", "-")
    email = f"{name.replace('ż', 'z')}@example.org"
    if sort == SUPERUSER:
        return users.create_superuser(name, email, "haslo-do-testow")
    user = users.create_user(name, email, "haslo-do-testow")
    if sort in ROLES:
        user.groups.add(Group.objects.get(name=sort))
    return user
