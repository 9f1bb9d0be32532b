"""Adds the newsletter: the clause, the readers, the first edition, as staff and readers would."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cms.documents.addresses import absolute
from cms.models import CentreImage, EventPage, OrganizationPage, Topic
from cms.structure import ensure_site
from demo.newsletter import content
from demo.newsletter.content import Reader, Standing
from demo.publishing import publish
from newsletters.editions.models import NewsletterIndexPage, NewsletterPage
from newsletters.subscribers import services
from newsletters.subscribers.models import Consent, ConsentClause, Subscriber, Suppression

Block = tuple[str, Any]


def is_loaded() -> bool:
    """Whether the newsletter's part is, or was, here: clauses are never deleted once agreed to."""
    return ConsentClause.objects.exists() or Subscriber.objects.exists()


@transaction.atomic
def load() -> NewsletterPage:
    """Add all of it or nothing; return the edition, which is published and not yet sent."""
    ensure_site()
    clause = services.add_clause(**content.CLAUSE, in_force_from=timezone.now())
    for reader in content.READERS:
        load_reader(reader, clause)
    return load_edition()


def load_reader(reader: Reader, clause: ConsentClause) -> None:
    topics = Topic.objects.filter(slug__in=reader.topics)
    if reader.standing == Standing.UNCONFIRMED:
        # A real form: its mail waits in the mailbox for somebody to press the button.
        services.sign_up(
            address=reader.email,
            first_name="",
            topics=topics,
            clause=clause,
            source_url=absolute(reverse("newsletter_subscribe")),
            network_hash="",
        )
        return
    subscriber = services.add_sample(address=reader.email, topics=topics)
    if reader.standing == Standing.LEFT:
        services.leave(subscriber_id=subscriber.pk, source=Consent.Source.LINK)
    elif reader.standing == Standing.BLOCKED:
        services.suppress(address=reader.email, reason=Suppression.Reason.STAFF)


def load_edition() -> NewsletterPage:
    archive = NewsletterIndexPage.objects.get()
    if not archive.summary:
        archive.summary = content.ARCHIVE_SUMMARY
        archive.save_revision().publish()
    return publish(archive, NewsletterPage(**content.EDITION, body=body(), is_sample=True))


def body() -> list[Block]:
    """Return the edition's blocks; what an editor has deleted since the first load is left out."""
    image = CentreImage.objects.filter(title=content.IMAGE).first()
    event = EventPage.objects.live().filter(slug=content.CHOSEN_EVENT).first()
    organization = OrganizationPage.objects.live().filter(slug=content.CHOSEN_ORGANIZATION).first()
    return [
        ("paragraph", content.HELLO),
        ("events", {"heading": content.CALENDAR, "events": [], "limit": 5}),
        ("paragraph", content.AFTER_CALENDAR),
        ("button", {"label": content.BUTTON, "url": absolute(content.EVENTS_PATH)}),
        *event_blocks(event, image),
        ("divider", None),
        *organization_blocks(organization),
        ("divider", None),
        ("paragraph", content.GOODBYE),
    ]


def image_block(image: CentreImage | None) -> list[Block]:
    if image is None:
        return []
    # What the chooser's two fields beside the image say (wagtail.images.blocks.ImageBlock).
    image.contextual_alt_text, image.decorative = content.IMAGE_ALT, False
    return [("image", image)]


def event_blocks(event: EventPage | None, image: CentreImage | None) -> list[Block]:
    if event is None:
        return []
    return [
        ("heading", content.EVENT_HEADING),
        *image_block(image),
        ("paragraph", content.ABOUT_EVENT),
        ("events", {"heading": "", "events": [event], "limit": 1}),
    ]


def organization_blocks(organization: OrganizationPage | None) -> list[Block]:
    if organization is None:
        return []
    return [
        ("heading", content.ORGANIZATION_HEADING),
        ("paragraph", content.ABOUT_ORGANIZATION),
        ("organization", organization),
    ]
