"""Whose picture may be shown, until when, and that it is gone from everywhere when it may not."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import orjson
import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from cms.documents.rewriting import due_documents
from cms.home.todo import sections
from cms.models import CentreImage, PublishedRendition
from cms.previews.drafts import image_file
from cms.templatetags.body import shown_images
from cms.verbs.events import cancel
from tests.cms.documents.world import difference_reasons, drain
from tests.cms.home.staff import PUBLISHER, person
from tests.cms.images.test_uploads import FIELDS, staff  # noqa: F401  (a fixture)
from tests.factories import (
    EventFactory,
    ImageFactory,
    NewsletterFactory,
    PartnerFactory,
    ProjectFactory,
    StandardPageFactory,
    document_of,
    publish,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 3, 10, 0, tzinfo=UTC)
PEOPLE = {"shows_people": True, "consent_reference": "12/2026"}


def payload(page):
    return orjson.loads(document_of(page).payload)


def public_files(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def in_body(image):
    image.decorative, image.contextual_alt_text = False, "Ludzie"
    return [("image", image)]


@pytest.mark.parametrize(
    ("fields", "is_withheld"),
    [
        ({}, False),
        (PEOPLE, False),
        ({"shows_people": True}, True),
        (PEOPLE | {"consent_expires_on": date(2026, 5, 3)}, False),
        (PEOPLE | {"consent_expires_on": date(2026, 5, 2)}, True),
        (PEOPLE | {"consent_withdrawn_on": date(2026, 5, 3)}, True),
        ({"consent_withdrawn_on": date(2026, 5, 3)}, True),
    ],
)
def test_image_is_withheld_without_a_consent_that_holds(fields, is_withheld):
    with time_machine.travel(NOW, tick=False):
        image = ImageFactory(**fields)
        event = EventFactory(image=None)
        if is_withheld:
            with pytest.raises(ValidationError, match="Zgoda"):
                publish(event, image=image)
        else:
            publish(event, image=image)
        assert image.is_withheld is is_withheld
        assert bool(payload(event)["image"]) is not is_withheld


WITHDRAWALS = [
    {"consent_withdrawn_on": date(2026, 5, 3)},
    {"consent_expires_on": date(2026, 5, 2)},
    {"consent_reference": ""},
]


@pytest.mark.parametrize("change", WITHDRAWALS)
def test_withdrawn_consent_takes_the_image_out_of_everything_in_the_same_transaction(
    change, settings, django_capture_on_commit_callbacks
):
    with time_machine.travel(NOW, tick=False):
        image = ImageFactory(**PEOPLE)
        partner = PartnerFactory(logo=image)
        with django_capture_on_commit_callbacks(execute=True):
            pages = [
                EventFactory(image=image),
                EventFactory(body=[*in_body(image), ("heading", "Program")]),
            ]
            project = ProjectFactory(image=image)
        before = {page.pk: document_of(page).sequence for page in [*pages, project]}
        assert public_files(settings)

        with django_capture_on_commit_callbacks(execute=True):
            for name, value in change.items():
                setattr(image, name, value)
            image.save()
            # Nothing of it is left to a job:
            assert payload(pages[0])["image"] is None
            assert [block["type"] for block in payload(pages[1])["body"]] == ["heading"]
            assert payload(project)["image"] is None
        assert public_files(settings) == []
        assert not PublishedRendition.objects.exists()
        assert all(document_of(page).sequence > before[page.pk] for page in [*pages, project])
        assert partner.pk
        drain()
        assert difference_reasons() == []


def test_image_goes_by_itself_when_its_consent_ends_and_returns_with_a_new_one(
    settings, django_capture_on_commit_callbacks
):
    with time_machine.travel(NOW, tick=False) as clock:
        image = ImageFactory(**PEOPLE, consent_expires_on=date(2026, 5, 4))
        with django_capture_on_commit_callbacks(execute=True):
            event = EventFactory(image=image)
        assert document_of(event).changes_at == datetime(2026, 5, 4, 22, 0, tzinfo=UTC)

        clock.move_to(datetime(2026, 5, 4, 22, 0, 1, tzinfo=UTC))
        assert list(due_documents()) == [document_of(event)]
        with django_capture_on_commit_callbacks(execute=True):
            drain()
        assert payload(event)["image"] is None
        assert public_files(settings) == []

        image.refresh_from_db()
        image.consent_expires_on = date(2027, 5, 4)
        image.save()
        with django_capture_on_commit_callbacks(execute=True):
            drain()
        assert payload(event)["image"]
        assert public_files(settings)


def test_image_of_a_page_that_is_no_document_and_of_a_mail_is_gone_too(client):
    image = ImageFactory(**PEOPLE)
    standard = StandardPageFactory(body=in_body(image))
    edition = NewsletterFactory(body=[*in_body(image), ("paragraph", "<p>Treść</p>")])
    addresses = [
        reverse("page_image", args=(standard.pk, image.pk, 0)),
        reverse("newsletter_image", args=(edition.pk, image.pk)),
    ]
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    assert addresses[0] in client.get(standard.url).content.decode()

    CentreImage.objects.get(pk=image.pk)
    image.consent_withdrawn_on = timezone.localdate()
    image.save()

    assert [client.get(address).status_code for address in addresses] == [404, 404]
    for page in (standard, edition):
        assert f"/{image.pk}-" not in client.get(page.url).content.decode()
        assert f"/{image.pk}.jpg" not in client.get(page.url).content.decode()
        assert shown_images(type(page).objects.get(pk=page.pk)) == {}


def test_link_to_a_draft_does_not_serve_it():
    image = ImageFactory(**PEOPLE)
    event = EventFactory(image=image)
    assert image_file(event, image.pk, 0)
    image.consent_withdrawn_on = timezone.localdate()
    image.save()
    event.refresh_from_db()
    assert image_file(event, image.pk, 0) is None


def test_event_whose_image_lost_its_consent_can_still_be_cancelled():
    image = ImageFactory(**PEOPLE)
    event = EventFactory(image=image)
    image.consent_withdrawn_on = timezone.localdate()
    image.save()
    cancel(page_id=event.pk, user=person("wydawczyni", may=PUBLISHER))
    assert payload(event)["status"] == "cancelled"
    assert payload(event)["image"] is None


def test_image_whose_author_nobody_knows_is_shown_without_one():
    event = EventFactory(image=ImageFactory(author="Nie podano ", licence=""))
    assert payload(event)["image"]["author"] is None
    assert payload(event)["image"]["licence"] is None


def test_migration_says_of_older_images_that_nothing_was_stated():
    kept, older = ImageFactory(), ImageFactory(author="", licence="")
    migration = import_module("cms.migrations.0007_image_rights")
    migration.say_that_it_is_not_stated(apps, None)
    older.refresh_from_db()
    kept.refresh_from_db()
    assert (older.author, older.licence) == ("nie podano", "nie podano")
    assert (kept.author, kept.licence) == ("Autorka (przykład)", "CC BY 4.0")


# --- What staff are told -------------------------------------------------------------------------


def rows(user):
    found = [section for section in sections(user) if section.key == "consents"]
    return [(row.text, row.note) for section in found for row in section.rows]


def test_home_tells_of_consents_that_end_within_30_days_to_who_may_change_images(staff):  # noqa: F811
    from cms.accounts.models import User

    with time_machine.travel(NOW, tick=False):
        today = timezone.localdate()
        ImageFactory(title="za miesiąc", **PEOPLE, consent_expires_on=today + timedelta(days=31))
        ImageFactory(title="wkrótce", **PEOPLE, consent_expires_on=today + timedelta(days=30))
        ImageFactory(title="minęła", **PEOPLE, consent_expires_on=today - timedelta(days=1))
        ImageFactory(title="bez końca", **PEOPLE)
        ImageFactory(
            title="wycofana", **PEOPLE, consent_expires_on=today, consent_withdrawn_on=today
        )
        assert rows(User.objects.get()) == [
            (
                "minęła",
                "zgoda wygasła 2 maja 2026\u00a0r.; zdjęcia nie ma już na żadnej stronie",
            ),
            ("wkrótce", "zgoda wygasa 2 czerwca 2026\u00a0r."),
        ]
        assert rows(person("gość", may=())) == []


def test_library_finds_what_is_to_be_put_in_order(
    staff,  # noqa: F811
    django_capture_on_commit_callbacks,
):
    today = timezone.localdate()
    ImageFactory(title="dobre", **PEOPLE)
    ImageFactory(title="czyje", author="nie podano")
    ImageFactory(title="wkrótce", **PEOPLE, consent_expires_on=today + timedelta(days=3))
    ImageFactory(title="po zgodzie", **PEOPLE, consent_expires_on=today - timedelta(days=3))
    ImageFactory(title="bez zgody", shows_people=True)
    used = ImageFactory(title="użyte")
    with django_capture_on_commit_callbacks(execute=True):
        publish(EventFactory(), image=used)

    def titles(query):
        answer = staff.get(f"{reverse('wagtailimages:index')}?{query}")
        return {image.title for image in answer.context["images"]}

    assert titles("lacking=credit") == {"czyje"}
    assert titles("lacking=expiring") == {"wkrótce"}
    assert titles("lacking=lapsed") == {"po zgodzie", "bez zgody"}
    assert titles("shows_people=true") == {"dobre", "wkrótce", "po zgodzie", "bez zgody"}
    assert "użyte" not in titles("lacking=unused")
    assert "dobre" in titles("lacking=unused")
    assert staff.get(reverse("wagtailimages:index_results") + "?lacking=lapsed").status_code == 200
    assert FIELDS
