"""The draft of a document as a newsletter would show it: a mode of cms' previews."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.documents.previews import preview_of
from cms.models import EventPage, OrganizationPage
from cms.models.published import DocumentPage
from cms.previews.modes import Mode
from newsletters.editions.content import Block, Content
from newsletters.editions.models import NewsletterPage
from newsletters.editions.previews import HTML, answer
from newsletters.editions.rendering import Mail, compose
from newsletters.subscribers.selectors import clause_in_force


def mail_of(page: DocumentPage) -> Mail:
    """Return a mail that holds nothing but the draft. Nothing is stored, prepared, or sent."""
    with translation.override(settings.LANGUAGE_CODE):
        document = preview_of(page)
        edition = NewsletterPage(title=_("How it will look in a newsletter"))
        content = Content(blocks=[_block(page, document)], is_sample=document["is_sample"])
        token = "podglad"  # noqa: S105
        return compose(edition, content, clause=clause_in_force(), token=token, is_preview=True)


def _block(page: DocumentPage, document: dict[str, Any]) -> Block:
    if isinstance(page, EventPage):
        return Block("events", {"heading": "", "events": [document]}, 2)
    return Block("organization", document, 2)


def show(page: DocumentPage, request: HttpRequest) -> HttpResponseBase:
    return answer(page, request, HTML, lambda: mail_of(page))


def fits(page: Any) -> bool:
    """Whether editions have a block for such documents (newsletters/editions/blocks.py)."""
    return isinstance(page, EventPage | OrganizationPage)


MODE = Mode("mail", gettext_lazy("As in a newsletter"), fits, show)
