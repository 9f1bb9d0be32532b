"""Addresses of Razem. The names of DESIGN's public interface are stable."""

from django.urls import include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents.views.serve import serve as serve_file

from cms.accounts.login import AdminLoginView, PageLoginView
from cms.accounts.second_factor.views import enter_code
from cms.branding import views as branding
from cms.previews.views import preview, preview_image
from cms.search.views import search_page
from cms.views import (
    SetPrivacyAtomicallyView,
    page_image,
    private_media,
    robots,
    sitemap,
)
from config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("obrazy/<int:page_id>/<int:image_id>-<int:size>.webp", page_image, name="page_image"),
    path("podglad/<str:token>/", preview, name="preview"),
    path(
        "podglad/<str:token>/obrazy/<int:image_id>-<int:size>.webp",
        preview_image,
        name="preview_image",
    ),
    path("wyglad/<int:term_id>/logo-<int:image_id>.png", branding.logo, name="brand_logo"),
    re_path(
        r"^wyglad/(?P<term_id>[0-9]+)/(?P<colour>[0-9a-f]{6})\.css$",
        branding.colours,
        name="brand_colours",
    ),
    path("szukaj/", search_page, name="search"),
    path("api/v1/", include("cms.api.urls")),
    path("feeds/", include("cms.feeds.urls")),
    path("embed/", include("cms.embed.urls")),
    path("newsletter/", include("newsletters.urls")),
    path("admin/media/<path:name>", private_media, name="private_media"),
    path(
        "admin/pages/<int:page_id>/privacy/",
        SetPrivacyAtomicallyView.as_view(),
        name="set_privacy",
    ),
    # Files have no public page yet, so only staff can open one.
    re_path(r"^admin/file/(\d+)/(.*)$", require_admin_access(serve_file), name="wagtaildocs_serve"),
    path("admin/login/", AdminLoginView.as_view(), name="admin_login"),
    path("admin/drugi-skladnik/kod/", enter_code, name="second_factor_code"),
    path("admin/", include(wagtailadmin_urls)),
    path("_util/login/", PageLoginView.as_view(), name="page_login"),
    path("", include(wagtail_urls)),
]
handler400 = "cms.api.problems.bad_request"
handler500 = "cms.api.problems.server_error"
