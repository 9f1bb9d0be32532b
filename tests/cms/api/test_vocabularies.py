import pytest

from cms.models import OrganizationPage
from tests.cms.api.answers import ask, wrong
from tests.factories import LocalityFactory, SphereFactory, TopicFactory

pytestmark = pytest.mark.django_db


def test_localities_stand_in_polish_order_with_their_locative():
    for slug, name in [
        ("zory", "Żory"),
        ("zabrze", "Zabrze"),
        ("lany", "Łany"),
        ("lubin", "Lubin"),
    ]:
        LocalityFactory(slug=slug, name=name)
    LocalityFactory(slug="belk", name="Bełk", name_locative="w Bełku")
    results = ask("/vocabularies/localities/")["results"]
    assert [one["name"] for one in results] == ["Bełk", "Lubin", "Łany", "Zabrze", "Żory"]
    assert results[0] == {
        "slug": "belk",
        "name": "Bełk",
        "name_locative": "w Bełku",
        "kind": "solectwo",
    }


def test_spheres_stand_in_the_order_of_the_act():
    for order, code in enumerate(["1", "1a", "2", "13"]):
        SphereFactory(code=code, label=f"sfera {code}", sort_key=order)
    results = ask("/vocabularies/spheres/")["results"]
    assert [one["code"] for one in results] == ["1", "1a", "2", "13"]
    assert results[1] == {"code": "1a", "label": "sfera 1a"}


def test_topics_have_slug_and_name():
    TopicFactory(slug="rodo", name="RODO")
    assert ask("/vocabularies/topics/")["results"] == [{"slug": "rodo", "name": "RODO"}]


def test_legal_forms_are_those_of_the_profiles():
    results = ask("/vocabularies/legal-forms/")["results"]
    assert [one["code"] for one in results] == list(OrganizationPage.LegalForm.values)
    assert all(one["label"] for one in results)


def test_vocabulary_has_the_envelope_of_a_list_and_takes_no_parameters():
    assert ask("/vocabularies/topics/") == {"next": None, "previous": None, "results": []}
    assert "limit" in wrong("/vocabularies/topics/?limit=1")
