"""Vocabularies of the first installation: parts of Czerwionka-Leszczyny, topics.

The parts of the municipality are its auxiliary units (6 sołectwa, 6 dzielnice, 1 osiedle).
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

TOPICS = [
    ("dane-osobowe", "dane osobowe"),
    ("ksiegowosc", "księgowość"),
    ("prawo", "prawo"),
    ("fundusze", "pozyskiwanie funduszy"),
    ("wolontariat", "wolontariat"),
    ("promocja", "promocja i media"),
    ("wspolpraca", "współpraca"),
]
