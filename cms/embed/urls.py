"""Addresses below /embed/. Their names are stable (docs/api.md)."""

from django.urls import path

from cms.embed.sections import SECTIONS
from cms.embed.views import FragmentView, ScriptView, snippets_page

app_name = "embed"
urlpatterns = [
    path("", snippets_page, name="page"),
    path("v1.js", ScriptView.as_view(), name="script"),
    *(
        path(f"{one.name}.html", FragmentView.as_view(section=one), name=one.name)
        for one in SECTIONS
    ),
]
