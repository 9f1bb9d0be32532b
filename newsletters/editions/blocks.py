"""The typed blocks that editions are made of."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from cms.blocks import RICH_TEXT_FEATURES


class ButtonBlock(blocks.StructBlock):
    """A link that is meant to be pressed. A wrong address may stay in a draft (checks.py)."""

    label = blocks.CharBlock(
        label=_("text on the button"),
        max_length=60,
        help_text=_("What happens when it is pressed, for example “Sign up for the training”."),
    )
    url = blocks.CharBlock(
        label=_("address"),
        max_length=500,
        help_text=_("It begins with https://, or with mailto: for an e-mail address."),
    )

    class Meta:
        icon = "link"
        label = _("button")


class EventListBlock(blocks.StructBlock):
    """Coming events, filled from the published documents when the edition is rendered."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=200)
    events = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="cms.EventPage", label=_("event")),
        label=_("events"),
        default=[],
        required=False,
        help_text=_("Leave empty for the next events by date."),
    )
    limit = blocks.IntegerBlock(
        label=_("how many, when they are chosen by date"), default=5, min_value=1, max_value=20
    )

    class Meta:
        icon = "date"
        label = _("events")


class EditionBlock(blocks.StreamBlock):
    """The content of an edition. Each block has one rendering in HTML and one in text."""

    heading = blocks.CharBlock(label=_("heading"), icon="title", max_length=200)
    paragraph = blocks.RichTextBlock(label=_("text"), features=RICH_TEXT_FEATURES)
    image = ImageBlock(label=_("image"))
    button = ButtonBlock()
    events = EventListBlock()
    organization = blocks.PageChooserBlock(
        page_type="cms.OrganizationPage", label=_("organization"), icon="group"
    )
    divider = blocks.StaticBlock(
        label=_("divider"), icon="horizontalrule", admin_text=_("A line between two parts.")
    )
