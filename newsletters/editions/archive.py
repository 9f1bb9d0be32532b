"""The archive of editions: its place in the site, and who is in it."""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.dispatch import receiver

from cms.models.pages import HomePage
from cms.structure import skeleton_ensured
from cms.templatetags.site import public_pages
from newsletters.editions.models import NewsletterIndexPage, NewsletterPage
from newsletters.permissions import let_coordinators_edit


@receiver(skeleton_ensured)
def ensure_archive(home: HomePage, **kwargs: Any) -> None:
    """Create the archive below the home page if there is none."""
    if not NewsletterIndexPage.objects.exists():
        archive = home.add_child(instance=NewsletterIndexPage(title="Newsletter"))
        let_coordinators_edit(apps, archive.pk)


def editions_of(archive: NewsletterIndexPage) -> QuerySet[NewsletterPage]:
    """Return the editions that everyone may read, newest first."""
    public = public_pages().filter(path__startswith=archive.path)
    editions = NewsletterPage.objects.filter(pk__in=public.values("pk"))
    return editions.order_by("-first_published_at", "-pk")
