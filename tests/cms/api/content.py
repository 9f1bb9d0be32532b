"""A small installation with something of everything, for tests of whole answers."""

from datetime import date
from typing import Any

from cms.models import EventPage, OrganizationPage
from tests.factories import (
    EventFactory,
    ImageFactory,
    LocalityFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProjectFactory,
    SphereFactory,
    TopicFactory,
)

PARAGRAPH = (
    '<p>Tekst z <b>pogrubieniem</b> i <a href="https://example.org/">łączem</a>.</p>'
    "<ul><li>punkt</li></ul>"
)


def body() -> list[tuple[str, Any]]:
    """Return one block of each type."""
    return [
        ("heading", "Dla kogo & po co"),
        ("paragraph", PARAGRAPH),
        ("image", ImageFactory(description="Sala <pusta>")),
        ("quote", {"text": "Razem łatwiej.", "source": "Uczestniczka"}),
        ("quote", {"text": "Bez podpisu.", "source": ""}),
    ]


def add_organizations() -> list[OrganizationPage]:
    locality = LocalityFactory(slug="belk", name="Bełk", name_locative="w Bełku")
    spheres = [
        SphereFactory(code="13", label="wspólnoty lokalne", sort_key=13),
        SphereFactory(code="1a", label="rodzina", sort_key=2),
    ]
    full = OrganizationFactory(
        title="Stowarzyszenie „Zielony Zegar” (przykład)",
        slug="zielony-zegar",
        short_name="Zielony Zegar",
        krs="0009999001",
        nip="9990000014",
        regon="990000016",
        email="zegar@example.org",
        locality=locality,
        spheres=spheres,
        seeks_volunteers=True,
        opp_status=True,
        opp_list_year=2018,
        verified_at=date(2018, 3, 20),
        image=ImageFactory(),
        body=body(),
    )
    private = OrganizationFactory(
        title="Grupa „Ławeczka pod Lipą” (przykład)",
        slug="laweczka",
        informal=True,
        email="laweczka@example.org",
    )
    consenting = OrganizationFactory(
        title="KGW „Bajkowe Wrzeciono” (przykład)",
        slug="wrzeciono",
        legal_form=OrganizationPage.LegalForm.KGW,
        krs="",
        register_number="KGW/12/2018",
        email="wrzeciono@example.org",
        website="",
        consenting=True,
    )
    return [full, private, consenting]


def add_rich_content() -> dict[str, Any]:
    """Add projects, events in every state, organizations with and without public contact."""
    organizations = add_organizations()
    partner = PartnerFactory(name="Klub Przykładowy (przykład)")
    project = ProjectFactory(
        title="Razem Możemy Więcej",
        slug="razem",
        start_date=date(2018, 3, 16),
        end_date=date(2019, 12, 31),
        partners=[(partner, "leader"), PartnerFactory(name="Bez strony (przykład)", website="")],
        image=ImageFactory(decorative=True),
        body=body(),
    )
    ProjectFactory(
        title="Bez końca", slug="bezterminowy", start_date=date(2017, 1, 1), end_date=None
    )
    topics = [TopicFactory(slug="rodo", name="RODO"), TopicFactory(slug="prawo", name="Prawo")]
    EventFactory(
        title="RODO dla NGO",
        slug="rodo-dla-ngo",
        start_date=date(2018, 4, 21),
        timed=True,
        level=EventPage.Level.SPECIALIST,
        place=PlaceFactory(
            name="Sala konferencyjna", locality=LocalityFactory(slug="belk", name="Bełk")
        ),
        registration_url="https://zapisy.example.org/rodo",
        project=project,
        organizers=organizations,
        partners=[partner],
        topics=topics,
        image=ImageFactory(),
        body=body(),
    )
    states = ("proposed", "cancelled", "postponed", "rescheduled", "moved_online", "full", "long")
    for number, state in enumerate(states, start=1):
        EventFactory(
            title=f"Wydarzenie {state}",
            slug=state.replace("_", "-"),
            start_date=date(2018, 5, number),
            **{state: True},
        )
    return {"organizations": organizations, "project": project}
