import pytest
from django.test import Client

from cms.accounts.models import User


@pytest.fixture
def editor(client: Client) -> Client:
    """Return a browser in which somebody of the editorial staff is logged in."""
    client.force_login(User.objects.create_superuser("redakcja"))
    return client
