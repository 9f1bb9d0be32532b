"""Words that every installation begins with. Staff change and delete them as they like."""

from cms.models.offers import Audience, Level, OfferType
from cms.models.vocabularies import Sphere

# Spheres of art. 4(1) of the Act of 24 April 2003 on public benefit and volunteering; the labels
# are our own short words.
SPHERES = [
    ("1", "pomoc społeczna"),
    ("1a", "rodzina i piecza zastępcza"),
    ("1b", "nieodpłatna pomoc prawna"),
    ("2", "integracja osób zagrożonych wykluczeniem"),
    ("3", "działalność charytatywna"),
    ("4", "tradycja i świadomość narodowa, obywatelska i kulturowa"),
    ("5", "mniejszości i język regionalny"),
    ("5a", "integracja cudzoziemców"),
    ("6", "zdrowie"),
    ("7", "osoby z niepełnosprawnościami"),
    ("8", "zatrudnienie i aktywizacja zawodowa"),
    ("9", "równość kobiet i mężczyzn"),
    ("10", "osoby starsze"),
    ("11", "rozwój gospodarczy i przedsiębiorczość"),
    ("12", "technika i innowacje"),
    ("13", "wspólnoty i społeczności lokalne"),
    ("14", "nauka, edukacja i wychowanie"),
    ("15", "wypoczynek dzieci i młodzieży"),
    ("16", "kultura, sztuka i dziedzictwo"),
    ("17", "kultura fizyczna"),
    ("18", "ekologia i ochrona zwierząt"),
    ("19", "turystyka i krajoznawstwo"),
    ("20", "porządek i bezpieczeństwo publiczne"),
    ("21", "obronność państwa"),
    ("22", "prawa człowieka i demokracja"),
    ("22a", "poradnictwo obywatelskie"),
    ("23", "ratownictwo i ochrona ludności"),
    ("24", "pomoc ofiarom katastrof i wojen"),
    ("25", "prawa konsumentów"),
    ("26", "integracja europejska i współpraca między społeczeństwami"),
    ("27", "wolontariat"),
    ("28", "Polonia i Polacy za granicą"),
    ("29", "kombatanci i osoby represjonowane"),
    ("29a", "weterani"),
    ("30", "promocja Polski za granicą"),
    ("31", "rodzina, rodzicielstwo i prawa dziecka"),
    ("32", "przeciwdziałanie uzależnieniom"),
    ("32a", "rewitalizacja"),
    ("33", "wsparcie organizacji pozarządowych"),
]

AUDIENCES = [
    ("mieszkancy", "mieszkańcy"),
    ("liderzy-organizacji", "liderzy organizacji"),
    ("wolontariusze", "wolontariusze"),
    ("mlodziez", "młodzież"),
    ("urzednicy", "urzędnicy samorządowi"),
    ("przedsiebiorcy", "przedsiębiorcy"),
]

OFFER_TYPES = [
    ("szkolenie", "szkolenie", ""),
    ("warsztaty", "warsztaty", ""),
    ("porada-ogolna", "porada ogólna", Level.GENERAL),
    ("porada-specjalistyczna", "porada specjalistyczna", Level.SPECIALIST),
]


def ensure_vocabularies() -> None:
    """Fill the vocabularies that are empty."""
    if not Sphere.objects.exists():
        Sphere.objects.bulk_create(
            Sphere(code=code, label=label, sort_key=number)
            for number, (code, label) in enumerate(SPHERES)
        )
    if not Audience.objects.exists():
        Audience.objects.bulk_create(Audience(slug=slug, name=name) for slug, name in AUDIENCES)
    if not OfferType.objects.exists():
        OfferType.objects.bulk_create(
            OfferType(slug=slug, name=name, level=level) for slug, name, level in OFFER_TYPES
        )
