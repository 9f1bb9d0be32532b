"""Mail scanners open every link of a mail before the reader does: nothing may come of it."""

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from cms.jobs.tasks import run_slice
from newsletters.mailings import services
from newsletters.mailings.models import Delivery
from newsletters.subscribers.models import Consent, SignUp, Subscriber, Suppression
from tests.newsletters.mailings import ledgers
from tests.newsletters.smtp_server import SmtpServer

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://testserver[^\s\"'<>)]*")


def everything() -> list[list[dict[str, Any]]]:
    models = (Subscriber, Consent, SignUp, Suppression, Delivery)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_every_link_of_a_mail_opened_by_get_and_head_changes_nothing(
    smtp: SmtpServer, client: Client
) -> None:
    ledgers.subscribers(2)
    services.order(page=ledgers.edition(), user=None, starts_at=None, request_id=uuid4())
    ledgers.let_time_pass(seconds=61)
    run_slice(services.JOB_NAME)
    links = {link for mail in smtp.mails for link in LINK.findall(mail.content.decode())}
    before = everything()

    answers = {}
    for link in sorted(links):
        path = urlsplit(link).path
        client.head(path)
        answers[path] = client.get(path).status_code

    assert everything() == before
    # Unsubscribe and preferences of two people, and the page in the archive.
    assert len([path for path in answers if "/wypisz/" in path]) == 2
    assert len([path for path in answers if "/ustawienia/" in path]) == 2
    assert set(answers.values()) == {200}


def test_one_click_leave_from_a_received_mail_spares_that_person_next_time(
    smtp: SmtpServer,
) -> None:
    ledgers.subscribers(2)
    services.order(page=ledgers.edition(), user=None, starts_at=None, request_id=uuid4())
    ledgers.let_time_pass(seconds=61)
    run_slice(services.JOB_NAME)
    [mail] = [mail for mail in smtp.mails if mail.recipient == "osoba-0@example.org"]
    address = urlsplit(mail.message["List-Unsubscribe"].strip("<>")).path

    # As a mail program does: a form without cookies, no token of ours (RFC 8058 §3.1).
    answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200

    second = ledgers.edition(title="Biuletyn 2/2026")
    services.order(page=second, user=None, starts_at=None, request_id=uuid4())
    ledgers.let_time_pass(seconds=61)
    run_slice(services.JOB_NAME)
    later = [mail for mail in smtp.mails if mail.message["Subject"] == "Biuletyn 2/2026"]
    assert [mail.recipient for mail in later] == ["osoba-1@example.org"]
