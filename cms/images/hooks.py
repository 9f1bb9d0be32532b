"""What images add to Wagtail's admin. Registers only; cms/wagtail_hooks.py imports it."""

from django.urls import URLPattern, path
from wagtail import hooks

from cms.images.library import LibraryView
from cms.images.operations import NoMetadataOperation
from cms.images.uploads import AddImagesView


@hooks.register("register_admin_urls", order=-1)
def register_views() -> list[URLPattern]:
    """Stand before Wagtail's own views of the same addresses, whose names stay."""
    return [
        path("images/", LibraryView.as_view()),
        path("images/results/", LibraryView.as_view(results_only=True)),
        path("images/multiple/add/", AddImagesView.as_view()),
    ]


@hooks.register("register_image_operations")
def register_image_operations() -> list[tuple[str, type[NoMetadataOperation]]]:
    """Offer what mails need in the specs of renditions (cms/documents/media.py)."""
    return [("nometadata", NoMetadataOperation)]
