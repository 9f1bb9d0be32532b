"""What cms adds to Wagtail's admin. Registers only."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.menus.pages import PageMenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.accounts import hooks as account_hooks  # noqa: F401  (registers itself)
from cms.api.viewsets import ApiClientViewSet
from cms.basepage.models import BasePage
from cms.channels import hooks as channel_hooks  # noqa: F401  (registers itself)
from cms.documents.selectors import address_elsewhere
from cms.guide import hooks as guide_hooks  # noqa: F401  (registers itself)
from cms.home import hooks as home_hooks  # noqa: F401  (registers itself)
from cms.images import hooks as image_hooks  # noqa: F401  (registers itself)
from cms.listings import hooks as listing_hooks  # noqa: F401  (registers itself)
from cms.models.centre import OperatorTerm
from cms.models.offers import Audience, OfferType, Programme
from cms.models.vocabularies import Locality, Partner, Place, Sphere, Topic
from cms.previews.links import may_share
from cms.previews.views import share
from cms.profiles import hooks as profile_hooks  # noqa: F401  (registers itself)
from cms.verbs import hooks as verb_hooks  # noqa: F401  (registers itself)


class PartnerViewSet(SnippetViewSet):
    model = Partner
    icon = "group"
    list_display = ("name", "sector", "website")
    list_filter = ("sector",)


class PlaceViewSet(SnippetViewSet):
    model = Place
    icon = "site"
    list_display = ("name", "address", "locality")


class LocalityViewSet(SnippetViewSet):
    model = Locality
    icon = "globe"
    list_display = ("name", "kind", "name_locative")
    search_fields = ("name",)


class TopicViewSet(SnippetViewSet):
    model = Topic
    icon = "tag"
    list_display = ("name", "slug")
    search_fields = ("name",)


class SphereViewSet(SnippetViewSet):
    model = Sphere
    icon = "list-ul"
    list_display = ("code", "label")
    search_fields = ("label",)


class AudienceViewSet(SnippetViewSet):
    model = Audience
    icon = "group"
    list_display = ("name", "slug")
    search_fields = ("name",)


class OfferTypeViewSet(SnippetViewSet):
    model = OfferType
    icon = "tag"
    list_display = ("name", "level", "slug")
    search_fields = ("name",)


class ProgrammeViewSet(SnippetViewSet):
    model = Programme
    icon = "doc-full"
    list_display = ("name", "resolution", "valid_from", "valid_until")


class OperatorTermViewSet(SnippetViewSet):
    model = OperatorTerm
    icon = "calendar"
    menu_label = _("Operators of the centre")
    add_to_settings_menu = True
    list_display = ("operator", "valid_from", "valid_until", "controller")


class VocabularyGroup(SnippetViewSetGroup):
    menu_label = _("Vocabularies")
    menu_icon = "list-ul"
    menu_order = 300
    items = (
        PartnerViewSet,
        PlaceViewSet,
        LocalityViewSet,
        TopicViewSet,
        AudienceViewSet,
        OfferTypeViewSet,
        ProgrammeViewSet,
        SphereViewSet,
    )


register_snippet(VocabularyGroup)
register_snippet(OperatorTermViewSet)


@hooks.register("register_admin_viewset")
def register_api_clients() -> ApiClientViewSet:
    return ApiClientViewSet("api_clients")


@hooks.register("register_admin_urls")
def register_sharing() -> list[URLPattern]:
    return [path("pages/<int:page_id>/podglad/", share, name="share_draft")]


class ShareDraftItem(PageMenuItem):
    label = _("Link to the preview of the draft")
    icon_name = "link"
    url_name = "share_draft"

    def is_shown(self, user: Any) -> bool:
        return may_share(self.page, user)


@hooks.register("register_page_header_buttons")
def offer_link_to_draft(page: BasePage, view_name: str, **kwargs: Any) -> list[PageMenuItem]:
    """Offer the link in the editor only, where the draft is."""
    return [ShareDraftItem(page=page, priority=25)] if view_name == "edit" else []


@hooks.register("before_serve_page")
def lead_to_public_address(page: BasePage, request: HttpRequest, *args: Any) -> HttpResponse | None:
    """Send visitors to the destination where the document's public page is, once it is there."""
    address = address_elsewhere(page.pk)
    return HttpResponseRedirect(address) if address else None
