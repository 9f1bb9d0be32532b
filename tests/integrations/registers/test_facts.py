"""From the register's capitals to a profile: what counts as the same, and what is proposed."""

from dataclasses import replace

import pytest

from cms.models import OrganizationPage
from integrations.registers.facts import differences, facts_of, seat_in_words
from integrations.registers.krs.extracts import Extract, Seat, parse_extract
from integrations.registers.spelling import fold, readable
from tests.integrations.registers.register import KRS, extract, json_of

pytestmark = pytest.mark.django_db
NAME = "Stowarzyszenie Sąsiedzkie „Zielony Zegar” w Leszczynach"


@pytest.fixture
def said() -> Extract:
    return parse_extract(json_of(extract()), krs=KRS)


def profile(**fields) -> OrganizationPage:
    return OrganizationPage(
        **{
            "title": NAME,
            "legal_form": "association",
            "nip": "9990000014",
            "regon": "990000016",
            "address": "ul. Wymyślona 5/2, 44-230 Czerwionka-Leszczyny",
            "email": "biuro@zegar.example.org",
            "website": "http://zegar.example.org/",
            "registration_year": 1998,
        }
        | fields
    )


def test_facts_are_as_a_person_would_write_them(said):
    assert facts_of(said) == {
        "title": NAME,
        "legal_form": "association",
        "nip": "9990000014",
        "regon": "990000016",
        "address": "ul. Wymyślona 5/2, 44-230 Czerwionka-Leszczyny",
        "email": "biuro@zegar.example.org",
        "website": "https://www.zegar.example.org",
        "status": "active",
        "registration_year": 2011,
        "opp_status": False,
    }


def test_profile_in_the_editors_spelling_agrees_with_the_register(said):
    assert differences(profile(), said) == {}
    spelled = profile(
        title="STOWARZYSZENIE sąsiedzkie 'Zielony Zegar' w Leszczynach",
        address="Wymyślona 5/2, 44-230 Czerwionka - Leszczyny",
        website="https://www.zegar.example.org",
        status="suspended",
        legal_form="osp",
    )
    assert differences(spelled, said) == {}


@pytest.mark.parametrize(
    ("field", "now", "value"),
    [
        ("title", "Stowarzyszenie Czerwony Zegar", NAME),
        ("nip", "", "9990000014"),
        ("regon", "990000022", "990000016"),
        ("address", "", "ul. Wymyślona 5/2, 44-230 Czerwionka-Leszczyny"),
        ("email", "stary@example.org", "biuro@zegar.example.org"),
        ("website", "", "https://www.zegar.example.org"),
        ("status", "removed", "active"),
        ("status", "in_liquidation", "active"),
        ("legal_form", "foundation", "association"),
        ("registration_year", None, 2011),
        ("opp_status", True, False),
    ],
)
def test_what_the_register_says_otherwise_is_a_difference(said, field, now, value):
    assert differences(profile(**{field: now}), said) == {field: value}


def test_register_that_says_nothing_of_a_field_proposes_nothing(said):
    silent = replace(
        said, nip="", regon="", email="", website="", seat=Seat(), is_opp=None, registered_on=None
    )
    assert differences(profile(opp_status=True, nip="9990000020"), silent) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"nip": "1234567890"},
        {"regon": "123456789"},
        {"email": "brak"},
        {"website": "nie posiada strony"},
        {"website": "javascript:alert(1)"},
    ],
)
def test_value_that_is_wrong_in_the_register_is_left_out(said, wrong):
    [(field, value)] = wrong.items()
    assert field not in facts_of(replace(said, **{field: value}))


def test_regon_that_the_register_pads_is_nine_digits(said):
    assert facts_of(replace(said, regon="99000001600000"))["regon"] == "990000016"
    assert facts_of(replace(said, regon="990000016"))["regon"] == "990000016"


@pytest.mark.parametrize(
    ("form", "name", "expected"),
    [
        ("FUNDACJA", "FUNDACJA X", "foundation"),
        ("STOWARZYSZENIE", "OCHOTNICZA STRAŻ POŻARNA W X", "osp"),
        ("STOWARZYSZENIE KULTURY FIZYCZNEJ", "UCZNIOWSKI KLUB SPORTOWY X", "uks"),
        ("STOWARZYSZENIE", "LUDOWY KLUB SPORTOWY X", "sports_club"),
        ("STOWARZYSZENIE", "LOKALNA GRUPA DZIAŁANIA X", "lgd"),
        ("SPÓŁDZIELNIA SOCJALNA", "NITKA", "social_coop"),
        ("SPÓŁKA Z OGRANICZONĄ ODPOWIEDZIALNOŚCIĄ", "X NON PROFIT", "nonprofit_company"),
        ("ZWIĄZEK ZAWODOWY", "X", None),
        ("", "X", None),
    ],
)
def test_legal_form_follows_from_the_registers_words_and_the_name(said, form, name, expected):
    facts = facts_of(replace(said, legal_form=form, name=name))
    assert facts.get("legal_form") == expected


@pytest.mark.parametrize(
    ("seat", "words"),
    [
        (Seat("UL. SZKOLNA", "5", "", "BEŁK", "44-237", "BEŁK"), "ul. Szkolna 5, 44-237 Bełk"),
        (Seat("PLAC WOLNOŚCI", "1", "", "BEŁK", "", ""), "Plac Wolności 1, Bełk"),
        (Seat("OS. MANHATTAN", "7A", "3", "BEŁK", "44-237"), "os. Manhattan 7A/3, 44-237 Bełk"),
        (Seat("UL. ŚW. FLORIANA", "1", "", "BEŁK"), "ul. św. Floriana 1, Bełk"),
        (Seat("KS. J. POPIEŁUSZKI", "2", "", "BEŁK"), "ul. ks. J. Popiełuszki 2, Bełk"),
        (Seat("Św. Floriana", "1", "", "BEŁK"), "ul. Św. Floriana 1, Bełk"),
        (Seat("PLAC PŁK. X. NOWAKA", "1", "", "BEŁK"), "Plac płk. X. Nowaka 1, Bełk"),
        (Seat("NA SKARPIE", "1", "", "BEŁK"), "ul. Na Skarpie 1, Bełk"),
        (Seat("", "12", "", "STANOWICE", "44-230", "BEŁK"), "Stanowice 12, 44-230 Bełk"),
        (Seat("SZKOLNA", "", "", "BEŁK"), ""),
        (Seat(), ""),
    ],
)
def test_seat_is_written_as_on_an_envelope(seat, words):
    assert seat_in_words(seat) == words


@pytest.mark.parametrize(
    ("register", "person"),
    [
        ("OCHOTNICZA STRAŻ POŻARNA W BEŁKU", "Ochotnicza Straż Pożarna w Bełku"),
        ("LKS „GRANICA” RUPTAWA II", "LKS „Granica” Ruptawa II"),
        ('UKS "PAPIEROWY ŻAGIEL"', "UKS „Papierowy Żagiel”"),
        ("FUNDACJA IM. ANNY Z LASU", "Fundacja im. Anny z Lasu"),
        ("FUNDACJA IM. W. WITOSA", "Fundacja im. W. Witosa"),
        ("FUNDACJA IM.W.WITOSA", "Fundacja im.W.Witosa"),
        ("KLUB IM. DR. J. KORCZAKA PRZY SZKOLE NR 5", "Klub im. dr. J. Korczaka przy Szkole nr 5"),
        ("KOŁO PRZY PARAFII ŚW. ANNY", "Koło przy Parafii św. Anny"),
        ("ZEGAR IM. W. WITOSA SPÓŁKA Z O.O.", "Zegar im. W. Witosa Spółka z o.o."),
        ("CHÓR IM. O. KOLBERGA", "Chór im. O. Kolberga"),
        ("ZEGAR SPÓŁKA Z O. O. NON PROFIT", "Zegar Spółka z o. o. Non Profit"),
        ("FUNDACJA X W LIKWIDACJI", "Fundacja X w likwidacji"),
        ("Fundacja Latarnia", "Fundacja Latarnia"),
    ],
)
def test_capitals_become_what_a_person_would_write(register, person):
    assert readable(register) == person
    assert fold(register) == fold(person)
