"""A small installation with something of everything, for tests of whole answers."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from wagtail.rich_text import RichText

from cms.models import (
    ActivityPage,
    Closure,
    ContestResult,
    DutyHours,
    EventPage,
    Facility,
    Figure,
    OrganizationPage,
    ProgrammeItem,
    ProjectPage,
)
from tests.factories import (
    ActivityFactory,
    AudienceFactory,
    ContestFactory,
    EventFactory,
    ImageFactory,
    LocalityFactory,
    NewsFactory,
    NewsletterFactory,
    OfferTypeFactory,
    OperatorTermFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProgrammeFactory,
    ProjectFactory,
    ResourceFactory,
    SphereFactory,
    TopicFactory,
)
from tests.newsletters.editions.helpers import shown

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
        regon="990000045",
        register_number="KGW/12/2018",
        email="wrzeciono@example.org",
        website="",
        consenting=True,
    )
    return [full, private, consenting]


def add_rich_content() -> dict[str, Any]:
    """Add all types: events in every state, organizations with and without public contact."""
    OperatorTermFactory(operator="Operator (przykład)", funding="Zadanie finansuje gmina.")
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
    activity = add_activity(project)
    EventFactory(
        title="RODO dla NGO",
        slug="rodo-dla-ngo",
        start_date=date(2018, 4, 21),
        timed=True,
        level=EventPage.Level.SPECIALIST,
        place=PlaceFactory(
            name="Sala konferencyjna",
            locality=LocalityFactory(slug="belk", name="Bełk"),
            has_step_free=True,
        ),
        registration_url="https://zapisy.example.org/rodo",
        registration_deadline=date(2018, 4, 18),
        seats=20,
        offer_type=OfferTypeFactory(slug="szkolenie", name="szkolenie"),
        has_sign_language=True,
        accessibility_contact="porady@example.org",
        activity=activity,
        participants=organizations[:1],
        programme_items=[
            ProgrammeItem(title="Powitanie", start_time=time(17), organization=organizations[0])
        ],
        audiences=[AudienceFactory(slug="liderzy", name="liderzy organizacji")],
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
    add_news_contest_and_resource(project)
    add_edition()
    return {"organizations": organizations, "project": project}


def add_activity(project: ProjectPage) -> ActivityPage:
    activity: ActivityPage = ActivityFactory(
        parent=project,
        title="Porady dla organizacji",
        slug="porady",
        adviser_role="prawnik",
        booking_email="porady@example.org",
        programme=ProgrammeFactory(slug="lpr", name="Program", resolution="XXXVIII/425/17"),
        localities=[LocalityFactory(slug="belk", name="Bełk")],
        partners=[PartnerFactory(name="Szkoła (przykład)", sector="education", role="sala")],
        duty_hours=[DutyHours(weekday=2, opens=time(15), closes=time(18), note="co drugi tydzień")],
        closures=[Closure(first_day=date(2018, 5, 2), reason="majówka")],
        facilities=[Facility(name="Sala konferencyjna", seats=40)],
        figures=[Figure(value=Decimal("97.5"), label="godzin porad")],
    )
    return activity


def add_edition() -> None:
    NewsletterFactory(
        title="Kwiecień w Centrum",
        slug="kwiecien-w-centrum",
        topics=[TopicFactory(slug="rodo")],
        body=[
            ("heading", "Co przed nami"),
            ("paragraph", RichText(PARAGRAPH)),
            ("image", shown("Sala <pusta>")),
            ("button", {"label": "Zapisz się", "url": "https://zapisy.example.org/rodo"}),
            ("events", {"heading": "Raz", "events": [EventPage.objects.first()], "limit": 5}),
            ("organization", OrganizationPage.objects.first()),
            ("divider", None),
        ],
    )


def add_news_contest_and_resource(project: ProjectPage) -> None:
    rules = ResourceFactory(
        title="Regulamin", slug="regulamin", kind="regulations", year=2018, project=project
    )
    NewsFactory(title="Nowe godziny", slug="nowe-godziny", project=project, is_alert=True)
    ContestFactory(
        title="Mała Inicjatywa 2018",
        slug="mala-inicjatywa-2018",
        year=2018,
        opens_on=date(2018, 3, 1),
        closes_on=date(2018, 3, 20),
        results_on=date(2018, 4, 10),
        starts_on=date(2018, 5, 10),
        ends_on=date(2018, 9, 30),
        budget=Decimal(20000),
        rules=rules,
        project=project,
        results=[
            ContestResult(group_name="Grupa (przykład)", title="Ławka", amount=Decimal("1800.00"))
        ],
    )
