"""A small installation whose texts hold Polish words in all cases, for tests of the search."""

from datetime import date
from typing import Any

from cms.models import OrganizationPage
from tests.factories import (
    EventFactory,
    LocalityFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProjectFactory,
    SphereFactory,
    TopicFactory,
)


def paragraphs(*texts: str) -> list[tuple[str, Any]]:
    return [("paragraph", "".join(f"<p>{text}</p>" for text in texts))]


def add_library() -> None:
    """Publish what the table of queries looks for."""
    add_organizations()
    add_events()
    ProjectFactory(
        slug="razem",
        title="Razem Możemy Więcej",
        start_date=date(2018, 3, 16),
        end_date=date(2019, 12, 31),
        summary="Centrum Organizacji Pozarządowych (COP) w Czerwionce-Leszczynach.",
        body=paragraphs("Doradztwo prawne i&nbsp;szkolenia, bezpłatnie dla mieszkańców gminy."),
    )


def add_organizations() -> None:
    OrganizationFactory(
        slug="zegar",
        title="Stowarzyszenie Sąsiedzkie „Zielony Zegar” (przykład)",
        short_name="Zielony Zegar",
        summary="Spotkania sąsiadów przy ławce i na podwórku.",
        krs="0009999001",
        nip="9990000014",
        regon="990000016",
        spheres=[SphereFactory(code="13", label="działalność na rzecz wspólnot lokalnych")],
        locality=LocalityFactory(slug="leszczyny", name="Leszczyny", name_locative="w Leszczynach"),
    )
    OrganizationFactory(
        slug="wrzeciono",
        title="KGW „Bajkowe Wrzeciono” (przykład)",
        legal_form=OrganizationPage.LegalForm.KGW,
        krs="",
        regon="990000045",
        register_number="KGW/12/2018",
        summary="Koło gospodyń wiejskich: kuchnia śląska i rękodzieło.",
        consenting=True,
        phone="32 000 01 02",
    )
    OrganizationFactory(
        slug="strazacy",
        title="OSP Zmyślona (przykład)",
        legal_form=OrganizationPage.LegalForm.OSP,
        krs="0009999002",
        summary="Ochotnicza straż pożarna. Zawody strażackie i orkiestra dęta.",
    )
    OrganizationFactory(
        slug="slimak",
        title="Fundacja „Żółty Ślimak” (przykład)",
        legal_form=OrganizationPage.LegalForm.FOUNDATION,
        krs="0009999003",
        summary="Pomagamy bezdomnym psom i kotom, uczymy ekologii.",
        body=paragraphs("Wpłaty: 61 0000 0000 0000 0000 0000 0014."),
    )


def add_events() -> None:
    EventFactory(
        slug="rodo",
        title="Szkolenie z RODO dla organizacji",
        start_date=date(2018, 4, 21),
        summary="Ochrona danych osobowych w stowarzyszeniu.",
        body=paragraphs("Zapraszamy do Czerwionki. Zajęcia prowadzi prawniczka."),
        topics=[TopicFactory(slug="prawo", name="Prawo")],
    )
    EventFactory(
        slug="gala",
        title="Gala Wolontariusza",
        summary="Wręczenie nagród wolontariuszom roku.",
        place=PlaceFactory(
            name="Centrum Kultury",
            address="ul. Źródlana 1",
            locality=LocalityFactory(slug="belk", name="Bełk", name_locative="w Bełku"),
        ),
        partners=[PartnerFactory(name="Klub „Pod Jaworem” (przykład)")],
    )
    EventFactory(
        slug="finanse",
        title="Księgowość w fundacji",
        summary="Jak przygotować sprawozdania, do 3 lat wstecz, i rozliczyć darowizny.",
        body=paragraphs("Komplet sprawozdań za 2018 rok."),
    )
    EventFactory(
        slug="piknik",
        title="Piknik sołecki",
        summary="Zabawy dla dzieci, młodzieży i seniorów.",
        body=paragraphs("Gra <b>orki</b>estra. Wstęp&nbsp;wolny &amp; kołacz."),
    )
    EventFactory(
        slug="granty",
        title="Konkurs na małe dotacje",
        summary="Do zdobycia 5000 zł na inicjatywy lokalne.",
        body=paragraphs("Wnioski składamy do 15 września 2018 r., 12 działań dostało wsparcie."),
    )
