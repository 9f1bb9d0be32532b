"""A newsletter is sent once somebody other than its author has approved it, if the team says so."""

from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cms.accounts.roles import ADMINISTRATOR, COORDINATOR, EDITOR, PUBLISHER
from newsletters.mailings import approvals, selectors, services, words
from newsletters.mailings.models import Approval, Mailing
from tests.cms.accounts.test_approval import require_approval
from tests.factories import EventFactory, publish
from tests.newsletters.mailings import ledgers
from tests.permissions.people import person

pytestmark = pytest.mark.django_db
NOT_APPROVED = str(words.NOT_APPROVED)


@pytest.fixture(autouse=True)
def sendable(settings):
    settings.EMAIL_CONFIG = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
    settings.OUTBOX_TRANSPORT = settings.EMAIL_CONFIG["EMAIL_BACKEND"]
    ledgers.subscriber("ona@example.org")


def edition_by(author, **fields):
    """Return an edition that this person saved and published."""
    page = ledgers.edition(**fields)
    page.save_revision(user=author).publish(user=author)
    return type(page).objects.get(pk=page.pk)


def order(page, user):
    return services.order(page=page, user=user, starts_at=None, request_id=uuid4())


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def approve(page, user):
    return approvals.approve(page=page, user=user, seen=approvals.fingerprint_of(page))


def test_without_the_setting_nobody_is_asked():
    author = person(COORDINATOR)
    assert order(edition_by(author), author).pk


def test_edition_is_not_sent_before_somebody_else_approved_it():
    require_approval()
    author, other = person(COORDINATOR), person(PUBLISHER)
    page = edition_by(author)
    assert NOT_APPROVED in selectors.obstacles(page)
    with pytest.raises(services.NotSendableError, match="zatwierdził"):
        order(page, author)
    assert not Mailing.objects.exists()

    approve(page, other)
    assert NOT_APPROVED not in selectors.obstacles(page)
    assert order(page, author).pk


def test_author_is_no_second_person():
    require_approval()
    author = person(ADMINISTRATOR)
    page = edition_by(author)
    with pytest.raises(approvals.NotApprovableError):
        approve(page, author)
    # Not even by an approval that was given before this version was theirs.
    Approval.objects.create(
        page=page, approved_by=author, fingerprint=approvals.fingerprint_of(page)
    )
    assert NOT_APPROVED in selectors.obstacles(page)


def test_edition_that_changed_after_the_approval_is_to_be_approved_again():
    require_approval()
    author, other = person(COORDINATOR), person(PUBLISHER)
    page = edition_by(author)
    approve(page, other)
    page.title = "Inny temat"
    page.save_revision(user=author).publish(user=author)
    page = type(page).objects.get(pk=page.pk)
    assert NOT_APPROVED in selectors.obstacles(page)


def test_event_that_changed_after_the_approval_makes_it_void():
    require_approval()
    author, other = person(COORDINATOR), person(PUBLISHER)
    event = EventFactory(title="Festyn")
    page = edition_by(author, body=[("events", {"heading": "", "events": [event], "limit": 5})])
    approve(page, other)
    assert NOT_APPROVED not in selectors.obstacles(page)
    publish(event, title="Festyn odwołany")
    assert NOT_APPROVED in selectors.obstacles(page)


def test_event_that_changes_between_the_check_and_the_order_stops_it(monkeypatch):
    require_approval()
    author, other = person(COORDINATOR), person(PUBLISHER)
    event = EventFactory(title="Festyn")
    page = edition_by(author, body=[("events", {"heading": "", "events": [event], "limit": 5})])
    approve(page, other)

    def checked_a_moment_ago(page, user):
        publish(event, title="Festyn odwołany")
        return []

    monkeypatch.setattr(selectors, "obstacles", checked_a_moment_ago)
    with pytest.raises(services.NotSendableError, match="zatwierdził"):
        order(page, author)
    assert not Mailing.objects.exists()


def test_mail_that_changed_while_somebody_read_it_is_not_approved():
    require_approval()
    page = edition_by(person(COORDINATOR))
    seen = approvals.fingerprint_of(page)
    page.title = "Inny temat"
    page.save_revision().publish()
    with pytest.raises(approvals.NotApprovableError):
        approvals.approve(page=page, user=person(PUBLISHER), seen=seen)


def test_approval_of_who_left_counts_no_more():
    require_approval()
    page = edition_by(person(COORDINATOR))
    other = person(PUBLISHER)
    approve(page, other)
    other.delete()
    assert NOT_APPROVED in selectors.obstacles(page)


def test_command_asks_for_the_approval_too():
    require_approval()
    page = edition_by(person(COORDINATOR))
    with pytest.raises(CommandError):
        call_command("send_newsletter", str(page.pk))
    assert not Mailing.objects.exists()


def test_edition_waits_on_the_home_of_who_may_approve_it_and_of_nobody_else():
    require_approval()
    author, other = person(COORDINATOR), person(PUBLISHER)
    page = edition_by(author, title="Biuletyn majowy")
    address = f"/admin/newsletter/zatwierdz/{page.pk}/"
    client = client_of(other)
    assert address in client.get("/admin/").content.decode()
    for user in (author, person(EDITOR)):
        assert address not in client_of(user).get("/admin/").content.decode()

    shown = client.get(address)
    data = {"fingerprint": shown.context["fingerprint"]}
    assert client.post(address, data).status_code == 302
    assert address not in client.get("/admin/").content.decode()
    assert approvals.approval_of(page, data["fingerprint"]).approved_by == other
    assert "Biuletyn majowy" in client.get(f"/admin/pages/{page.pk}/history/").content.decode()


def test_approval_is_taken_back_by_who_gave_it():
    require_approval()
    page, other = edition_by(person(COORDINATOR)), person(PUBLISHER)
    approve(page, other)
    client_of(other).post(f"/admin/newsletter/zatwierdz/{page.pk}/", {"withdraw": "1"})
    assert NOT_APPROVED in selectors.obstacles(page)


def test_author_is_told_why_he_cannot_approve():
    require_approval()
    author = person(ADMINISTRATOR)
    page = edition_by(author)
    shown = client_of(author).get(f"/admin/newsletter/zatwierdz/{page.pk}/")
    assert shown.context["fault"] == str(approvals.OWN_VERSION)
    assert 'name="fingerprint"' not in shown.content.decode()
