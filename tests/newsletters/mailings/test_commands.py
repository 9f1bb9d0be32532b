"""Ordering and reporting from a terminal."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from newsletters.mailings import services
from newsletters.mailings.models import Mailing
from tests.factories import EventFactory, NewsletterFactory
from tests.newsletters.mailings import ledgers

pytestmark = pytest.mark.django_db
NOW = "2026-10-20T12:00:00+02:00"


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def page(smtp, time_machine):
    time_machine.move_to(NOW, tick=False)
    ledgers.subscribers(3)
    return ledgers.edition(title="Biuletyn 1/2026")


# --- send_newsletter -----------------------------------------------------------------------------


def test_command_orders_and_names_mailing_audience_and_start(page, settings):
    settings.MAILING_GRACE_SECONDS = 60
    said = run("send_newsletter", page.pk)

    made = Mailing.objects.get()
    assert said == f"Mailing {made.pk}: recipients now 3, starts 20.10.2026, 12:01.\n"
    assert made.starts_at.isoformat() == "2026-10-20T10:01:00+00:00"
    assert made.created_by is None
    assert made.state == Mailing.State.SCHEDULED


@pytest.mark.parametrize(
    "written", ["2026-11-02T09:00", "2026-11-02T09:00+01:00", "2026-11-02T08:00:00Z"]
)
def test_time_is_local_or_has_an_offset(page, written):
    run("send_newsletter", page.pk, "--at", written)

    assert Mailing.objects.get().starts_at.isoformat() == "2026-11-02T08:00:00+00:00"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("jutro", "To nie jest data z godziną"),
        ("2026-02-30T09:00", "To nie jest data z godziną"),
        ("2026-10-20T11:00", "już minął"),
        ("2028-01-01T09:00", "ponad rok"),
        ("2026-10-25T02:30", "wypada dwa razy"),
        ("2027-03-28T02:30", "nie ma takiej godziny"),
    ],
)
def test_time_that_cannot_be_is_refused_in_words(page, written, reason):
    with pytest.raises(CommandError, match=reason):
        run("send_newsletter", page.pk, "--at", written)

    assert not Mailing.objects.exists()


def test_second_run_orders_nothing_and_names_the_first(page):
    run("send_newsletter", page.pk)
    made = Mailing.objects.get()

    said = run("send_newsletter", page.pk)

    assert f"Mailing {made.pk} was ordered already" in said
    assert "Nothing new was ordered" in said
    assert Mailing.objects.count() == 1


def test_second_run_for_the_same_time_is_the_same_order_and_for_another_is_not(page):
    run("send_newsletter", page.pk, "--at", "2026-11-02T09:00")

    assert "Nothing new" in run("send_newsletter", page.pk, "--at", "2026-11-02T08:00:00Z")
    with pytest.raises(CommandError, match="not at that time"):
        run("send_newsletter", page.pk, "--at", "2026-11-03T09:00")

    assert Mailing.objects.count() == 1


def test_edition_ordered_in_the_admin_is_an_error_for_the_command(page):
    made = ledgers.mailing(page=page)

    with pytest.raises(CommandError, match=f"Mailing {made.pk} .* not by this command"):
        run("send_newsletter", page.pk)


def test_cancelled_edition_is_ordered_anew_again_and_again(page):
    for count in (1, 2, 3):
        run("send_newsletter", page.pk)
        assert Mailing.objects.count() == count
        services.cancel(Mailing.objects.get(state=Mailing.State.SCHEDULED))


def test_every_obstacle_is_said(smtp, settings):
    settings.OUTBOX_TRANSPORT = "django.core.mail.backends.console.EmailBackend"
    ledgers.clause()
    draft = NewsletterFactory(draft=True)

    with pytest.raises(CommandError) as error:
        run("send_newsletter", draft.pk)

    said = str(error.value)
    assert "Najpierw go opublikuj" in said
    assert "EMAIL_URL" in said
    assert "Nie ma do kogo wysłać" in said
    assert not Mailing.objects.exists()


def test_page_that_is_no_edition_is_said():
    with pytest.raises(CommandError, match="no newsletter edition"):
        run("send_newsletter", EventFactory().pk)


# --- mailing_report ------------------------------------------------------------------------------


@pytest.fixture
def made() -> Mailing:
    mailing = ledgers.mailing(ledgers.subscribers(3))
    rows = list(mailing.deliveries.order_by("pk"))
    for row, state in zip(rows, ("accepted", "failed", "uncertain"), strict=True):
        row.state = state
        row.reason = "" if state == "accepted" else "Powód, z „cudzysłowem”"
        row.attempts = 2
        row.save()
    return Mailing.objects.get(pk=mailing.pk)


def test_report_in_json_has_every_recipient_and_counts_that_add_up(made):
    report = json.loads(run("mailing_report", made.pk, "--format", "json"))

    assert report["audience"] == sum(report["counts"].values()) == len(report["deliveries"]) == 3
    assert report["counts"] == {"accepted": 1, "failed": 1, "uncertain": 1}
    assert (report["mailing"], report["state"]) == (made.pk, "sending")
    first, second, _third = report["deliveries"]
    assert (first["address"], first["state"]) == ("osoba-0@example.org", "accepted")
    assert second["reason"] == "Powód, z „cudzysłowem”"
    assert second["attempts"] == 2


def test_report_in_csv_can_be_read_by_a_spreadsheet(made):
    rows = list(csv.DictReader(StringIO(run("mailing_report", made.pk, "--format", "csv"))))

    assert [row["address"] for row in rows] == [
        f"osoba-{number}@example.org" for number in range(3)
    ]
    assert rows[1]["reason"] == "Powód, z „cudzysłowem”"


def test_report_in_text_begins_with_the_counts(made):
    said = run("mailing_report", made.pk)

    assert said.startswith(f"Mailing {made.pk}: Zażółć gęślą jaźń\nState: sending\nRecipients: 3\n")
    assert "  uncertain: 1\n" in said
    assert "osoba-2@example.org\tuncertain\t2\t" in said


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_report_lists_only_the_state_asked_for_and_counts_all(made, form):
    said = run("mailing_report", made.pk, "--state", "failed", "--format", form)

    assert "osoba-1@example.org" in said
    assert "osoba-0@example.org" not in said
    if form == "json":
        assert json.loads(said)["counts"]["accepted"] == 1


def test_report_of_an_empty_state_is_still_json(made):
    report = json.loads(run("mailing_report", made.pk, "--state", "pending", "--format", "json"))

    assert report["deliveries"] == []


def test_report_fails_when_somebody_is_missing(made):
    made.deliveries.first().delete()

    with pytest.raises(CommandError, match=r"add up to 2 recipients.*with 3"):
        run("mailing_report", made.pk, "--format", "json")


def test_report_before_the_start_says_that_nobody_is_frozen_yet():
    made = ledgers.mailing(state=Mailing.State.SCHEDULED, prepared_at=None, started_at=None)
    Mailing.objects.update(audience=None)

    assert "not frozen yet" in run("mailing_report", made.pk)


def test_erased_recipient_is_reported_without_an_address(made):
    made.deliveries.order_by("pk").first().subscriber.delete()

    report = json.loads(run("mailing_report", made.pk, "--format", "json"))

    assert report["deliveries"][0]["address"] == ""
    assert sum(report["counts"].values()) == report["audience"]


def test_report_asks_a_few_questions_however_many_there_are(django_assert_max_num_queries):
    made = ledgers.mailing(ledgers.subscribers(40))

    with django_assert_max_num_queries(6):
        run("mailing_report", made.pk, "--format", "csv")


def test_mailing_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="no mailing with the id 4711"):
        run("mailing_report", 4711)
