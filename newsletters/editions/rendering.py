"""The mail of an edition: MJML → HTML for every mail program, and the same content as text."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from mjml import mjml2html

from cms.branding import brand_in_force
from cms.documents.addresses import absolute
from cms.documents.liveness import own_path
from cms.documents.media import MAIL_SPEC, make_renditions
from cms.models.images import CentreImage, Rendition
from cms.polish import bind
from cms.templatetags.body import alt_of
from newsletters.editions import markup, plain_text
from newsletters.editions.content import Block, Content, Picks, resolve
from newsletters.subscribers.models import ConsentClause

if TYPE_CHECKING:
    from newsletters.editions.models import NewsletterPage

# The column of a mail in CSS pixels, less its margins (mail.mjml).
COLUMN = 536
# Gmail cuts a mail off after 102 KB, and with it the link to unsubscribe.
MOST_OCTETS = 100_000
# Of buttons and dates, where the operator has no colour (static/cms/site.css: --accent).
ACCENT = "#a83a16"
# Stands for the title in MJML, which does not escape it where it repeats it as a label.
_TITLE = "Rtitle7c1fe2b05d"


class RenderingError(ValueError):
    """The edition cannot become a mail; the message says to staff why and what to do."""


@dataclass(frozen=True)
class Mail:
    """A finished mail. Lines end with "\\n" and stay below 850 octets whatever the token is."""

    subject: str
    html: str
    text: str
    documents: dict[str, int]  # document id → version shown
    picks: Picks  # block id → ids of the documents that it chose by date
    is_sample: bool


def render_mail(
    page: "NewsletterPage",
    *,
    clause: ConsentClause | None,
    token: str,
    picks: Picks | None = None,
) -> Mail:
    """Return the mail that the edition makes now. Raises RenderingError.

    `token` stands in the links to unsubscribe and to the preferences; whoever sends the mail
    replaces it by each recipient's own. Call it outside of transactions: an image that was never
    prepared for mail is prepared here.
    """
    with translation.override(settings.LANGUAGE_CODE):
        content = resolve(page, picks=picks)
        if not content.blocks:
            raise RenderingError(_("The edition has nothing to show. Add content to it."))
        for image in images_of(content):
            prepare(image)
        return compose(page, content, clause=clause, token=token)


def check_mail(page: "NewsletterPage") -> None:
    """Raise RenderingError for what could never become a mail. Prepares nothing."""
    with translation.override(settings.LANGUAGE_CODE):
        compose(page, resolve(page), clause=None, token="razem")  # noqa: S106


def preview_mail(page: "NewsletterPage", clause: ConsentClause | None) -> Mail:
    """Return the mail of a draft for editors: its images have addresses that only staff can open.

    Raises RenderingError.
    """
    with translation.override(settings.LANGUAGE_CODE):
        content = resolve(page)
        for image in images_of(content):
            prepare(image)
        return compose(page, content, clause=clause, token="podglad", is_preview=True)  # noqa: S106


def compose(
    page: "NewsletterPage",
    content: Content,
    *,
    clause: ConsentClause | None,
    token: str,
    is_preview: bool = False,
) -> Mail:
    """Return the mail of resolved content. Raises RenderingError."""
    brand = brand_in_force()
    context = {
        "page": page,
        "clause": clause,
        "brand": brand,
        "logo_url": absolute(brand.logo_path) if brand.logo_path else "",
        "accent": brand.colour or ACCENT,
        "is_sample": content.is_sample,
        "preheader": page.preheader or page.summary,
        "browser_url": absolute(own_path(page) or "/"),
        "preferences_url": absolute(reverse("newsletter_preferences", args=(token,))),
        "unsubscribe_url": absolute(reverse("newsletter_unsubscribe", args=(token,))),
    }
    try:
        html = _html(context | {"blocks": _mail_blocks(page, content, is_preview)}, page.title)
        text = _text(context | {"blocks": map(plain_text.block_text, content.blocks)})
    except markup.TooLongWordError as error:
        raise RenderingError(
            _("A word or an address is too long for a mail. Shorten the one that begins with: %s")
            % error.start
        ) from error
    if len(html.encode()) > MOST_OCTETS:
        raise RenderingError(
            _("The edition is too long: mail programs would cut off its end. Make two of it.")
        )
    return Mail(
        subject=" ".join(markup.without_controls(page.title).split()),
        html=html,
        text=text,
        documents=content.documents,
        picks=content.picks,
        is_sample=content.is_sample,
    )


def _html(context: dict[str, Any], title: str) -> str:
    mjml = render_to_string("newsletters/mail.mjml", context | {"title_mark": _TITLE})
    try:
        html = mjml2html(markup.with_plain_attributes(markup.without_controls(mjml)), fonts={})
    except ValueError as error:
        raise RenderingError(
            _("The content cannot be turned into a mail. Write the text that you pasted anew.")
        ) from error
    html = html.replace(_TITLE, escape(bind(markup.without_controls(title))), 2)
    css = render_to_string("newsletters/mail.css", {"accent": context["accent"]})
    return markup.wrapped(_inliner(css).inline(html))


def _text(context: dict[str, Any]) -> str:
    return plain_text.tidy(render_to_string("newsletters/mail.txt", context))


@cache
def _inliner(css: str) -> css_inline.CSSInliner:
    """Return what writes the rules into the elements, and leaves those of MJML where they are."""
    return css_inline.CSSInliner(
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        extra_css=css,
    )


def _mail_blocks(page: "NewsletterPage", content: Content, is_preview: bool) -> list[Block]:
    """Return the blocks as the mail's templates need them: well-formed, with image addresses."""
    made = []
    for block in content.blocks:
        value = block.value
        if block.kind == "paragraph":
            value = markup.well_formed(value)
        elif block.kind == "image":
            value = _picture(page, value, is_preview)
        made.append(Block(block.kind, value, block.level))
    return made


def _picture(page: "NewsletterPage", image: CentreImage, is_preview: bool) -> dict[str, Any]:
    """Return an image for a mail: its address (newsletters/editions/views.py), width and words."""
    rendition = mail_rendition(image) if is_preview else None
    path = reverse("newsletter_image", args=(page.pk or 0, image.pk))
    return {
        "url": rendition.url if rendition else absolute(path),
        "width": min(COLUMN, image.width),
        "alt": alt_of(image),
        **image.credit,
    }


# --- Images --------------------------------------------------------------------------------------


def images_of(content: Content) -> list[CentreImage]:
    """Return the images that the content shows."""
    return [block.value for block in content.blocks if block.kind == "image"]


def mail_rendition(image: CentreImage) -> Rendition | None:
    """Return the size of an image that mails show, if it was made."""
    rendition: Rendition | None = image.renditions.filter(filter_spec=MAIL_SPEC).first()
    return rendition


def prepare(image: CentreImage) -> None:
    """Make the size that mails show, unless it is there. Raises RenderingError."""
    if mail_rendition(image):
        return
    make_renditions(image)
    if not mail_rendition(image):
        raise RenderingError(
            _("The image “%s” is damaged. Upload it again, or take it out.") % image.title
        )
