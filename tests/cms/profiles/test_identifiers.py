"""Register numbers: what each legal form has, and that a KRS number is there once."""

from contextlib import closing, suppress
from threading import Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from cms.identifiers import clean_nip, clean_regon, format_nip, format_regon
from cms.models import KrsClaim, LegalForm, OrganizationPage
from cms.models.legal_forms import IDENTIFIERS, RULES, identifier_errors
from tests.cms.documents.world import plant_site
from tests.factories import OrganizationFactory, make_private, publish


def test_each_legal_form_has_a_rule():
    assert set(RULES) == set(LegalForm)


# What DOMAIN has as a table: form → the least that is enough, and what it has none of.
TABLE = [
    ("association", ["krs"], ["register_number", "parent"]),
    ("foundation", ["krs"], ["register_number", "parent"]),
    ("osp", ["krs"], ["register_number", "parent"]),
    ("social_coop", ["krs"], ["register_number", "parent"]),
    ("lgd", ["krs"], ["register_number", "parent"]),
    ("nonprofit_company", ["krs"], ["register_number", "parent"]),
    ("simple_association", ["register_number"], ["krs", "parent"]),
    ("sports_club", ["register_number"], ["parent"]),
    ("uks", ["krs"], ["parent"]),
    ("kgw", ["nip"], ["krs", "parent"]),
    ("church_unit", ["regon"], ["parent"]),
    ("branch", ["parent"], ["register_number"]),
    ("informal_group", [], ["krs", "nip", "regon", "register_number", "parent"]),
]


def test_table_has_each_legal_form():
    assert {row[0] for row in TABLE} == set(LegalForm.values)


@pytest.mark.parametrize(("form", "enough", "barred"), TABLE)
def test_legal_form_decides_which_numbers_are_required_and_which_it_has_none_of(
    form, enough, barred
):
    given = dict.fromkeys(enough, "1")
    assert identifier_errors(form, given) == {}
    if enough:
        assert len(identifier_errors(form, {})) == 1
    for name in barred:
        assert list(identifier_errors(form, given | {name: "1"})) == [name]
    for name in set(IDENTIFIERS) - {*barred, "parent_name"}:
        assert identifier_errors(form, given | {name: "1"}) == {}


@pytest.mark.parametrize(
    ("written", "bare", "grouped"),
    [
        ("999-000-00-14", "9990000014", "999-000-00-14"),
        ("PL 999 000 00 14", "9990000014", "999-000-00-14"),
        ("pl9990000014", "9990000014", "999-000-00-14"),
    ],
)
def test_nip_is_kept_bare_and_shown_in_groups(written, bare, grouped):
    assert clean_nip(written) == bare
    assert format_nip(bare) == grouped
    assert clean_nip(grouped) == bare


@pytest.mark.parametrize(
    ("written", "bare", "grouped"),
    [
        ("990 000 016", "990000016", "990 000 016"),
        ("99000001600000", "990000016", "990 000 016"),  # as the KRS pads it
        ("123456785-12347", "12345678512347", "123 456 785 12347"),
    ],
)
def test_regon_is_kept_bare_and_shown_in_groups(written, bare, grouped):
    assert clean_regon(written) == bare
    assert format_regon(bare) == grouped.replace(" ", "\N{NO-BREAK SPACE}")
    assert clean_regon(format_regon(bare)) == bare


@given(st.text(max_size=20))
@pytest.mark.parametrize("clean", [clean_nip, clean_regon])
def test_what_is_no_number_is_refused_in_words_or_kept_as_digits(clean, text):
    with suppress(ValidationError):
        assert clean(text).isdigit()


@pytest.mark.django_db
def test_claim_follows_publication_private_pages_included():
    profile = OrganizationFactory()
    assert KrsClaim.objects.get().krs == profile.krs
    make_private(profile)
    assert KrsClaim.objects.exists()
    profile.unpublish()
    assert not KrsClaim.objects.exists()
    profile = publish(profile)
    assert KrsClaim.objects.get().krs == profile.krs
    publish(profile, legal_form=LegalForm.BRANCH)
    assert not KrsClaim.objects.exists()


@pytest.mark.django_db
def test_code_that_skips_the_rules_is_refused_too_and_told_whose_the_number_is():
    first, second = OrganizationFactory(title="Pierwsza"), OrganizationFactory()
    second.krs = first.krs
    with pytest.raises(ValidationError, match="Pierwsza"):
        second.save(clean=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        KrsClaim.objects.filter(page_id=second.pk).update(krs=first.krs)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_the_same_number_at_once_the_second_is_told_of_the_first():
    plant_site()
    profiles = [OrganizationFactory(draft=True, krs="0009999777") for _number in range(2)]
    for profile in profiles:
        profile.save_revision()
    refused: list[ValidationError] = []

    def publish_second() -> None:
        with closing(connection):
            try:
                publish(profiles[1])
            except ValidationError as error:
                refused.append(error)

    with transaction.atomic():
        publish(profiles[0])
        late = Thread(target=publish_second)
        late.start()
        late.join(timeout=0.5)
        assert late.is_alive()
    late.join()
    assert [profiles[0].title in str(error) for error in refused] == [True]
    assert list(OrganizationPage.objects.live()) == [profiles[0]]
