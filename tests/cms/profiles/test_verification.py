"""Who verified a profile and when, and the list of those that want to be checked."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.home import content
from cms.models import OrganizationPage
from cms.profiles.checks import reasons_of, to_check
from cms.profiles.verification import VERIFIED_FOR
from cms.structure import ensure_site
from cms.verbs.organizations import verify
from cms.verbs.undoing import undo
from tests.cms.api.test_leaks import every_answer
from tests.cms.home.staff import EDITOR, logged_in, person
from tests.factories import OrganizationFactory, in_days, publish

pytestmark = pytest.mark.django_db
LIST = "/admin/do-sprawdzenia/"


def found():
    return {page.title: reasons_of(page) for page in to_check(OrganizationPage.objects.all())}


def test_verb_writes_who_and_when_and_undo_takes_both_back():
    user = person("wydawca")
    before, other = in_days(-400), person("poprzedniczka")
    profile = publish(OrganizationFactory(), verified_at=before, verified_by=other)

    applied = verify(page_id=profile.pk, user=user)
    profile.refresh_from_db()
    assert (profile.verified_at, profile.verified_by) == (timezone.localdate(), user)

    undo(log_id=applied.log_id, user=user)
    profile.refresh_from_db()
    assert (profile.verified_at, profile.verified_by) == (before, other)


def test_profile_outlives_the_account_of_who_verified_it():
    user = person("wydawca")
    profile = OrganizationFactory()
    verify(page_id=profile.pk, user=user)
    user.delete()
    profile = publish(profile, title="Dalej jest (przykład)")
    assert profile.verified_by is None
    assert profile.verified_at == timezone.localdate()


def test_who_verified_a_profile_is_not_told():
    user = person("Szyszkownik")
    verify(page_id=OrganizationFactory().pk, user=user)
    assert b"szyszkownik" not in every_answer().lower()


def test_copy_of_a_profile_is_not_verified():
    profile = OrganizationFactory()
    verify(page_id=profile.pk, user=person("wydawca"))
    copy = OrganizationPage.objects.get(pk=profile.pk).copy(
        keep_live=False, update_attrs={"slug": "kopia"}
    )
    assert (copy.verified_at, copy.verified_by) == (None, None)


def test_live_profiles_not_verified_for_a_year_are_to_be_checked():
    year_ago = timezone.localdate() - VERIFIED_FOR
    OrganizationFactory(title="Nigdy")
    OrganizationFactory(title="Dawno", verified_at=year_ago - timedelta(days=1))
    OrganizationFactory(title="Rok temu", verified_at=year_ago)
    OrganizationFactory(title="Szkic", draft=True)
    assert list(found()) == ["Nigdy", "Dawno"]


def test_list_says_why_leads_to_the_verb_and_is_filtered_and_exported():
    ensure_site()
    staff = logged_in(person("wydawca"))
    profile = OrganizationFactory(title="Nigdy")
    OrganizationFactory(title="Dziś", verified_at=in_days(0))
    page = staff.get(LIST).content.decode()
    assert "niesprawdzony od 12 miesięcy" in page
    assert f"/admin/pages/{profile.pk}/zweryfikuj/?next=" in page
    assert "Dziś" not in page
    assert "Nigdy" in staff.get(f"{LIST}?reason=unverified").content.decode()
    assert "Nigdy" not in staff.get(f"{LIST}?reason=mail_fails").content.decode()

    sheet = b"".join(staff.get(f"{LIST}?export=csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet)))
    assert [row[0] for row in rows[1:]] == ["Nigdy"]
    assert "niesprawdzony od 12 miesięcy" in rows[1]


def test_home_shows_the_same_profiles_and_leads_to_the_list():
    ensure_site()
    user = person("wydawca")
    OrganizationFactory(title="Nigdy")
    assert [page.title for page in content.profiles(user)] == ["Nigdy"]
    home = logged_in(user).get("/admin/").content.decode()
    assert "nigdy nie sprawdzony" in home
    assert f'href="{reverse("do-sprawdzenia:index")}"' in home


def test_verification_is_offered_only_to_who_may_publish():
    ensure_site()
    OrganizationFactory(title="Nigdy")
    page = logged_in(person("redaktor", may=EDITOR)).get(LIST).content.decode()
    assert "Nigdy" in page
    assert "zweryfikuj" not in page
