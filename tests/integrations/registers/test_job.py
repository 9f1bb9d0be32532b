"""The nightly job: bulletins, profiles that are due, trouble. Staff alone change profiles."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from cms.jobs import registry
from cms.jobs.deadline import Deadline
from cms.models import FieldSource, OrganizationPage
from cms.profiles import proposals
from cms.profiles.checks import reasons_of, to_check
from integrations.registers import job, limiter, planning, refreshing
from integrations.registers.models import Bulletin, KrsEntry, KrsState
from tests.cms.home.staff import person
from tests.factories import publish
from tests.integrations.registers.helpers import (
    entry_of,
    let_time_pass,
    look_everything_up_later,
    profile,
    run_job,
    waiting,
)
from tests.integrations.registers.register import KRS, body, lose, status

pytestmark = pytest.mark.django_db
OTHER = "0009999002"
THIRD = "0009999003"
# 03:00 in Warsaw.
NIGHT = datetime(2026, 9, 23, 1, 0, tzinfo=UTC)
YESTERDAY = "2026-09-22"
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def night():
    with time_machine.travel(NIGHT, tick=True):
        yield


def reread(page: OrganizationPage) -> OrganizationPage:
    return OrganizationPage.objects.get(pk=page.pk)


def test_new_profile_is_looked_up_and_differences_are_proposed(register):
    page = profile(nip="", title="Stara nazwa")
    register.enter(KRS)
    assert job.is_due()
    assert not run_job()

    assert waiting() == {
        "title": "Stowarzyszenie Sąsiedzkie „Zielony Zegar” w Leszczynach",
        "nip": "9990000014",
    }
    assert (reread(page).title, reread(page).nip) == ("Stara nazwa", "")
    entry = entry_of(page)
    assert (entry.outcome, entry.register, entry.as_of) == ("found", "S", date(2025, 11, 20))
    assert not job.is_due()


def test_profile_that_agrees_gets_no_proposal(register):
    profile()
    register.enter(KRS)
    run_job()
    assert waiting() == {}


def test_job_that_runs_again_proposes_nothing_twice_and_nothing_rejected(register):
    page = profile(nip="")
    register.enter(KRS)
    run_job()
    [row] = page.proposals.all()
    proposals.reject(proposal_id=row.pk, user=person("wydawca"))
    KrsEntry.objects.update(due_at=timezone.now())
    run_job()
    assert waiting() == {}
    assert page.proposals.count() == 1


def test_locked_field_gets_no_proposal(register):
    page = profile(nip="9990000020")
    proposals.set_lock(profile=page, field="nip", locked=True, user=person("wydawca"))
    register.enter(KRS)
    run_job()
    assert waiting() == {}


def test_accepted_proposal_is_the_registers_word(register):
    page = profile(regon="")
    register.enter(KRS)
    run_job()
    [row] = page.proposals.all()
    proposals.accept(proposal_id=row.pk, user=person("wydawca"))
    assert reread(page).regon == "990000016"
    assert FieldSource.objects.get(profile=page, field="regon").source == "krs"


def test_proposal_is_outdated_once_the_register_agrees_again(register):
    page = profile(website="https://inna.example.org/")
    register.enter(KRS)
    run_job()
    assert waiting() == {"website": "https://www.zegar.example.org"}
    register.enter(KRS, adresStronyInternetowej="INNA.EXAMPLE.ORG")
    KrsEntry.objects.update(due_at=timezone.now())
    run_job()
    assert waiting() == {}
    assert page.proposals.get().state == "outdated"


def test_bulletin_has_those_of_our_profiles_looked_up_that_changed(register, night):
    changed, same = profile(), profile(OTHER)
    for krs in (KRS, OTHER):
        register.enter(krs)
    run_job()
    look_everything_up_later()
    register.asked.clear()
    Bulletin.objects.update(state="waiting", due_at=timezone.now())
    register.bulletins[YESTERDAY] = ["0000000123", KRS]
    assert job.is_due()
    run_job()

    assert register.numbers == [KRS]
    bulletin = Bulletin.objects.get()
    assert (str(bulletin.day), bulletin.state) == (YESTERDAY, "read")
    assert (bulletin.changed, bulletin.ours) == (2, 1)
    assert entry_of(changed).answered_at > entry_of(same).answered_at


def test_bulletin_of_a_day_is_read_in_the_night_after_it(register):
    register.enter(KRS)
    with time_machine.travel(datetime(2026, 9, 22, 22, 30, tzinfo=UTC)):
        profile()
        run_job()
        assert [str(one.day) for one in Bulletin.objects.all()] == ["2026-09-21"]
    with time_machine.travel(NIGHT):
        assert job.is_due()
        run_job()
        days = [str(one.day) for one in Bulletin.objects.all()]
        assert days == ["2026-09-21", YESTERDAY]


def test_days_missed_are_caught_up(register, night):
    profile()
    register.enter(KRS)
    Bulletin.objects.create(day=date(2026, 9, 17), state="read")
    run_job()
    days = [path[-10:] for path in register.asked if "Biuletyn" in path]
    assert days == [f"2026-09-{day}" for day in (18, 19, 20, 21, 22)]
    assert not Bulletin.objects.exclude(state="read").exists()


def test_break_of_months_costs_one_look_at_every_profile(register, night):
    page = profile()
    register.enter(KRS)
    run_job()
    look_everything_up_later()
    Bulletin.objects.all().delete()
    Bulletin.objects.create(day=date(2026, 1, 1), state="read")
    register.asked.clear()
    run_job()
    assert register.numbers == [KRS]
    assert Bulletin.objects.count() == 2
    assert entry_of(page).outcome == "found"


def test_each_profile_is_looked_up_once_a_month(register):
    profile()
    register.enter(KRS)
    run_job()
    register.asked.clear()
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        run_job()
        assert register.numbers == []
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        run_job()
        assert register.numbers == [KRS]


def test_removal_is_a_task_for_staff_and_changes_nothing(register):
    page = profile()
    register.remove(KRS)
    run_job()
    assert waiting() == {"status": "removed"}
    assert reread(page).live
    assert reread(page).status == "active"
    [row] = to_check(OrganizationPage.objects.all(), ["removed"])
    assert "rejestr podaje, że organizacja została wykreślona" in " ".join(reasons_of(row))


def test_number_that_no_register_has_is_a_task_for_staff(register):
    page = profile()
    run_job()
    assert waiting() == {}
    [row] = to_check(OrganizationPage.objects.all(), ["krs_not_found"])
    assert row.pk == page.pk
    publish(page, krs=OTHER)
    assert list(to_check(OrganizationPage.objects.all(), ["krs_not_found"])) == []


def test_profile_that_gets_another_number_is_looked_up_by_it(register):
    page = profile()
    register.enter(KRS)
    run_job()
    publish(page, krs=OTHER)
    register.remove(OTHER)
    assert job.is_due()
    run_job()
    entry = entry_of(page)
    assert (entry.krs, entry.outcome) == (OTHER, "removed")


@pytest.mark.parametrize(
    "fields",
    [{"legal_form": "branch"}, {"krs": "", "nip": "", "regon": "", "legal_form": "informal_group"}],
)
def test_profile_without_a_number_of_its_own_is_not_looked_up(register, fields):
    profile(**fields)
    assert not job.is_due()
    run_job()
    assert register.asked == []


@pytest.mark.parametrize("krs", ["../Biuletyn", "12", "0000000000000000001"])
def test_number_that_came_past_the_forms_is_not_asked_about(register, krs):
    page = profile()
    OrganizationPage.objects.filter(pk=page.pk).update(krs=krs)
    assert not job.is_due()
    run_job()
    assert register.asked == []


def test_draft_is_not_looked_up(register):
    profile().unpublish()
    assert not job.is_due()


def test_invented_profiles_are_not_asked_about_elsewhere(register, settings):
    profile(is_sample=True)
    assert job.is_due()
    settings.KRS_API_URL = "https://krs.example.org/api/krs"
    assert not job.is_due()


def test_without_an_address_no_register_is_asked(register, settings):
    profile()
    settings.KRS_API_URL = ""
    assert not job.is_due()
    assert not run_job()
    assert register.asked == []


def test_register_that_is_down_is_left_alone_and_asked_again_later(register):
    profile()
    profile(OTHER)
    register.enter(KRS)
    register.enter(OTHER)
    register.always = status(503)
    assert not run_job()
    assert len(register.asked) == 1
    assert not job.is_due()

    register.always = None
    let_time_pass()
    assert job.is_due()
    run_job()
    assert set(KrsEntry.objects.values_list("outcome", flat=True)) == {"found"}
    assert not Bulletin.objects.exclude(state="read").exists()


def test_retry_after_is_kept_to_by_the_job(register):
    profile()
    register.enter(KRS)
    register.always = status(429, Retry_After="3600")
    run_job()
    register.always = None
    KrsState.objects.update(rest_until=None)
    assert not job.is_due()
    assert not run_job()
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert not job.is_due()
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert job.is_due()


def test_number_whose_answer_is_garbage_holds_up_no_other(register):
    bad, good = profile(), profile(OTHER)
    register.faults[KRS] = body("<html>")
    register.enter(OTHER)
    run_job()
    assert entry_of(good).outcome == "found"
    entry = entry_of(bad)
    assert (entry.outcome, entry.attempts) == ("", 1)
    assert "zrozumieć" in entry.last_error
    assert entry.due_at > timezone.now()


def test_number_that_stays_unreadable_becomes_a_task_and_heals(register):
    page = profile()
    register.faults[KRS] = body("<html>")
    for _ in range(5):
        let_time_pass()
        run_job()
    [row] = to_check(OrganizationPage.objects.all(), ["krs_unreadable"])
    assert row.pk == page.pk
    del register.faults[KRS]
    register.enter(KRS)
    let_time_pass()
    run_job()
    assert list(to_check(OrganizationPage.objects.all(), ["krs_unreadable"])) == []


@pytest.mark.parametrize("fault", [status(500), lose])
def test_number_at_which_the_register_fails_is_asked_about_less_and_becomes_a_task(register, fault):
    bad, good = profile(), profile(OTHER)
    register.enter(OTHER)
    register.faults[KRS] = fault
    delays = []
    for _ in range(5):
        let_time_pass()
        KrsEntry.objects.filter(pk=good.pk).update(due_at=EARLIER)
        run_job()  # the good one, and the bad one, at which the run ends
        delays.append(entry_of(bad).due_at - timezone.now())
    assert delays == sorted(delays)
    assert delays[-1] > 8 * delays[0]
    [row] = to_check(OrganizationPage.objects.all(), ["krs_unreadable"])
    assert row.pk == bad.pk


def test_register_that_is_down_for_long_is_counted_against_no_number(register):
    page = profile()
    planning.plan()
    register.always = status(503)
    for _ in range(7):
        let_time_pass()
        Bulletin.objects.update(state="read")
        run_job()
    assert register.numbers == [KRS] * 7
    assert entry_of(page).attempts <= 1
    assert list(to_check(OrganizationPage.objects.all(), ["krs_unreadable"])) == []


def test_number_that_was_not_asked_about_has_no_attempt(register):
    page = profile()
    planning.plan()
    KrsState.load()
    KrsState.objects.update(blocked_until=timezone.now() + timedelta(minutes=1))
    with pytest.raises(limiter.BusyError):
        refreshing.refresh(page)
    assert entry_of(page).attempts == 0


def test_number_whose_answer_breaks_the_process_each_time_becomes_a_task(register, monkeypatch):
    page = profile()
    register.enter(KRS)

    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(refreshing, "record", broken)
    for _ in range(5):
        let_time_pass()
        Bulletin.objects.update(state="read")
        with pytest.raises(RuntimeError):
            run_job()
    [row] = to_check(OrganizationPage.objects.all(), ["krs_unreadable"])
    assert row.pk == page.pk


def test_bulletin_that_is_garbage_holds_up_no_profile_and_is_read_again(register, night):
    page = profile()
    register.enter(KRS)
    register.faults[YESTERDAY] = body("<html>")
    run_job()
    assert entry_of(page).outcome == "found"
    bulletin = Bulletin.objects.get()
    assert (bulletin.state, bulletin.attempts) == ("waiting", 1)
    assert bulletin.due_at > timezone.now()

    del register.faults[YESTERDAY]
    let_time_pass()
    run_job()
    assert Bulletin.objects.get().state == "read"


def test_bulletin_unread_for_a_week_is_replaced_by_a_look_at_every_profile(register, night):
    page = profile()
    register.enter(KRS)
    run_job()
    look_everything_up_later()
    Bulletin.objects.create(day=date(2026, 9, 14))
    register.faults["2026-09-14"] = body("<html>")
    register.asked.clear()
    run_job()
    assert Bulletin.objects.get(day=date(2026, 9, 14)).state == "missed"
    assert register.numbers == [KRS]
    assert entry_of(page).attempts == 0


def test_one_that_breaks_the_work_holds_up_no_other(register, monkeypatch):
    first, second = profile(), profile(OTHER)
    register.enter(KRS)
    register.enter(OTHER)
    record = refreshing.record

    def broken(profile_id, *args):
        if profile_id == first.pk:
            raise RuntimeError
        return record(profile_id, *args)

    monkeypatch.setattr(refreshing, "record", broken)
    with pytest.raises(RuntimeError):
        run_job()
    run_job()
    assert entry_of(second).outcome == "found"
    assert not job.is_due()


def test_one_run_at_a_time(register):
    profile()
    register.enter(KRS)
    KrsState.load()
    KrsState.objects.update(run_until=timezone.now() + timedelta(seconds=30))
    assert not job.is_due()
    assert not run_job()
    assert register.asked == []

    KrsState.objects.update(run_until=timezone.now() - timedelta(seconds=1))
    run_job()
    assert register.numbers == [KRS]
    assert KrsState.load().run_until is None


def test_lease_is_held_by_one_until_it_ends():
    with job._lease() as mine:
        with job._lease() as other:
            assert mine
            assert other is None
        assert job._holds(mine)
        KrsState.objects.update(run_until=timezone.now() - timedelta(seconds=1))
        with job._lease() as other:
            assert other
            assert not job._holds(mine)
        # What was taken over is not given back by who had it before.
    with job._lease() as again:
        assert again


def test_run_whose_lease_was_taken_over_records_nothing(register):
    page = profile(nip="")
    register.enter(KRS)
    planning.plan()
    Bulletin.objects.update(state="read")
    with job._lease() as token:
        KrsState.objects.update(run_token="11111111-1111-1111-1111-111111111111")
        with refreshing.client() as asking:
            job._step(token, asking)
    assert register.numbers == [KRS]
    assert (entry_of(page).outcome, waiting()) == ("", {})


def test_slice_ends_at_its_deadline_and_says_that_more_is_due(register):
    for krs in (KRS, OTHER, THIRD):
        profile(krs)
        register.enter(krs)
    assert job.run(Deadline(job.NAME, seconds=0))
    assert register.asked == []
    assert not run_job()
    assert set(register.numbers) == {KRS, OTHER, THIRD}


def test_job_is_registered():
    assert registry.get(job.NAME) is job.JOB
