"""A person sees which mailings were meant for them, and nobody else's."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletters.subscribers.tokens import data_token
from tests.newsletters.mailings import ledgers

pytestmark = pytest.mark.django_db


def test_person_sees_the_mailings_meant_for_them_only(client: Client) -> None:
    anna, jan = ledgers.subscriber("anna@example.org"), ledgers.subscriber("jan@example.org")
    ledgers.mailing([anna], subject="Biuletyn jesienny")
    ledgers.mailing([jan], subject="Biuletyn zimowy", page=ledgers.edition(title="Zimowy"))
    token = data_token(anna.pk)

    page = client.get(reverse("newsletter_data", args=[token])).content.decode()
    file = client.get(reverse("newsletter_data_download", args=[token])).json()

    assert "Biuletyn jesienny" in page
    assert "Biuletyn zimowy" not in page
    assert [row["temat"] for row in file["mailings"]] == ["Biuletyn jesienny"]
