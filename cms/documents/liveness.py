"""Whether a page may be seen by everyone, and where."""

from django.db.models import Q
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from cms.basepage.models import BasePage


def is_public(page: BasePage) -> bool:
    """Whether the page is live, unexpired, no alias, in the site, and nowhere restricted above."""
    return bool(
        page.live
        and page.alias_of_id is None
        and (page.expire_at is None or page.expire_at > timezone.now())
        and not is_restricted(page.path)
        and own_path(page)
    )


def is_restricted(path: str) -> bool:
    """Whether a view restriction stands on the page at the treebeard path or above it."""
    step = BasePage.steplen
    above = [path[:end] for end in range(step, len(path) + 1, step)]
    return PageViewRestriction.objects.filter(page__path__in=above).exists()


def own_path(page: BasePage) -> str | None:
    """Return the path of our own page ("/wydarzenia/gala/"); None where it is not in the site.

    Wagtail caches the sites' roots for an hour in each process, so its own `get_url_parts` may not
    know of a root that another process renamed.
    """
    roots = Site.objects.order_by("-root_page__url_path").values_list(
        "root_page__url_path", flat=True
    )
    for root in roots:
        if page.url_path.startswith(root):
            return f"/{page.url_path.removeprefix(root)}"
    return None


def subtree(path: str) -> Q:
    """Return the condition for a page's documents: at the treebeard path or below it."""
    return Q(page__path__startswith=path)
