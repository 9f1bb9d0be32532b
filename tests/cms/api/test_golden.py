"""Whole answers, compared with those that stand in golden/."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.cms.api.answers import ask, assert_golden
from tests.cms.api.content import add_rich_content
from tests.factories import EventFactory, document_of, publish

ANSWERS = {
    "root": ("/", 200),
    "projects": ("/projects/?count=true", 200),
    "events": ("/events/?limit=3&count=true", 200),
    "events-upcoming": ("/events/?upcoming=true&from=2018-05-01&ordering=-start_date", 200),
    "event": ("/events/rodo-dla-ngo/", 200),
    "organizations": ("/organizations/", 200),
    "organizations-by-sphere": ("/organizations/?sphere=13&locality=belk", 200),
    "activities": ("/activities/?kind=advice&programme=lpr", 200),
    "news": ("/news/?alert=true", 200),
    "contests": ("/contests/?state=results&year=2018", 200),
    "resources": ("/resources/?kind=regulations&project=razem", 200),
    "offer-types": ("/vocabularies/offer-types/", 200),
    "audiences": ("/vocabularies/audiences/", 200),
    "programmes": ("/vocabularies/programmes/", 200),
    "spheres": ("/vocabularies/spheres/", 200),
    "localities": ("/vocabularies/localities/", 200),
    "topics": ("/vocabularies/topics/", 200),
    "legal-forms": ("/vocabularies/legal-forms/", 200),
    "changes-removals": ("/changes/?since=REMOVALS&limit=1", 200),
    "problem-parameters": ("/events/?from=x&status=happy&limit=500&page=2&cursor=W10", 400),
    "problem-unknown-parameter": ("/organizations/?sfera=13", 400),
    "problem-unknown-word": ("/organizations/?sphere=99&locality=nie-ma", 400),
    "problem-not-found": ("/events/nie-ma/", 404),
    "problem-unknown-address": ("/nie-ma/", 404),
    "problem-withdrawn": ("/events/usuniete/", 410),
    "problem-start-again": ("/changes/?since=1&epoch=8c5b24f9-3a51-4f6b-9d4c-5a3f0e1d2c7b", 410),
}


@pytest.mark.django_db
def test_whole_answers_are_as_promised():
    with time_machine.travel(datetime(2018, 5, 3, 10, 0, tzinfo=UTC)):
        add_rich_content()
        deleted = EventFactory(slug="usuniete", start_date=date(2018, 5, 20))
        unpublished = EventFactory(slug="cofniete", start_date=date(2018, 5, 21))
        changed = publish(EventFactory(slug="stare"), slug="nowe", summary="Zmienione.")
        removals = document_of(changed).sequence
        deleted.delete()
        unpublished.unpublish()
        changed.unpublish()
        for name, (path, status) in ANSWERS.items():
            assert_golden(name, ask(path.replace("REMOVALS", str(removals)), status))
