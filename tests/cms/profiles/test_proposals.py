"""Who filled in each field, what others propose for it, and that a lock holds."""

from contextlib import closing
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from cms.models import FieldProposal, FieldSource, OrganizationPage
from cms.profiles import proposals
from cms.profiles.checks import to_check
from cms.profiles.sources import TRACKED
from cms.verbs.errors import VerbRefusedError
from cms.verbs.undoing import undo
from tests.cms.api.test_leaks import SECRET, every_answer
from tests.cms.documents.world import plant_site
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import OrganizationFactory, document_of, in_days, publish

pytestmark = pytest.mark.django_db
NEW_PHONE = "32 111 22 33"


@pytest.fixture
def profile() -> OrganizationPage:
    return OrganizationPage.objects.get(pk=OrganizationFactory(verified_at=in_days(0)).pk)


@pytest.fixture
def staff() -> Any:
    return person("wydawca")


def source_of(profile: OrganizationPage, field: str = "phone") -> str:
    return FieldSource.objects.get(profile=profile, field=field).source


def waiting() -> list[tuple[str, Any]]:
    rows = FieldProposal.objects.filter(state="waiting")
    return [(row.field, row.value) for row in rows]


def reread(profile: OrganizationPage) -> OrganizationPage:
    return OrganizationPage.objects.get(pk=profile.pk)


def test_proposal_changes_nothing_until_it_is_accepted(profile, staff):
    proposal = proposals.propose(profile, "phone", NEW_PHONE, "krs")
    assert reread(profile).phone == profile.phone
    assert source_of(profile) == "staff"

    proposals.accept(proposal_id=proposal.pk, user=staff)
    assert reread(profile).phone == NEW_PHONE
    assert NEW_PHONE.encode() in bytes(document_of(profile).payload)
    row = FieldSource.objects.get(profile=profile, field="phone")
    assert (row.source, row.filled_by) == ("krs", staff)
    assert waiting() == []


def test_value_changed_by_hand_counts_as_the_staffs_and_others_stay(profile, staff):
    for field, value in (("phone", NEW_PHONE), ("short_name", "Krótko")):
        proposal = proposals.propose(profile, field, value, "krs")
        proposals.accept(proposal_id=proposal.pk, user=staff)
    other = person("redaktorka")
    page = reread(profile)
    page.phone = "32 999 99 99"
    page.save_revision(user=other).publish()
    row = FieldSource.objects.get(profile=profile, field="phone")
    assert (row.source, row.filled_by) == ("staff", other)
    assert source_of(profile, "short_name") == "krs"


def test_draft_does_not_change_who_filled_in_what_is_live(profile, staff):
    proposal = proposals.propose(profile, "phone", NEW_PHONE, "krs")
    proposals.accept(proposal_id=proposal.pk, user=staff)
    page = reread(profile)
    page.phone = "32 999 99 99"
    page.save_revision(user=staff)
    assert source_of(profile) == "krs"


def test_undone_proposal_leaves_the_field_to_staff(profile, staff):
    before = profile.phone
    proposal = proposals.propose(profile, "phone", NEW_PHONE, "krs")
    applied = proposals.accept(proposal_id=proposal.pk, user=staff)
    undo(log_id=applied.log_id, user=staff)
    assert reread(profile).phone == before
    assert source_of(profile) == "staff"


@pytest.mark.parametrize("field", TRACKED)
def test_locked_field_is_never_overwritten(profile, staff, field):
    values = {"status": "removed", "opp_status": True, "opp_list_year": 2026, "nip": "9990000014"}
    values |= {"krs": "9999998", "regon": "990000016", "legal_form": "foundation"}
    values |= {"website": "https://nowa.example.org/", "email": "nowy@example.org"}
    values |= {"statute_url": "https://a.example.org/", "report_url": "https://b.example.org/"}
    values |= {"bank_account": "61109010140000071219812874", "registration_year": 1999}
    value = values.get(field, "Nowe")
    before = getattr(profile, field)
    early = proposals.propose(profile, field, value, "krs")
    assert early is not None

    proposals.set_lock(profile=profile, field=field, locked=True, user=staff)
    assert proposals.propose(profile, field, value, "krs") is None
    with pytest.raises(VerbRefusedError):
        proposals.accept(proposal_id=early.pk, user=staff)
    # Even one that slipped past the lock.
    FieldProposal.objects.filter(pk=early.pk).update(state="waiting")
    with pytest.raises(VerbRefusedError):
        proposals.accept(proposal_id=early.pk, user=staff)
    assert getattr(reread(profile), field) == before
    assert FieldProposal.objects.get(pk=early.pk).state == "waiting"

    proposals.set_lock(profile=profile, field=field, locked=False, user=staff)
    proposals.propose(profile, field, value, "krs")
    assert len(waiting()) == 1


def test_lock_outlives_changes_by_hand(profile, staff):
    proposals.set_lock(profile=profile, field="phone", locked=True, user=staff)
    publish(profile, phone="32 999 99 99")
    assert FieldSource.objects.get(profile=profile, field="phone").is_locked
    assert proposals.propose(profile, "phone", NEW_PHONE, "krs") is None


def test_same_extract_twice_proposes_once_and_a_newer_one_replaces_it(profile):
    first = proposals.propose(profile, "phone", NEW_PHONE, "krs")
    assert proposals.propose(profile, "phone", NEW_PHONE, "krs") == first
    proposals.propose(profile, "phone", "32 222 22 22", "krs")
    proposals.propose(profile, "phone", NEW_PHONE, "ngo")
    assert sorted(waiting()) == [("phone", NEW_PHONE), ("phone", "32 222 22 22")]
    assert FieldProposal.objects.get(pk=first.pk).state == "outdated"


def test_what_the_profile_says_already_is_not_proposed_and_ends_what_waited(profile):
    proposals.propose(profile, "phone", NEW_PHONE, "krs")
    assert proposals.propose(profile, "phone", profile.phone, "krs") is None
    assert proposals.propose(profile, "krs", profile.krs.lstrip("0"), "krs") is None
    assert waiting() == []


def test_rejected_value_does_not_come_again_but_another_does(profile, staff):
    proposal = proposals.propose(profile, "phone", NEW_PHONE, "krs")
    proposals.reject(proposal_id=proposal.pk, user=staff)
    assert proposals.propose(profile, "phone", NEW_PHONE, "krs") is None
    assert proposals.propose(profile, "phone", "32 222 22 22", "krs") is not None
    assert reread(profile).phone == profile.phone


def test_number_is_proposed_as_the_profile_keeps_it(profile):
    proposals.propose(profile, "regon", "99000001600000", "krs")
    proposals.propose(profile, "nip", "999-000-00-14", "krs")
    assert waiting() == [("regon", "990000016"), ("nip", "9990000014")]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("nip", "1", ValidationError),
        ("title", "", ValidationError),
        ("status", "zombie", ValidationError),
        ("staff_notes", "x", ValueError),
        ("slug", "x", ValueError),
    ],
)
def test_value_that_the_field_cannot_hold_is_refused(profile, field, value, error):
    with pytest.raises(error):
        proposals.propose(profile, field, value, "krs")
    assert waiting() == []


def test_proposal_that_may_not_be_published_is_refused_whole(profile, staff):
    other = OrganizationFactory()
    proposal = proposals.propose(profile, "krs", other.krs, "krs")
    with pytest.raises(VerbRefusedError, match="numer KRS"):
        proposals.accept(proposal_id=proposal.pk, user=staff)
    assert len(waiting()) == 1
    assert source_of(profile, "krs") == "staff"


def test_who_may_not_publish_decides_nothing_and_locks_nothing(profile):
    editor = person("redaktor", may=EDITOR)
    proposal = proposals.propose(profile, "phone", NEW_PHONE, "krs")
    for decide in (proposals.accept, proposals.reject):
        with pytest.raises(PermissionDenied):
            decide(proposal_id=proposal.pk, user=editor)
    with pytest.raises(PermissionDenied):
        proposals.set_lock(profile=profile, field="phone", locked=True, user=editor)
    assert len(waiting()) == 1
    client = logged_in(editor)
    assert client.post(reverse("proposal_accept", args=[proposal.pk])).status_code == 302
    assert client.get(reverse("profile_sources", args=[profile.pk])).status_code == 302
    assert "Nic nie jest" in client.get(reverse("proposals")).content.decode()
    assert reread(profile).phone == profile.phone


def test_proposals_are_reasons_to_check_a_profile(profile):
    def keys() -> set[str]:
        [row] = to_check(OrganizationPage.objects.all()) or [None]
        return {key for key in ("removed", "proposals") if getattr(row, f"reason_{key}", False)}

    assert keys() == set()
    proposals.propose(profile, "phone", NEW_PHONE, "krs")
    assert keys() == {"proposals"}
    proposals.propose(profile, "status", "removed", "krs")
    assert keys() == {"proposals", "removed"}


def test_what_is_proposed_and_rejected_is_not_told(profile, staff):
    publish(profile, title="Jawne (przykład)")
    for source in ("krs", "ngo"):
        proposals.propose(profile, "short_name", SECRET + source, source)
    first = FieldProposal.objects.first()
    proposals.reject(proposal_id=first.pk, user=staff)
    assert SECRET.encode() not in every_answer()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_only_one_does():
    plant_site()
    profile, staff = OrganizationFactory(), person("wydawca")
    proposal = proposals.propose(profile, "phone", NEW_PHONE, "krs")
    outcomes: list[str] = []

    def decide(decision: Any) -> None:
        with closing(connection):
            try:
                decision(proposal_id=proposal.pk, user=staff)
                outcomes.append("decided")
            except VerbRefusedError:
                outcomes.append("refused")

    both = [Thread(target=decide, args=(one,)) for one in (proposals.accept, proposals.reject)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(outcomes) == ["decided", "refused"]


# --- In the admin --------------------------------------------------------------------------------


def test_proposal_is_accepted_with_one_click_and_can_be_undone(profile, staff):
    client = logged_in(staff)
    proposal = proposals.propose(profile, "phone", NEW_PHONE, "krs")
    for address in (reverse("proposals"), reverse("profile_sources", args=[profile.pk])):
        page = client.get(address).content.decode()
        assert NEW_PHONE in page
        assert profile.phone in page
        assert "Krajowy Rejestr Sądowy" in page
    accept = reverse("proposal_accept", args=[proposal.pk])
    assert client.get(accept).status_code == 405
    answer = client.post(accept, {"next": reverse("proposals")}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("proposals")
    page = answer.content.decode()
    assert "Zmiana jest w profilu" in page
    assert "/admin/cofnij/" in page
    assert reread(profile).phone == NEW_PHONE


def test_field_is_locked_and_unlocked_with_one_click(profile, staff):
    client = logged_in(staff)
    client.post(reverse("field_lock", args=[profile.pk, "phone"]))
    assert FieldSource.objects.get(profile=profile, field="phone").is_locked
    page = client.get(reverse("profile_sources", args=[profile.pk])).content.decode()
    assert reverse("field_unlock", args=[profile.pk, "phone"]) in page
    client.post(reverse("field_unlock", args=[profile.pk, "phone"]))
    assert not FieldSource.objects.get(profile=profile, field="phone").is_locked
    assert client.post(reverse("field_lock", args=[profile.pk, "slug"])).status_code == 404


def test_list_of_profiles_to_check_leads_to_what_is_proposed(profile, staff):
    proposals.propose(profile, "status", "removed", "krs")
    page = logged_in(staff).get("/admin/do-sprawdzenia/").content.decode()
    assert reverse("profile_sources", args=[profile.pk]) in page
    assert "rejestr podaje, że organizacja została wykreślona" in page
