"""What the demo shows. The project and its five events of 2018 are facts; the rest is invented.

Everything invented is marked as a sample, its organizations end with „(przykład)”, their mail is
at example.org, and they have no phones, no accounts and no people.
"""

from dataclasses import dataclass, field
from datetime import date, time, timedelta

PROJECT_START = date(2018, 3, 16)
PROJECT = {
    "title": "Razem Możemy Więcej – Centrum Organizacji Pozarządowych w Czerwionce-Leszczynach",
    "slug": "razem-mozemy-wiecej",
    "summary": (
        "GaSzo i KS DECOR Bełk wspólnie prowadzą miejsce, w którym lokalne stowarzyszenia, "
        "fundacje i grupy nieformalne dostają poradę, salę i pomoc w działaniu."
    ),
    "start_date": PROJECT_START,
    "end_date": date(2019, 12, 31),
}
PARTNERS = [("GaSzo", "leader", "https://gaszo.pl/"), ("KS DECOR Bełk", "partner", "")]

PROJECT_BODY: list[tuple[str, str]] = [
    ("heading", "Plan udziału każdy układa sam"),
    (
        "paragraph",
        "<p>Jedna organizacja potrzebuje księgowej na godzinę, druga kursu dla całego zarządu, "
        "trzecia tylko stołu i krzeseł na zebranie. Dlatego każdy wybiera to, co jest mu teraz "
        "przydatne: szkolenia, rozmowę z doradcą albo warsztaty.</p>",
    ),
    ("heading", "Co robi Centrum"),
    (
        "paragraph",
        "<ul>"
        "<li><b>Porady ogólne i eksperckie</b> – o prawie, finansach i wnioskach.</li>"
        "<li><b>Szkolenia</b> – osobno dla wszystkich i dla zaawansowanych.</li>"
        "<li><b>Pomoc techniczna i organizacyjna</b> – sale, szafki i sprzęt dla organizacji.</li>"
        "<li><b>Ożywianie okolicy</b> – spotkania i zajęcia w dzielnicach i sołectwach.</li>"
        "<li><b>Sieć organizacji</b> – żeby sąsiednie stowarzyszenia wiedziały o sobie.</li>"
        "<li><b>Dział o organizacjach w serwisie gminy</b> – wydarzenia i spis w jednym "
        "miejscu.</li>"
        "<li><b>Młodzi i wolontariat</b> – kluby w szkołach i pierwsze własne akcje.</li>"
        "<li><b>Badanie wolontariatu</b> – kto w gminie pomaga, komu i dlaczego.</li>"
        "<li><b>Konkurs „Mała Inicjatywa”</b> – niewielkie kwoty na pomysły mieszkańców.</li>"
        "<li><b>Działania z programu rewitalizacji</b> – tam, gdzie gmina się odnawia.</li>"
        "<li><b>Festiwal i Gala</b> – dwa dni w roku, w których widać wszystkich naraz.</li>"
        "<li><b>Współpraca</b> – organizacje, samorząd, firmy i szkoły przy jednym stole.</li>"
        "</ul>",
    ),
]


@dataclass(frozen=True)
class Event:
    """An event of the demo; `days` counts from the day on which the demo is loaded."""

    slug: str
    title: str
    summary: str
    kind: str
    topics: tuple[str, ...] = ()
    start_date: date | None = None
    days: int | None = None
    more: dict[str, object] = field(default_factory=dict)
    organizers: tuple[str, ...] = ()
    has_place: bool = False

    @property
    def is_sample(self) -> bool:
        return self.days is not None


EVENTS = [
    Event(
        "gotowi-do-startu",
        "Gotowi do startu",
        "Centrum znów otwiera drzwi. Zaczynamy nowy etap pracy z organizacjami z całej gminy.",
        "opening",
        start_date=date(2018, 4, 11),
    ),
    Event(
        "rodo-dla-ngo",
        "RODO dla NGO",
        "Zajęcia o danych osobowych w organizacji, nieco ponad miesiąc przed 25 maja 2018 r., gdy "
        "RODO zaczęto stosować.",
        "training",
        ("dane-osobowe", "prawo"),
        start_date=date(2018, 4, 21),
        more={"level": "specialist"},
    ),
    Event(
        "grill-organizacji",
        "Grill organizacji",
        "Letnie spotkanie osób działających w lokalnych organizacjach. Dzień nie jest jeszcze "
        "ustalony na pewno.",
        "networking",
        ("wspolpraca",),
        start_date=date(2018, 8, 24),
        more={"date_certainty": "proposed"},
    ),
    Event(
        "festiwal-organizacji",
        "Festiwal Organizacji Pozarządowych",
        "Dzień, w którym organizacje pokazują mieszkańcom, czym się zajmują.",
        "flagship",
        ("promocja", "wspolpraca"),
        start_date=date(2018, 9, 15),
    ),
    Event(
        "gala-wolontariusza",
        "Gala Wolontariusza",
        "Podziękowanie dla osób, które pomagają innym – w Międzynarodowy Dzień Wolontariusza.",
        "flagship",
        ("wolontariat",),
        start_date=date(2018, 12, 5),
    ),
    Event(
        "dyzur-ksiegowej",
        "Dyżur księgowej (przykład)",
        "Godzina na pytania o sprawozdania, faktury i rozliczenie dotacji.",
        "workshop",
        ("ksiegowosc",),
        days=6,
        more={"start_time": time(16, 30), "end_time": time(18), "level": "general"},
        has_place=True,
    ),
    Event(
        "wnioski-bez-stresu",
        "Wnioski bez stresu (przykład)",
        "Dwa popołudnia nad jednym, prawdziwym wnioskiem. Wszystkie miejsca są już zajęte.",
        "training",
        ("fundusze",),
        days=11,
        more={"start_time": time(17), "is_full": True, "level": "general", "duration_days": 1},
        has_place=True,
    ),
    Event(
        "statut-na-nowo",
        "Statut na nowo (przykład)",
        "Jak zmienić statut, żeby przeszedł za pierwszym razem. Spotykamy się przez internet.",
        "training",
        ("prawo",),
        days=16,
        more={
            "start_time": time(18),
            "status": "moved_online",
            "online_url": "https://spotkania.example.org/statut",
            "level": "specialist",
        },
    ),
    Event(
        "gry-pod-lipa",
        "Gry pod lipą (przykład)",
        "Popołudnie z planszówkami dla każdego, kto ma ochotę usiąść przy stole.",
        "animation",
        days=20,
        more={"status": "postponed"},
        organizers=("trzeci-pionek", "laweczka-pod-lipa"),
    ),
    Event(
        "zielony-spacer",
        "Zielony spacer (przykład)",
        "Spacer śladem drzew, które pamiętają kopalnię. Ruszamy w nowym terminie.",
        "animation",
        days=27,
        more={"status": "rescheduled", "previous_days": -3, "start_time": time(10)},
        organizers=("zielony-zegar",),
    ),
    Event(
        "mecz-przyjazni",
        "Mecz przyjaźni (przykład)",
        "Towarzyskie spotkanie klubów. Odwołane z powodu remontu boiska.",
        "animation",
        days=9,
        more={"status": "cancelled"},
        organizers=("kometa-wymyslona", "papierowy-zagiel"),
    ),
    Event(
        "lampiony",
        "Noc lampionów (przykład)",
        "Warsztat z papieru i światła, a potem wspólny przemarsz. Data czeka na potwierdzenie.",
        "flagship",
        days=40,
        more={"date_certainty": "proposed"},
        organizers=("latarnia-z-papieru",),
    ),
]

PLACE = {
    "name": "Sala konferencyjna (przykład)",
    "address": "ul. Przykładowa 1",
    "locality": "czerwionka-centrum",
}


@dataclass(frozen=True)
class Organization:
    """An invented organization of the demo."""

    slug: str
    title: str
    legal_form: str
    locality: str
    spheres: tuple[str, ...]
    summary: str
    krs: str = ""
    nip: str = ""
    regon: str = ""
    more: dict[str, object] = field(default_factory=dict)


ORGANIZATIONS = [
    Organization(
        "zielony-zegar",
        "Stowarzyszenie Sąsiedzkie „Zielony Zegar” (przykład)",
        "association",
        "leszczyny-osiedle",
        ("13", "18", "27"),
        "Sadzą drzewa, naprawiają ławki i pilnują, żeby sąsiedzi znali się po imieniu.",
        "0009999001",
        "9990000014",
        "990000016",
        {
            "short_name": "Zielony Zegar",
            "website": "https://zielony-zegar.example.org/",
            "email": "biuro@zielony-zegar.example.org",
            "seeks_volunteers": True,
            "former_names": "Komitet Osiedlowy „Zegar”",
            "registration_year": 2011,
            "mission": "Chcemy, żeby na osiedlu było zielono i żeby sąsiedzi mieli do siebie "
            "zaufanie.",
            "beneficiaries": ["seniors", "families", "everyone"],
            "action_forms": ["classes", "events"],
            "statute_url": "https://zielony-zegar.example.org/statut.pdf",
            "report_url": "https://zielony-zegar.example.org/sprawozdanie.pdf",
            "links": {"facebook": "https://facebook.example.org/zielony-zegar"},
            "territory": ("leszczyny-osiedle", "leszczyny-stare"),
        },
    ),
    Organization(
        "latarnia-z-papieru",
        "Fundacja „Latarnia z Papieru” (przykład)",
        "foundation",
        "czerwionka-centrum",
        ("16", "14"),
        "Teatr cieni, lampiony i warsztaty plastyczne dla tych, którzy mówią, że nie potrafią.",
        "0009999002",
        "9990000020",
        "990000022",
        {
            "opp_status": True,
            "opp_list_year": 2026,
            "email": "fundacja@latarnia.example.org",
            "registration_year": 2015,
            "beneficiaries": ["children", "youth", "disability"],
            "action_forms": ["classes", "culture"],
            "territory": ("cala-gmina",),
        },
    ),
    Organization(
        "kometa-wymyslona",
        "Klub Sportowy „Kometa Wymyślona” (przykład)",
        "sports_club",
        "czuchow",
        ("17", "15"),
        "Piłka nożna i lekkoatletyka od przedszkola po weteranów.",
        "",
        "9990000037",
        "990000039",
        {"register_number": "12 (ewidencja starosty)", "seeks_volunteers": True},
    ),
    Organization(
        "bajkowe-wrzeciono",
        "Koło Gospodyń Wiejskich „Bajkowe Wrzeciono” (przykład)",
        "kgw",
        "palowice",
        ("4", "13"),
        "Kuchnia, haft i pieśni, których nie ma w żadnym śpiewniku.",
        "",
        "9990000043",
        "990000045",
        {"address": "Palowice, ul. Zmyślona 3", "email": "kgw@wrzeciono.example.org"},
    ),
    Organization(
        "osp-zmyslona-gorka",
        "OSP w Zmyślonej Górce (przykład)",
        "osp",
        "stanowice",
        ("23",),
        "Druhny i druhowie gotowi o każdej porze, a w sobotę otwarta remiza.",
        "0009999003",
        "9990000066",
        "990000051",
    ),
    Organization(
        "papierowy-zagiel",
        "UKS „Papierowy Żagiel” (przykład)",
        "uks",
        "debiensko",
        ("17", "15"),
        "Sport po lekcjach: siatkówka, szachy i pierwsze żagle.",
        "",
        "9990000072",
        "990000068",
        {"register_number": "7 (ewidencja starosty)"},
    ),
    Organization(
        "nitka-i-guzik",
        "Spółdzielnia Socjalna „Nitka i Guzik” (przykład)",
        "social_coop",
        "czerwionka-karolinka",
        ("2", "8"),
        "Pracownia krawiecka, która daje pracę i drugie życie ubraniom.",
        "0009999004",
        "9990000089",
        "990000074",
        {"website": "https://nitka.example.org/"},
    ),
    Organization(
        "trzeci-pionek",
        "Klub Gier „Trzeci Pionek” (przykład)",
        "simple_association",
        "ksiazenice",
        ("16", "31"),
        "Wieczory z grami planszowymi dla rodzin i dla tych, którzy przychodzą sami.",
        "",
        "9990000095",
        "990000080",
        {
            "register_number": "31 (ewidencja starosty)",
            "email": "klub@pionek.example.org",
            "address": "Książenice, ul. Zmyślona 8",
        },
    ),
    Organization(
        "laweczka-pod-lipa",
        "Grupa „Ławeczka pod Lipą” (przykład)",
        "informal_group",
        "belk",
        ("13", "10"),
        "Sąsiedzi w każdym wieku, jedna ławka i coraz więcej pomysłów.",
    ),
    Organization(
        "mruczek-na-niby",
        "Fundacja „Mruczek na Niby” w likwidacji (przykład)",
        "foundation",
        "przegedza",
        ("18",),
        "Przez lata szukała domów dla kotów. Kończy działalność.",
        "0009999005",
        "9990000103",
        "990000097",
        {"status": "in_liquidation"},
    ),
    Organization(
        "wymyslona-dolina",
        "Lokalna Grupa Działania „Wymyślona Dolina” (przykład)",
        "lgd",
        "cala-gmina",
        ("13", "11"),
        "Łączy samorządy, firmy i organizacje z kilku gmin wokół wspólnej strategii.",
        "0009999006",
        "9990000126",
        "990000105",
    ),
    Organization(
        "przystan-na-niby",
        "Przystań na Niby – spółka non-profit (przykład)",
        "nonprofit_company",
        "czerwionka-centrum",
        ("8", "33"),
        "Prowadzi kawiarnię, w której pracują osoby po długiej przerwie w pracy.",
        "0009999007",
        "9990000132",
        "990000111",
    ),
    Organization(
        "kolo-wedrowcow",
        "Koło Wędrowców, oddział stowarzyszenia (przykład)",
        "branch",
        "leszczyny-stare",
        ("19",),
        "Niedzielne wycieczki dla tych, którzy chodzą powoli i rozmawiają po drodze.",
        "0009999001",
        more={"parent": "zielony-zegar"},
    ),
    Organization(
        "swietlica-przy-parafii",
        "Świetlica przy parafii w Zmyślonej Górce (przykład)",
        "church_unit",
        "szczejkowice",
        ("31", "14"),
        "Odrabianie lekcji, gry i ciepły posiłek w każde popołudnie.",
        "",
        "9990000149",
        "990000128",
    ),
]

ABOUT = {
    "title": "O Centrum",
    "slug": "o-centrum",
    "summary": "Dla kogo jest Centrum i jak z niego skorzystać.",
    "body": [
        (
            "paragraph",
            "<p>Centrum służy organizacjom społecznym i grupom mieszkańców z całej gminy: "
            "zarejestrowanym i tym, które dopiero się zbierają. Pomoc jest bezpłatna.</p>",
        ),
        ("heading", "Jak zacząć"),
        (
            "paragraph",
            "<ol><li>Sprawdź <b>wydarzenia</b> i wybierz coś dla siebie.</li>"
            "<li>Poszukaj w <b>spisie organizacji</b> kogoś, kto robi coś podobnego.</li>"
            "<li>Napisz do nas, jeżeli czegoś brakuje.</li></ol>",
        ),
    ],
}


DECLARATION = {
    "title": "Deklaracja dostępności",
    "slug": "deklaracja-dostepnosci",
    "entity": "Gmina Przykładowa (przykład)",
    "conformity": "partial",
    "inaccessible": (
        "<p>Część starszych regulaminów to skany. Na prośbę przepisujemy je na zwykły tekst "
        "(przykład).</p>"
    ),
    "site_published_on": date(2026, 1, 12),
    "site_changed_on": date(2026, 9, 1),
    "prepared_on": date(2026, 1, 12),
    "reviewed_on": date(2026, 3, 20),
    "method": "samoocena Centrum",
    "contact_person": "Zespół Centrum (przykład)",
    "contact_email": "dostepnosc@example.org",
    "contact_phone": "+48 32 000 00 00",
    "architecture": (
        "<ul><li>Wejście bez progu od strony parkingu.</li>"
        "<li>Toaleta dostosowana na parterze.</li>"
        "<li>Można wejść z psem asystującym.</li></ul><p>To opis przykładowy.</p>"
    ),
}


def day(start: date, offset: object) -> date:
    """Return the date that lies so many days after the start."""
    return start + timedelta(days=int(str(offset)))
