"""What people see on the example site, in either mode."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.municipal_example.documents import event, in_days, organization, project, upsert
from tests.municipal_example.servers import SECRET, Razem, Site, site, wait_until

HOSTILE = """<script>alert("x")</script>'"&"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Site]:
    with site(tmp_path, "--push", SECRET) as running:
        yield running


def publish(running: Site, *documents: dict[str, Any]) -> None:
    for document in documents:
        answer = running.deliver(upsert(document, epoch="epoch-1"))
        assert answer.status_code == 200, answer.text


def text(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def titles(html: str, heading: str) -> list[str]:
    """Return the titles in one part of the section."""
    parts = BeautifulSoup(html, "html.parser").select("main section")
    part = next((part for part in parts if part.select_one("h2").get_text() == heading), None)
    return [link.get_text() for link in part.select("h3 a")] if part else []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"date_certainty": "proposed"}, "termin proponowany"),
        ({"status": "cancelled"}, "odwołane"),
        ({"status": "postponed"}, "przełożone – nowy termin wkrótce"),
        (
            {"status": "rescheduled", "previous_start_date": "2018-08-03"},
            "zmieniony termin (poprzednio: 3 sierpnia 2018 r. )",
        ),
        (
            {"status": "moved_online", "online_url": "https://example.org/"},
            "przeniesione do internetu",
        ),
        ({"is_full": True}, "brak wolnych miejsc"),
        ({}, "15 września 2018 r. , godzina do ustalenia"),
        (
            {"date_precision": "time", "start_time": "17:00", "end_time": "19:30"},
            "15 września 2018 r. , godz. 17:00–19:30",
        ),
        ({"end_date": "2018-09-16"}, "15 września 2018 r. – 16 września 2018 r."),
    ],
)
def test_event_in_each_state_says_it_in_words_in_the_section_and_on_its_page(
    running, fields, expected
):
    publish(running, event(**fields))

    assert expected in text(running.page("/"))
    assert expected in text(running.page("/event/festiwal/"))


@pytest.mark.parametrize("status", ["scheduled", "cancelled", "postponed", "rescheduled"])
def test_event_without_an_hour_never_shows_midnight(running, status):
    fields = {"previous_start_date": "2018-08-03", "start_time": "00:00", "status": status}
    publish(running, event(**fields))

    assert "00:00" not in text(running.page("/")).partition("ostatnia dostawa")[0]
    assert "00:00" not in text(running.page("/event/festiwal/")).partition("Ostatnia zmiana")[0]


def test_cancelled_event_is_also_struck_through(running):
    publish(running, event(status="cancelled"))

    assert (
        BeautifulSoup(running.page(), "html.parser").select_one("h3 s a").get_text() == "Festiwal"
    )


def test_events_stand_under_upcoming_waiting_or_archive(running):
    publish(
        running,
        event("za-tydzien", 1, start_date=in_days(7)),
        event("jutro", 2, start_date=in_days(1), start_time="18:00", date_precision="time"),
        event("trwa", 3, start_date=in_days(-1), end_date=in_days(1)),
        event("dzis", 4, start_date=in_days(0)),
        event("przelozone", 5, start_date=in_days(3), status="postponed"),
        event("dawne", 6, start_date="2018-04-11"),
        event("nowsze", 7, start_date="2018-12-05"),
    )
    page = running.page()

    assert titles(page, "Najbliższe wydarzenia") == ["Trwa", "Dzis", "Jutro", "Za tydzien"]
    assert titles(page, "Czekają na nowy termin") == ["Przelozone"]
    assert titles(page, "Archiwum wydarzeń") == ["Nowsze", "Dawne"]


def test_directory_is_in_polish_order(running):
    names = [
        "Żagiel",
        "Zegar",
        "Łąka",
        "Lipa",
        "„Ławka”",
        "Ćma",
        "Cyrk",
        "Część",
        "Émile",
        "Źródło",
    ]
    publish(running, *(organization(f"o{n}", n + 1, title=title) for n, title in enumerate(names)))

    assert titles(running.page(), "Katalog organizacji") == [
        *("Cyrk", "Część", "Ćma", "Émile", "Lipa", "„Ławka”", "Łąka", "Zegar", "Źródło", "Żagiel")
    ]


def test_project_shows_its_period_in_words(running):
    publish(running, project(), project("bez-konca", 2, end_date=None, period_state="running"))

    page = text(running.page())

    assert "od 16 marca 2018 r. do 31 grudnia 2019 r. (zakończony)" in page
    assert "od 16 marca 2018 r. (trwa)" in page


def test_organization_page_shows_only_the_contact_that_razem_gave(running):
    locality = {"slug": "belk", "name": "Bełk", "name_locative": "w Bełku", "kind": "solectwo"}
    known = {"email": "kontakt@example.org", "website": "https://example.org/"}
    spheres = [{"code": "13", "label": "wspólnoty lokalne"}]
    publish(
        running,
        organization("z-kontaktem", 1, locality=locality, spheres=spheres, **known),
        organization("bez-kontaktu", 2, status="in_liquidation"),
    )

    page = running.page("/organization/z-kontaktem/")
    assert '<a href="mailto:kontakt@example.org">kontakt@example.org</a>' in page
    assert "Bełk" in page
    assert "wspólnoty lokalne" in page
    page = running.page("/organization/bez-kontaktu/")
    assert "E-mail" not in page
    assert "w likwidacji" in page


def test_event_page_shows_body_image_and_links(running):
    picture = {"url": "https://razem.example.org/m/a.webp", "width": 800, "height": 600}
    owner = {"id": "x", "type": "organization", "slug": "zielony-zegar", "title": "Zielony Zegar"}
    publish(
        running,
        event(
            body_html="<h2>Program</h2><p>Treść.</p>",
            image=picture | {"alt": "Stoiska na rynku", "renditions": [picture]},
            organizers=[owner],
            registration_url="https://example.org/zapisy",
            place={"name": "Rynek", "address": "Rynek 1", "locality": {"name": "Bełk"}},
        ),
    )
    page = BeautifulSoup(running.page("/event/festiwal/"), "html.parser")

    assert page.select_one(".body h2").get_text() == "Program"
    assert page.select_one("article img")["alt"] == "Stoiska na rynku"
    assert page.select_one("dd a[href='/organization/zielony-zegar/']")
    assert page.select_one("dd a[href='https://example.org/zapisy']")
    assert "Rynek, Rynek 1, Bełk" in page.get_text()


def test_hostile_text_is_escaped_everywhere(running):
    texts = {"title": HOSTILE, "summary": HOSTILE}
    picture = {
        "url": f"https://example.org/{HOSTILE}",
        "width": HOSTILE,
        "height": 1,
        "alt": HOSTILE,
    }
    place = {"name": HOSTILE, "address": HOSTILE, "locality": {"name": HOSTILE}}
    item = {"type": HOSTILE, "slug": HOSTILE, "title": HOSTILE}
    registers = dict.fromkeys(
        ("krs", "nip", "regon", "register_number", "legal_form_label"), HOSTILE
    )
    contact = dict.fromkeys(("email", "phone", "address"), HOSTILE)
    url = f"https://example.org/{HOSTILE}"
    publish(
        running,
        event("a", 1, **texts, image=picture, place=place, partners=[HOSTILE], organizers=[item])
        | {"kind_label": HOSTILE, "topics": [{"name": HOSTILE}], "registration_url": url},
        organization("b", 2, **texts, **registers, **contact, spheres=[{"label": HOSTILE}])
        | {"website": "javascript:alert(1)", "locality": {"name": HOSTILE}},
        project(
            "c", 3, **texts, partners=[{"name": HOSTILE, "role_label": HOSTILE, "website": url}]
        ),
        event(HOSTILE, 4),
    )

    for path in ("/", "/event/a/", "/organization/b/", "/project/c/"):
        page = BeautifulSoup(running.page(path), "html.parser")
        assert HOSTILE in page.get_text()
        assert not page.select("script")
        assert not page.select("[href^='javascript']")
        assert not [name for tag in page.select("*") for name in tag.attrs if name.startswith("on")]


def test_answers_allow_no_script_and_only_the_embedded_stylesheet(running):
    policy = running.get("/").headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; img-src *; style-src 'sha256-")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/nie-ma", "/event/nie-ma/", "/event/", "/../../etc/passwd"])
def test_unknown_address_is_answered_404_in_polish(running, path):
    answer = running.get(path)

    assert answer.status_code == 404
    assert "Nie ma takiej strony" in answer.content.decode()


def test_sample_document_has_a_banner_in_the_section_and_on_its_page(running):
    publish(running, event("prawdziwe", 1))
    assert "Dane przykładowe" not in running.page("/")

    publish(running, event("zmyslone", 2, is_sample=True))

    assert "Dane przykładowe" in running.page("/")
    assert "Dane przykładowe" in running.page("/event/zmyslone/")
    assert "Dane przykładowe" not in running.page("/event/prawdziwe/")


@pytest.mark.parametrize(
    "path", ["/", "/event/festiwal/", "/organization/zielony-zegar/", "/nie-ma"]
)
def test_page_has_language_title_landmarks_one_h1_and_a_skip_link(running, path):
    publish(running, event(), organization(version=2))
    page = BeautifulSoup(running.page(path), "html.parser")

    assert page.html["lang"] == "pl"
    assert len(page.select("h1")) == 1
    assert page.select_one("h1").get_text() in page.title.get_text()
    assert all(len(page.select(name)) == 1 for name in ("header", "nav", "main", "footer"))
    assert page.select_one("a")["href"] == "#" + page.main["id"]
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_document_that_lacks_fields_is_shown_without_them(running):
    bare = {"id": "x", "slug": "puste", "title": "Puste", "version": 1}
    for kind in ("event", "organization", "project", "news"):
        publish(running, bare | {"id": kind, "type": kind})

    assert running.get("/").status_code == 200
    for kind in ("event", "organization", "project", "news"):
        assert "Puste" in running.page(f"/{kind}/puste/")


def test_both_modes_show_the_same_page_but_for_the_mode_line(running, tmp_path):
    documents = [
        project(),
        event("zapowiedz", 2, start_date=in_days(5), is_full=True),
        event("archiwalne", 3, date_certainty="proposed"),
        organization(version=4, is_sample=True),
    ]
    publish(running, *documents)
    razem = Razem()
    razem.publish(*map(upsert, documents))
    with site(tmp_path / "pull", "--pull", razem.api, "--every", "0.1") as pulling:
        wait_until(lambda: pulling.copy() == running.copy())

        for path in ("/", "/event/zapowiedz/", "/organization/zielony-zegar/", "/nie-ma"):
            mode = re.compile('<p class="mode.*?</p>')
            pulled, pushed = pulling.page(path), running.page(path)
            assert mode.sub("", pulled) == mode.sub("", pushed)
            assert "kopia pobrana" in mode.search(pulled)[0]
            assert "kopia dostarczona" in mode.search(pushed)[0]
    razem.stop()
