"""The skeleton that every installation has: home page, list of events, directory, and more."""

from django.db import transaction
from django.dispatch import Signal
from wagtail.models import Site

from cms.basepage.models import BasePage
from cms.models.contests import ContestIndexPage
from cms.models.events import EventIndexPage
from cms.models.news import NewsIndexPage
from cms.models.organizations import OrganizationIndexPage
from cms.models.pages import HomePage
from cms.models.published import SitePage
from cms.models.resources import ResourceIndexPage

SECTIONS: tuple[tuple[type[SitePage], str, str], ...] = (
    (EventIndexPage, "Wydarzenia", "wydarzenia"),
    (NewsIndexPage, "Aktualności", "aktualnosci"),
    (OrganizationIndexPage, "Organizacje", "organizacje"),
    (ContestIndexPage, "Konkursy", "konkursy"),
    (ResourceIndexPage, "Materiały", "materialy"),
)
# Arguments: home (HomePage). Sent inside the transaction: other apps add their part.
skeleton_ensured = Signal()


@transaction.atomic
def ensure_site() -> HomePage:
    """Create what is missing of the skeleton and return the home page. Safe to run again.

    Wagtail's own welcome page is replaced.
    """
    home = HomePage.objects.first()
    if home is None:
        root = BasePage.objects.get(depth=1)
        home = root.add_child(
            instance=HomePage(title="Centrum Organizacji Pozarządowych", slug="cop")
        )
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"root_page": home, "hostname": "localhost", "site_name": "Razem"},
        )
        for page in root.get_children().not_page(home):
            page.delete()
    for model, title, slug in SECTIONS:
        if not model._default_manager.exists():
            home.add_child(instance=model(title=title, slug=slug))
            home.refresh_from_db()
    skeleton_ensured.send(sender=HomePage, home=HomePage.objects.get(pk=home.pk))
    return HomePage.objects.get(pk=home.pk)
