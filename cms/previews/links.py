"""Links to the preview of a draft: signed, good for a week, for whoever has them.

A link shows the latest draft at the moment when it is opened, not the one at which it was made: so
a correction, and what was taken out, reaches those who have the link. It speaks for the person who
made it, and ends with that person's right to edit the page; with the page; when the page becomes
private; and when the page, once published, is withdrawn. Nothing is stored.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils import timezone

from cms.basepage.models import BasePage
from cms.documents.liveness import is_restricted
from cms.models.documents import Document, Sequence
from cms.models.published import DocumentPage

VALID_FOR = timedelta(days=7)


class UnknownLinkError(Exception):
    """It is no link of ours."""


class LinkOverError(Exception):
    """It was a link of ours, and shows nothing any more."""


@dataclass(frozen=True)
class Link:
    """A link that was just made."""

    token: str
    valid_until: datetime


def make(page: BasePage, user: AbstractBaseUser) -> Link:
    """Return a link to the page's draft. Ask `may_share` before."""
    sequence = Sequence.objects.filter(pk=1).values_list("value", flat=True).first() or 0
    token = _signer().sign_object([page.pk, user.pk, sequence])
    return Link(token, timezone.now() + VALID_FOR)


def may_share(page: BasePage, user: AbstractBaseUser) -> bool:
    """Whether the user may show the page's draft to others: who may edit it, if it can be public.

    A private page has no link: whom it is for was decided already.
    """
    return (
        page.pk is not None
        and issubclass(page.specific_class or BasePage, DocumentPage)
        and page.alias_of_id is None
        and bool(page.permissions_for_user(user).can_edit())
        and not is_restricted(page.path)
    )


def open_link(token: str) -> DocumentPage:
    """Return the latest draft of the page that the link leads to.

    Raises UnknownLinkError for what was never signed here, LinkOverError for what is over.
    """
    try:
        page_id, user_id, sequence = _signer().unsign_object(token, max_age=VALID_FOR)
    except SignatureExpired as error:
        raise LinkOverError from error
    except BadSignature as error:
        raise UnknownLinkError from error
    page = BasePage.objects.filter(pk=page_id).first()
    user = get_user_model().objects.filter(pk=user_id).first()
    if page is None or user is None or not may_share(page, user) or _is_withdrawn(page, sequence):
        raise LinkOverError
    draft: DocumentPage = page.specific.get_latest_revision_as_object()
    return draft


def _is_withdrawn(page: BasePage, sequence: int) -> bool:
    """Whether the page was withdrawn after that number (and is not just hidden for a moment)."""
    tombstones = Document.objects.filter(is_live=False, dirty_at=None, page_id=page.pk)
    return tombstones.filter(sequence__gt=sequence).exists()


def _signer() -> TimestampSigner:
    """Return the signer. Its separator does no harm in an address, unlike Django's own."""
    return TimestampSigner(salt="razem: link to the preview of a draft", sep=".")
