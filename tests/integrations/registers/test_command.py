"""`manage.py refresh_krs`: what it says, what it keeps, and when it fails."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from integrations.registers.models import KrsEntry
from tests.integrations.registers.helpers import entry_of, profile, run_job, waiting
from tests.integrations.registers.register import KRS, status

pytestmark = pytest.mark.django_db
OTHER = "0009999002"


def said_by(*arguments: str) -> str:
    out = StringIO()
    call_command("refresh_krs", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_profiles_that_are_due_are_compared(register):
    profile(nip="", title="Pierwsza")
    profile(OTHER)
    register.enter(KRS)
    register.remove(OTHER)
    text = said_by()
    assert "found 1, removed 1, not found 0, failed 0" in text
    assert "nip: '' → '9990000014'" in text
    assert set(waiting()) == {"nip", "title", "status"}
    assert "found 0, removed 0" in said_by()
    assert "found 1, removed 1" in said_by("--all")


def test_one_profile_is_compared_by_its_number(register):
    page = profile()
    profile(OTHER)
    register.enter(KRS)
    assert "found 1, removed 0" in said_by("--krs", "9999001")
    assert entry_of(page).outcome == "found"
    assert register.numbers == [KRS]


def test_dry_run_keeps_and_proposes_nothing(register):
    profile(nip="")
    register.enter(KRS)
    assert "nip: '' → '9990000014'" in said_by("--dry-run")
    assert waiting() == {}
    assert not KrsEntry.objects.exclude(outcome="").exists()
    run_job()
    assert waiting() == {"nip": "9990000014"}


def test_register_that_does_not_answer_is_a_failure(register):
    profile()
    register.always = status(500)
    with pytest.raises(CommandError, match="1 profile"):
        said_by()


def test_register_that_answers_nothing_is_left_alone_after_three_questions(register):
    for number in range(5):
        profile(f"{9999100 + number:010}")
    register.always = status(500)
    with pytest.raises(CommandError, match="wystąpił błąd"):
        said_by("--all")
    assert len(register.asked) == 3


def test_register_that_fails_at_some_numbers_is_asked_about_the_others(register):
    for number in range(6):
        krs = f"{9999100 + number:010}"
        profile(krs)
        register.enter(krs)
        if number != 2:
            register.faults[krs] = status(500)
    with pytest.raises(CommandError, match="wystąpił błąd"):
        said_by("--all")
    assert len(register.numbers) == 6


def test_register_that_asked_for_rest_is_not_asked(register):
    profile()
    profile(OTHER)
    register.always = status(429, Retry_After="60")
    with pytest.raises(CommandError, match="zbyt wiele"):
        said_by()
    assert len(register.asked) == 1


@pytest.mark.parametrize("krs", ["12345678901", "abc", "0000000777"])
def test_number_of_no_profile_is_an_error(register, krs):
    profile()
    with pytest.raises(CommandError, match="KRS"):
        said_by("--krs", krs)
    assert register.asked == []


def test_without_an_address_it_says_so(settings):
    settings.KRS_API_URL = ""
    with pytest.raises(CommandError, match="KRS_API_URL"):
        said_by()
