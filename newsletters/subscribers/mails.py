"""The mails about a subscription itself. Nothing in them was written by whoever filled in a form.

Sent through Django, so they are rows of the outbox in the caller's transaction.
"""

from typing import Any
from uuid import UUID

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from cms.branding import brand_in_force
from cms.documents.addresses import absolute
from newsletters.sender import sender_in_force
from newsletters.subscribers import tokens
from newsletters.subscribers.models import ConsentClause, Subscriber
from newsletters.subscribers.selectors import CONFIRMATION_LASTS, clause_in_force

# RFC 3834 §5: so that holiday notices do not answer it.
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def confirmation(
    *, address: str, sign_up_id: UUID, clause: ConsentClause
) -> EmailMultiAlternatives:
    """Return the mail that asks the owner of an address whether the form was theirs."""
    link = reverse("newsletter_confirm", args=[tokens.sign_up_token(sign_up_id)])
    return _mail(
        "confirmation",
        address,
        {"link": absolute(link), "clause": clause, "days": CONFIRMATION_LASTS.days},
    )


def data_link(subscriber: Subscriber) -> EmailMultiAlternatives:
    """Return the mail with the link to all data that are held about its recipient."""
    link = reverse("newsletter_data", args=[tokens.data_token(subscriber.pk)])
    hours = int(tokens.DATA_LINK_LASTS.total_seconds() // 3600)
    return _mail(
        "data_link",
        subscriber.email,
        {"link": absolute(link), "clause": clause_in_force(), "hours": hours},
    )


def _mail(name: str, address: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    folder = "newsletters/subscribers/mails"
    context = {**context, "brand": brand_in_force(), "site": settings.SITE_URL}
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string(f"{folder}/{name}_subject.txt", context)
        text = render_to_string(f"{folder}/{name}.txt", context)
        html = css_inline.inline(render_to_string(f"{folder}/{name}.html", context))
    mail = EmailMultiAlternatives(
        " ".join(subject.split()), text, sender_in_force(), to=[address], headers=HEADERS
    )
    mail.attach_alternative(html, "text/html")
    return mail
