"""Vocabularies of the first installation: parts of Czerwionka-Leszczyny, spheres, topics.

The parts of the municipality are its auxiliary units (6 sołectwa, 6 dzielnice, 1 osiedle). The
labels of the spheres of art. 4(1) are our own short words.
"""

LOCALITIES = [
    # slug, name, locative, kind
    ("belk", "Bełk", "w Bełku", "solectwo"),
    ("ksiazenice", "Książenice", "w Książenicach", "solectwo"),
    ("palowice", "Palowice", "w Palowicach", "solectwo"),
    ("przegedza", "Przegędza", "w Przegędzy", "solectwo"),
    ("stanowice", "Stanowice", "w Stanowicach", "solectwo"),
    ("szczejkowice", "Szczejkowice", "w Szczejkowicach", "solectwo"),
    ("czerwionka-centrum", "Czerwionka Centrum", "w Czerwionce Centrum", "dzielnica"),
    ("czerwionka-karolinka", "Czerwionka Karolinka", "w Czerwionce Karolince", "dzielnica"),
    ("czuchow", "Czuchów", "w Czuchowie", "dzielnica"),
    ("debiensko", "Dębieńsko", "w Dębieńsku", "dzielnica"),
    ("leszczyny-osiedle", "Leszczyny Osiedle", "w Leszczynach Osiedlu", "dzielnica"),
    ("leszczyny-stare", "Leszczyny Stare", "w Leszczynach Starych", "dzielnica"),
    ("malenie", "Malenie", "na Maleniach", "osiedle"),
    ("cala-gmina", "Cała gmina", "w całej gminie", "gmina"),
    ("poza-gmina", "Poza gminą", "poza gminą", "poza"),
]

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

TOPICS = [
    ("dane-osobowe", "dane osobowe"),
    ("ksiegowosc", "księgowość"),
    ("prawo", "prawo"),
    ("fundusze", "pozyskiwanie funduszy"),
    ("wolontariat", "wolontariat"),
    ("promocja", "promocja i media"),
    ("wspolpraca", "współpraca"),
]
