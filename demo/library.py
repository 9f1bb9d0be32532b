"""What the demo shows beside events and organizations: activities, news, contests, materials.

What is said of the project of 2018–2019 are facts; everything marked as a sample is invented.
"""

from dataclasses import dataclass, field
from datetime import date, time

TERMS = [
    {
        "operator": "GaSzo i KS DECOR Bełk",
        "valid_from": date(2018, 3, 16),
        "valid_until": date(2019, 12, 31),
        "controller": "GaSzo",
    },
    {
        "operator": "Operator przykładowy (przykład)",
        "valid_from": date(2020, 1, 1),
        "controller": "Gmina przykładowa (przykład)",
        "controller_details": "ul. Przykładowa 1, inspektor: iod@example.org",
        "funding": "Zadanie publiczne finansuje gmina (przykład).",
        "contact_email": "centrum@example.org",
    },
]
PROGRAMME = {
    "slug": "lpr",
    "name": "Lokalny Program Rewitalizacji",
    "resolution": "XXXVIII/425/17 z 28 lipca 2017 r.",
    "valid_from": date(2017, 7, 28),
}
PARTNERS = [
    ("Szkoła przykładowa (przykład)", "education", "użycza sali gimnastycznej"),
    ("Piekarnia przykładowa (przykład)", "business", "piecze na festiwal"),
    ("Biblioteka przykładowa (przykład)", "government", "prowadzi punkt informacji"),
]


@dataclass(frozen=True)
class Activity:
    """One of the twelve kinds of what the project does."""

    kind: str
    slug: str
    title: str
    summary: str
    more: dict[str, object] = field(default_factory=dict)
    offers: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    is_in_programme: bool = False
    has_partners: bool = False
    rows: dict[str, tuple[dict[str, object], ...]] = field(default_factory=dict)


ACTIVITIES = [
    Activity(
        "advice",
        "porady",
        "Porady ogólne i specjalistyczne",
        "Rozmowa z kimś, kto zna przepisy, księgowość albo konkursy – o jednej organizacji.",
        {
            "is_sample": True,  # the hours are invented
            "adviser_role": "prawnik, księgowa, doradca do spraw funduszy",
            "booking_email": "porady@example.org",
        },
        ("porada-ogolna", "porada-specjalistyczna"),
        ("liderzy-organizacji",),
        rows={
            "figures": (
                {
                    "value": "97.5",
                    "label": "godziny porad specjalistycznych",
                    "period": "2018–2019",
                },
                {"value": "27", "label": "organizacji, którym miało pomóc doradztwo"},
            ),
            "duty_hours": (
                {
                    "weekday": 2,
                    "opens": time(15),
                    "closes": time(18),
                    "note": "dyżur ogólny (przykład)",
                },
                {
                    "weekday": 4,
                    "opens": time(16),
                    "closes": time(19),
                    "note": "prawnik, co drugi tydzień (przykład)",
                },
            ),
        },
    ),
    Activity(
        "training",
        "szkolenia",
        "Szkolenia dla wszystkich i dla zaawansowanych",
        "Dwie ścieżki: podstawy dla tych, którzy zaczynają, i tematy trudne dla doświadczonych.",
        offers=("szkolenie", "warsztaty"),
        audiences=("liderzy-organizacji", "wolontariusze"),
        rows={
            "figures": (
                {"value": "9", "label": "szkoleń specjalistycznych", "period": "2018–2019"},
                {"value": "24", "label": "godziny szkoleń w planie na rok"},
            )
        },
    ),
    Activity(
        "support",
        "pomoc-techniczna",
        "Pomoc techniczna i organizacyjna",
        "Sala na zebranie, szafka na dokumenty i ktoś, kto pokaże, jak to wszystko działa.",
        {
            "booking_rules": (
                "Wniosek na piśmie, co najmniej 3 dni robocze wcześniej. Sal nie udostępnia się "
                "na cele polityczne ani religijne."
            ),
        },
        rows={
            "facilities": (
                {"kind": "room", "name": "sala konferencyjna"},
                {"kind": "room", "name": "pokój konsultacyjny", "quantity": 2},
                {"kind": "locker", "name": "szafki dla organizacji"},
            )
        },
    ),
    Activity(
        "animation",
        "ozywianie-okolicy",
        "Ożywianie lokalnej aktywności",
        "Spotkania tam, gdzie ludzie mieszkają: w sołectwach, dzielnicach i na osiedlach.",
        audiences=("mieszkancy",),
    ),
    Activity(
        "networking",
        "siec-organizacji",
        "Łączenie organizacji w sieć",
        "Spis organizacji, wspólne spotkania i wiadomości, dzięki którym sąsiedzi wiedzą o sobie.",
        audiences=("liderzy-organizacji",),
    ),
    Activity(
        "municipal_section",
        "dzial-ngo",
        "Dział NGO w serwisie gminy",
        "To, co ogłasza Centrum, od razu widać w serwisie gminy, a gdy traci ważność, znika.",
        audiences=("mieszkancy", "urzednicy"),
    ),
    Activity(
        "youth",
        "mlodzi-i-wolontariat",
        "Młodzi i wolontariat",
        "Szkolne kluby wolontariatu i pierwsze własne akcje – z opiekunem i z pomysłem.",
        audiences=("mlodziez", "wolontariusze"),
    ),
    Activity(
        "report",
        "badanie-wolontariatu",
        "Badanie wolontariatu w gminie",
        "Kto pomaga, komu i dlaczego: jedno badanie, z którego może skorzystać każdy.",
        audiences=("urzednicy", "liderzy-organizacji"),
    ),
    Activity(
        "small_grants",
        "mala-inicjatywa",
        "Konkurs „Mała Inicjatywa”",
        "Niewielkie kwoty na pomysły grup, które nie muszą mieć statutu, żeby coś zrobić.",
        audiences=("mieszkancy",),
        rows={
            "figures": ({"value": "2", "label": "edycje konkursu", "period": "2018–2019"},),
        },
    ),
    Activity(
        "revitalization",
        "rewitalizacja",
        "Działania z programu rewitalizacji",
        "Co dzieje się tam, gdzie gmina się odnawia, i jak można się do tego dołączyć.",
        audiences=("mieszkancy",),
        is_in_programme=True,
    ),
    Activity(
        "festival",
        "festiwal-i-gala",
        "Festiwal i Gala",
        "Dwa dni w roku, w których widać wszystkich: organizacje na Festiwalu, pomocnych na Gali.",
        audiences=("mieszkancy", "wolontariusze"),
        has_partners=True,
        rows={
            "figures": (
                {"value": "2", "label": "festiwale", "period": "2018–2019"},
                {"value": "2", "label": "gale", "period": "2018–2019"},
            )
        },
    ),
    Activity(
        "cross_sector",
        "wspolpraca-sektorow",
        "Współpraca wewnątrz sektorów i między nimi",
        "Organizacje, samorząd, firmy i szkoły przy jednym stole – o sprawach, których nikt nie "
        "załatwi sam.",
        audiences=("przedsiebiorcy", "urzednicy", "liderzy-organizacji"),
        has_partners=True,
    ),
]
# Which event of demo.content belongs to which activity.
EVENT_ACTIVITIES = {
    "rodo-dla-ngo": "szkolenia",
    "grill-organizacji": "siec-organizacji",
    "festiwal-organizacji": "festiwal-i-gala",
    "gala-wolontariusza": "festiwal-i-gala",
    "dyzur-ksiegowej": "porady",
    "wnioski-bez-stresu": "szkolenia",
    "gry-pod-lipa": "ozywianie-okolicy",
}


@dataclass(frozen=True)
class Resource:
    """A material with its file: name of the file → how it is made."""

    slug: str
    title: str
    summary: str
    kind: str
    text: str
    files: tuple[tuple[str, str, str], ...]  # (name, title, role)
    year: int | None = None
    more: dict[str, object] = field(default_factory=dict)


RESOURCES = [
    Resource(
        "raport-o-wolontariacie",
        "Raport o wolontariacie (przykład)",
        "Co trzecia osoba pomaga regularnie, najczęściej po sąsiedzku. Liczby są wymyślone.",
        "report",
        "<p>W przykładowym badaniu zapytano 300 osób. Regularnie pomaga 96 z nich, od czasu do "
        "czasu 141, wcale 63. Najczęściej pomagają sąsiadom i w szkole.</p>",
        (
            ("raport-o-wolontariacie.pdf", "Raport w całości", "document"),
            ("raport-o-wolontariacie.csv", "Zestawienie odpowiedzi", "data"),
        ),
        year=2026,
        more={"method": "ankieta, 300 odpowiedzi (przykład)", "licence": "CC BY 4.0"},
    ),
    Resource(
        "regulamin-sal",
        "Regulamin sal (przykład)",
        "Kto, kiedy i na jakich zasadach może korzystać z sal Centrum.",
        "regulations",
        "<p>Z sal korzystają bezpłatnie organizacje i grupy nieformalne z gminy. Wniosek składa "
        "się na piśmie, co najmniej 3 dni robocze wcześniej.</p>",
        (("regulamin-sal.pdf", "Regulamin sal", "document"),),
        more={"valid_from": date(2026, 1, 1)},
    ),
    Resource(
        "regulamin-konkursu",
        "Regulamin konkursu „Mała Inicjatywa” (przykład)",
        "Kto może się zgłosić, na co wolno wydać grant i jak wybieramy pomysły.",
        "regulations",
        "<p>Zgłaszają się grupy nieformalne i organizacje z gminy, każda z jednym pomysłem. Grant "
        "wydaje się w okresie realizacji, na to, co stoi we wniosku.</p>",
        (("regulamin-konkursu.pdf", "Regulamin konkursu", "document"),),
        more={"valid_from": date(2026, 1, 1)},
    ),
    Resource(
        "wniosek-o-sale",
        "Wniosek o salę (przykład)",
        "Formularz do wypełnienia na komputerze albo długopisem.",
        "form",
        "",
        (("wniosek-o-sale.odt", "Wniosek o salę", "form"),),
    ),
    Resource(
        "jak-zalozyc-stowarzyszenie",
        "Jak założyć stowarzyszenie (przykład)",
        "Siedem osób, statut, wniosek do sądu: po kolei, bez pośpiechu.",
        "guide",
        "<ol><li>Zbierzcie co najmniej siedem osób.</li><li>Napiszcie statut.</li><li>Uchwalcie "
        "go na zebraniu założycielskim.</li><li>Złóżcie wniosek do KRS.</li></ol>",
        (),
    ),
]
REPORT_LINES = [
    "Raport o wolontariacie (przykład)",
    "",
    "Liczby w tym raporcie są wymyślone.",
    "Zapytano 300 osób. Regularnie pomaga 96, czasem 141, wcale 63.",
]
REPORT_ROWS = [("jak_czesto", "liczba"), ("regularnie", 96), ("czasem", 141), ("wcale", 63)]


@dataclass(frozen=True)
class Contest:
    """An edition of a contest; its days count from the day on which the demo is loaded."""

    slug: str
    title: str
    summary: str
    days: dict[str, int]
    results: tuple[tuple[str, str, str, str, str], ...] = ()  # group, slug, title, place, grant
    previous: str = ""


CONTESTS = [
    Contest(
        "mala-inicjatywa-miniona",
        "Mała Inicjatywa, edycja miniona (przykład)",
        "Sąsiedzi zrobili ławkę, czytelnię pod chmurką i turniej gier.",
        {
            "opens_on": -330,
            "closes_on": -300,
            "results_on": -280,
            "starts_on": -270,
            "ends_on": -120,
        },
        (
            (
                "Grupa „Ławeczka pod Lipą” (przykład)",
                "laweczka-pod-lipa",
                "Ławka, przy której się rozmawia",
                "belk",
                "1800",
            ),
            ("Grupa „Trzy Kasztany” (przykład)", "", "Czytelnia pod chmurką", "malenie", "1450.50"),
        ),
    ),
    Contest(
        "mala-inicjatywa-trwajaca",
        "Mała Inicjatywa, nabór trwa (przykład)",
        "Pomysł, trzy osoby i kartka papieru wystarczą, żeby złożyć wniosek.",
        {"opens_on": -10, "closes_on": 18, "results_on": 40, "starts_on": 50, "ends_on": 170},
        previous="mala-inicjatywa-miniona",
    ),
    Contest(
        "mala-inicjatywa-zapowiedziana",
        "Mała Inicjatywa dla młodych (przykład)",
        "Edycja dla szkolnych klubów wolontariatu. Nabór zacznie się wiosną.",
        {"opens_on": 90, "closes_on": 120},
    ),
]


@dataclass(frozen=True)
class News:
    slug: str
    title: str
    summary: str
    text: str
    more: dict[str, object] = field(default_factory=dict)
    audiences: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


NEWS = [
    News(
        "w-piatek-nieczynne",
        "W piątek Centrum jest nieczynne (przykład)",
        "Przez awarię ogrzewania w piątek nie ma dyżurów. Umówione porady przenosimy.",
        "<p>Kto był umówiony, dostanie nowy termin. Przepraszamy.</p>",
        {"is_alert": True},
    ),
    News(
        "szukamy-mlodych",
        "Szukamy młodych na festiwal (przykład)",
        "Klub wolontariatu zbiera drużynę, która pomoże przy stoiskach.",
        "<p>Nie trzeba umieć niczego szczególnego. Wystarczy przyjść z dobrym humorem.</p>",
        audiences=("mlodziez", "wolontariusze"),
        events=("lampiony",),
    ),
    News(
        "zegar-sadzi-drzewa",
        "Sąsiedzi sadzą drzewa (przykład)",
        "Organizacja zaprasza sąsiadów z łopatami i bez.",
        "<p>Drzewa, narzędzia i herbata będą na miejscu.</p>",
        organizations=("zielony-zegar",),
    ),
]
