"""The skeleton that every installation has: home page, list of events, directory, and more."""

from django.db import transaction
from django.dispatch import Signal
from wagtail.models import Site

from cms.basepage.models import BasePage
from cms.models.events import EventIndexPage
from cms.models.organizations import OrganizationIndexPage
from cms.models.pages import HomePage

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
    if not EventIndexPage.objects.exists():
        home.add_child(instance=EventIndexPage(title="Wydarzenia", slug="wydarzenia"))
    if not OrganizationIndexPage.objects.exists():
        home.add_child(instance=OrganizationIndexPage(title="Organizacje", slug="organizacje"))
    skeleton_ensured.send(sender=HomePage, home=HomePage.objects.get(pk=home.pk))
    return HomePage.objects.get(pk=home.pk)
