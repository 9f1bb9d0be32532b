"""Documents of all types, with all that their single views show."""

from datetime import date, time
from decimal import Decimal

from wagtail.rich_text import RichText

from cms.models import (
    ActivityPage,
    Closure,
    ContestResult,
    DutyHours,
    Facility,
    Figure,
    ProjectPage,
    ResourcePage,
)
from cms.models.resources import ResourceFile
from tests.factories import (
    ActivityFactory,
    AudienceFactory,
    ContestFactory,
    EventFactory,
    FileFactory,
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
    in_days,
)

NAMES = (
    *("event/festyn", "organization/zegar", "project/projekt", "activity/porady", "news/godziny"),
    *("contest/inicjatywa", "resource/regulamin", "newsletter/marzec"),
)


def add_all_kinds() -> None:
    """Add one document of each type under the address in NAMES, and some beside them."""
    OperatorTermFactory(operator="Operator (przykład)", funding="Zadanie finansuje gmina.")
    locality = LocalityFactory(slug="belk", name="Bełk", name_locative="w Bełku")
    school = PartnerFactory(name="Szkoła (przykład)", role="użycza sali", logo=ImageFactory())
    leader = PartnerFactory(name="Stowarzyszenie GaSzo (przykład)")
    project = ProjectFactory(
        slug="projekt",
        title="Razem Możemy Więcej",
        partners=[(leader, "leader"), school],
        start_date=date(2026, 1, 2),
        end_date=date(2030, 12, 31),
        body=[("paragraph", "<p>O projekcie.</p>")],
    )
    rules = add_resources(project)
    activity = add_activities(project, rules)
    organization = OrganizationFactory(
        slug="zegar",
        title="Stowarzyszenie Sąsiedzkie „Zielony Zegar”",
        locality=locality,
        spheres=[SphereFactory(code="13", label="wspólnoty lokalne")],
        seeks_volunteers=True,
        logo=ImageFactory(),
        image=ImageFactory(),
    )
    event = EventFactory(
        slug="festyn",
        title="Festyn sąsiedzki w Bełku",
        timed=True,
        start_date=date(2031, 3, 16),
        place=PlaceFactory(locality=locality),
        topics=[TopicFactory(slug="rodo", name="RODO")],
        project=project,
        activity=activity,
        organizers=[organization],
        image=ImageFactory(),
        body=[("heading", "Program"), ("paragraph", "<p>Wstęp <b>wolny</b>.</p>")],
    )
    NewsFactory(slug="godziny", title="Nowe godziny otwarcia", project=project, events=[event])
    add_contests(project, rules, school)
    NewsletterFactory(
        slug="marzec",
        title="Marzec w Centrum",
        topics=[TopicFactory(slug="rodo")],
        body=[
            ("heading", "Co przed nami"),
            ("paragraph", RichText("<p>Dzień dobry.</p>")),
            ("events", {"heading": "Wydarzenia", "events": [event], "limit": 5}),
        ],
    )


def add_resources(project: ProjectPage) -> ResourcePage:
    file = FileFactory(title="Regulamin sal")
    rules: ResourcePage = ResourceFactory(
        slug="regulamin",
        title="Regulamin sal",
        kind="regulations",
        year=2026,
        valid_from=date(2026, 4, 1),
        authors="Zespół Centrum",
        licence="CC BY 4.0",
        project=project,
        files=[ResourceFile(file=file), ResourceFile(file=FileFactory(), title="Załącznik")],
    )
    return rules


def add_activities(project: ProjectPage, rules: ResourcePage) -> ActivityPage:
    ActivityFactory(slug="zajete", title="Łąka działań", parent=project)
    activity: ActivityPage = ActivityFactory(
        slug="porady",
        title="Porady dla organizacji",
        parent=project,
        adviser_role="prawnik",
        booking_email="porady@example.org",
        booking_rules="Co najmniej 3 dni wcześniej.",
        is_free=True,
        offer_types=[OfferTypeFactory(slug="porada", name="porada")],
        audiences=[AudienceFactory(slug="liderzy", name="liderzy organizacji")],
        programme=ProgrammeFactory(slug="lpr", name="Lokalny Program Rewitalizacji"),
        place=PlaceFactory(name="Centrum"),
        duty_hours=[
            DutyHours(weekday=2, opens=time(15), closes=time(18), note="co drugi tydzień"),
            DutyHours(weekday=7, opens=time(9), closes=time(12, 30)),
        ],
        closures=[
            Closure(first_day=date(2018, 5, 2), reason="dawno"),
            Closure(first_day=date(2031, 5, 1), last_day=date(2031, 5, 3), reason="majówka"),
        ],
        facilities=[
            Facility(name="Sala duża", seats=22, description="Z rzutnikiem."),
            Facility(name="Sala mała", seats=12),
            Facility(name="Szafka", kind="locker", quantity=3),
        ],
        figures=[Figure(value=Decimal("1097.5"), label="godzin porad", period="2025–2026")],
        resources=[rules],
        partners=[PartnerFactory(name="Biblioteka (przykład)", website="")],
    )
    return activity


def add_contests(project: ProjectPage, rules: ResourcePage, partner: object) -> None:
    ContestFactory(
        slug="inicjatywa",
        title="Mała Inicjatywa 2018",
        year=2018,
        opens_on=date(2018, 5, 7),
        closes_on=date(2018, 5, 28),
        results_on=date(2018, 6, 11),
        starts_on=date(2018, 6, 15),
        ends_on=date(2018, 10, 31),
        budget=Decimal(20000),
        largest_grant=Decimal("2000.50"),
        eligibility="Grupy nieformalne z gminy.",
        contact_email="konkurs@example.org",
        bip_url="https://bip.example.org/",
        rules=rules,
        project=project,
        partners=[partner],
        results=[
            ContestResult(
                group_name="Grupa „Ławeczka”", title="Ławka sąsiedzka", amount=Decimal("1800.00")
            ),
            ContestResult(group_name="Przedsiębiorczynie", title="Święto ulicy"),
        ],
    )
    open_ = {"opens_on": in_days(-10), "closes_on": in_days(0)}
    ContestFactory(slug="nabor", title="Nabór otwarty", **open_)
    ContestFactory(
        slug="zapowiedz", title="Zapowiedź", opens_on=date(2031, 3, 1), closes_on=date(2031, 3, 20)
    )
    ContestFactory(
        slug="ocena",
        title="Ocena",
        opens_on=date(2018, 3, 1),
        closes_on=date(2018, 3, 20),
        results_on=date(2031, 11, 27),
    )
