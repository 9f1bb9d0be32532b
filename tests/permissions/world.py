"""One thing of each sort that an address of the admin can be about."""

from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import Workflow

from cms.api import clients
from cms.models import CentreFile, CentreImage
from cms.models.clients import ApiClient
from cms.profiles.proposals import propose
from cms.verbs.events import mark_full
from integrations.municipal import services as municipal
from integrations.municipal.fanout import fan_out
from integrations.municipal.models import Destination, RemoteCopy, SyncState
from newsletters.mailings.models import Mailing
from newsletters.subscribers import services as subscriptions
from newsletters.subscribers.models import Suppression
from tests import factories
from tests.newsletters.mailings import ledgers
from tests.newsletters.subscribers.helpers import make_clause
from tests.permissions.people import NO_GROUP, SUPERUSER, person
from tests.permissions.routes import Route

SNIPPETS = (
    factories.PartnerFactory,
    factories.PlaceFactory,
    factories.LocalityFactory,
    factories.TopicFactory,
    factories.AudienceFactory,
    factories.OfferTypeFactory,
    factories.ProgrammeFactory,
    factories.SphereFactory,
    factories.OperatorTermFactory,
)


class World:
    """What there is, and the arguments of each address in it."""

    def __init__(self) -> None:
        someone = person(SUPERUSER, "ktos")
        self.pages = {
            "event": factories.EventFactory(),
            "organization": factories.OrganizationFactory(),
            "contest": factories.ContestFactory(),
            "newsletter": ledgers.edition(),
        }
        self.pages |= dict.fromkeys(("profile", "field"), self.pages["organization"])
        self.consent = factories.consent_to(self.pages["organization"])
        self.proposal = propose(self.pages["organization"], "phone", "32 111 22 33", "krs")
        self.log_id = mark_full(page_id=factories.EventFactory().pk, user=someone).log_id
        self.destination = Destination(name="gmina", url="https://www.gmina.example/webhook")
        municipal.store(self.destination, new_secret="whsec_" + "A" * 40)
        fan_out(self.destination.pk)
        there = SyncState.objects.get(document__page_id=self.pages["event"].pk)
        RemoteCopy.objects.create(state=there, ours="Nasze", theirs="Ich")
        client = ApiClient(name="Gmina", contact="biuro@example.org")
        clients.create(client)
        subscriptions.suppress(address="nie@example.org", reason=Suppression.Reason.STAFF)
        things = [
            *(factory() for factory in SNIPPETS),
            self.destination,
            client,
            ledgers.subscriber("ona@example.org"),
            make_clause(),
            Suppression.objects.get(),
            factories.ImageFactory(),
            factories.FileFactory(),
            person(NO_GROUP, "nikt"),
        ]
        self.things = {type(thing): thing for thing in things}
        self.workflow = Workflow.objects.create(name="Próbny")
        self.mailing = ledgers.mailing(page=self.pages["newsletter"], state=Mailing.State.PAUSED)

    def address_of(self, route: Route) -> str:
        if route.key == route.pattern:
            return f"/{route.pattern}"
        if route.name == "wagtaildocs_serve":
            file = self.things[CentreFile]
            return reverse(route.name, args=[file.pk, file.filename])
        return reverse(route.name, kwargs={name: self._arg(route, name) for name in route.params})

    def _arg(self, route: Route, name: str) -> Any:
        fixed = {
            "log_id": self.log_id,
            "user_id": self.things[get_user_model()].pk,
            "consent_id": self.consent.pk,
            "proposal_id": self.proposal.pk if self.proposal else 0,
            "field": "phone",
            "destination_id": self.destination.pk,
            "document_id": factories.document_of(self.pages["event"]).pk,
            "slug": "wydarzenie",
            "step": "zatrzymaj",
            "verb": "wyslij",
            "decision": "nasza",
            "year": 2026,
            "month": "05",
            "image_id": self.things[CentreImage].pk,
            "page_id": self._page(route.name).pk,
            "parent_page_id": self.pages["event"].get_parent().pk,
            "name": self.things[CentreImage].file.name,
        }
        if route.name.startswith("wagtaildocs:"):
            fixed["document_id"] = self.things[CentreFile].pk
        if route.name.startswith("wagtailadmin_workflows:"):
            return self.workflow.pk
        if name == "pk":
            is_mailing = route.name.startswith("mailings:")
            return self.mailing.pk if is_mailing else self.things[route.model].pk
        return fixed[name]

    def _page(self, name: str) -> Any:
        if name.startswith("mailings:"):
            return self.pages["newsletter"]
        return self.pages.get(name.split("_", maxsplit=1)[0], self.pages["event"])
