"""The models of newsletters; Django finds them all here."""

from newsletters.editions.models import NewsletterIndexPage, NewsletterPage
from newsletters.mailings.models import Approval, Delivery, Mailing
from newsletters.outbox.models import OutgoingMail
from newsletters.subscribers.models import (
    Consent,
    ConsentClause,
    SignUp,
    Subscriber,
    Suppression,
)

__all__ = [
    "Approval",
    "Consent",
    "ConsentClause",
    "Delivery",
    "Mailing",
    "NewsletterIndexPage",
    "NewsletterPage",
    "OutgoingMail",
    "SignUp",
    "Subscriber",
    "Suppression",
]
