"""Versions of the consent clause."""

import hashlib
import threading

import orjson
import pytest
from django.db import connection

from newsletters.subscribers import services
from newsletters.subscribers.default_clause import default_words, gaps_in
from newsletters.subscribers.models import ConsentClause
from tests.newsletters.subscribers.helpers import make_clause, sign_up, subscribe

pytestmark = pytest.mark.django_db


def test_hash_is_of_all_the_words(clause):
    names = ("controller", "controller_details", "information", "purpose", "text")
    words = {name: getattr(clause, name) for name in names}
    expected = hashlib.sha256(orjson.dumps(words, option=orjson.OPT_SORT_KEYS)).hexdigest()

    assert clause.sha256 == expected
    assert make_clause().sha256 == expected
    for name in ("controller", "controller_details", "information", "text"):
        assert make_clause(**{name: "Inaczej."}).sha256 != expected


def test_clause_that_somebody_agreed_to_cannot_be_deleted(clause):
    waiting, unused = make_clause(), make_clause()
    subscribe(clause=clause)
    sign_up("jan@example.org", clause=waiting)

    assert services.delete_clause(clause_id=clause.pk) is False
    assert services.delete_clause(clause_id=waiting.pk) is False
    assert services.delete_clause(clause_id=unused.pk) is True
    assert services.delete_clause(clause_id=unused.pk) is False
    assert ConsentClause.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_versions_made_at_once_get_numbers_of_their_own():
    def add():
        try:
            make_clause()
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ConsentClause.objects.values_list("version", flat=True)) == [1, 2, 3, 4]


def test_default_words_name_their_gaps_in_polish():
    words = default_words()

    assert gaps_in(words["controller"]) == ["[uzupełnij: pełna nazwa organizacji]"]
    assert len(gaps_in(words["controller_details"])) == 3
    assert len(gaps_in(words["text"])) == len(gaps_in(words["information"])) == 1
    assert "art. 6 ust. 1 lit. a RODO" in words["information"]
    assert gaps_in("Ustawa [Dz.U. 2024 poz. 1491]") == []
    assert gaps_in("[UZUPEŁNIJ: bez końca") == ["[UZUPEŁNIJ: bez końca"]
