"""The sample operator's clause, its readers and its first edition. All invented, and marked so.

Only the project of 2018–2019 that the edition mentions is a fact.
"""

from dataclasses import dataclass
from enum import Enum, auto

CLAUSE = {
    "purpose": "newsletter",
    "controller": "Stowarzyszenie Prowadzące Centrum (przykład)",
    "controller_details": (
        "ul. Przykładowa 1, Czerwionka-Leszczyny\n"
        "dane@example.org\n"
        "Inspektor ochrony danych: iod@example.org"
    ),
    "text": (
        "Zgadzam się, żeby Stowarzyszenie Prowadzące Centrum (przykład) wysyłało mi newsletter "
        "Centrum na podany adres e-mail. Zgodę mogę wycofać w każdej chwili, choćby odnośnikiem "
        "w dowolnym numerze."
    ),
    "information": (
        "Adres, imię (jeżeli je podasz) i wybrane tematy służą tylko do wysyłania newslettera, na "
        "podstawie Twojej zgody (art. 6 ust. 1 lit. a RODO). Podanie danych jest dobrowolne, ale "
        "bez adresu newslettera nie wyślemy. Dane powierzamy dostawcy poczty i nikomu więcej. Nie "
        "profilujemy i nie sprawdzamy, kto otwiera wiadomości.\n\n"
        "Po wypisaniu się usuwamy dane, a dowód zgody przechowujemy jeszcze przez trzy lata. "
        "Możesz zobaczyć swoje dane, poprawić je, przenieść, usunąć albo ograniczyć ich użycie, "
        "a także złożyć skargę do Prezesa Urzędu Ochrony Danych Osobowych.\n\n"
        "To treść przykładowa: przed prawdziwą wysyłką trzeba wpisać własną."
    ),
}


class Standing(Enum):
    """How it stands with a sample reader when the demo is loaded."""

    CONFIRMED = auto()
    LEFT = auto()
    BLOCKED = auto()
    UNCONFIRMED = auto()


@dataclass(frozen=True)
class Reader:
    """A sample subscriber; without topics everything is of interest."""

    email: str
    topics: tuple[str, ...] = ()
    standing: Standing = Standing.CONFIRMED


READERS = [
    Reader("biblioteka@example.org"),
    Reader("remiza@example.org"),
    Reader("pod-lipa@example.org"),
    Reader("skarbniczka@example.org", ("ksiegowosc", "fundusze")),
    Reader("wnioski@example.org", ("fundusze", "prawo")),
    Reader("wolontariat@example.org", ("wolontariat",)),
    Reader("lampiony@example.org", ("promocja", "wspolpraca")),
    Reader("kronika@example.org", ("promocja",)),
    Reader("wypisana@example.org", standing=Standing.LEFT),
    Reader("zablokowana@example.org", ("prawo",), Standing.BLOCKED),
    Reader("niepotwierdzona@example.org", standing=Standing.UNCONFIRMED),
]

ARCHIVE_SUMMARY = "Co nas czeka i kto u nas działa: kilka minut czytania, raz na jakiś czas."
EDITION = {
    "title": "Biuletyn COP: najbliższe tygodnie (przykład)",
    "slug": "najblizsze-tygodnie",
    "summary": "Kalendarz na najbliższe tygodnie, noc lampionów i sąsiedzi, którzy sadzą drzewa.",
    "preheader": "Kalendarz, noc lampionów i sąsiedzi, którzy sadzą drzewa.",
}
IMAGE = "lampiony"
IMAGE_ALT = "Rysunek: papierowe lampiony nad ulicą o zmierzchu."
CHOSEN_EVENT = "lampiony"
CHOSEN_ORGANIZATION = "zielony-zegar"
EVENTS_PATH = "/wydarzenia/"

HELLO = (
    "<p>Dzień dobry! W tym numerze: kalendarz na najbliższe tygodnie, zapowiedź nocy lampionów i "
    "sąsiedzi, którzy zamiast narzekać na puste skwery, sadzą na nich drzewa.</p>"
)
CALENDAR = "Najbliższe wydarzenia"
AFTER_CALENDAR = (
    "<p>Wszystkie daty pochodzą prosto z kalendarza Centrum. Zanim ruszysz w drogę, zajrzyj na "
    "stronę wydarzenia: <b>tam zawsze jest ostatnia wersja</b>.</p>"
)
BUTTON = "Zobacz cały kalendarz"
EVENT_HEADING = "Papier, klej i światło"
ABOUT_EVENT = (
    "<p>Najpierw robimy lampiony, potem idziemy z nimi przez miasto. Dzień nie jest jeszcze "
    "pewny, więc zapisz go ołówkiem.</p>"
)
ORGANIZATION_HEADING = "Organizacja z sąsiedztwa"
ABOUT_ORGANIZATION = (
    "<p>W każdym numerze przedstawiamy jedną organizację ze spisu. Dziś taką, do której można "
    "dołączyć choćby na jedno popołudnie:</p>"
)
GOODBYE = (
    "<p>W latach 2018–2019 GaSzo i KS DECOR Bełk prowadziły wspólnie projekt „Razem Możemy "
    "Więcej”. Pięć jego wydarzeń z 2018 r. można obejrzeć w archiwum kalendarza.</p>"
)
