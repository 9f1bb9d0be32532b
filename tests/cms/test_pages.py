"""Our own public pages: what people read there, what machines read, and what never stands there."""

import json
import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from cms.models import CentreSettings, Document, EventIndexPage, OrganizationIndexPage
from cms.polish import NBSP, date_in_words
from tests.factories import (
    DeclarationFactory,
    EventFactory,
    ImageFactory,
    LocalityFactory,
    OrganizationFactory,
    PartnerFactory,
    PlaceFactory,
    ProjectFactory,
    SphereFactory,
    StandardPageFactory,
    TopicFactory,
    home_page,
    in_days,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(client):
    """Return a function that reads a page as a visitor does."""

    def read(page_or_path) -> BeautifulSoup:
        path = page_or_path if isinstance(page_or_path, str) else page_or_path.get_url()
        response = client.get(path)
        assert response.status_code == 200, path
        return BeautifulSoup(response.content, "html.parser")

    return read


def words(element) -> str:
    """Return an element's text with single spaces; no-break spaces count as spaces."""
    return " ".join(element.get_text(" ").split())


def preview(page) -> BeautifulSoup:
    """Return what the editor's preview of a (changed, unsaved) page shows."""
    response = page.make_preview_request(RequestFactory().get("/", SERVER_NAME="testserver"))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def linked_data(soup: BeautifulSoup) -> dict:
    return json.loads(soup.find("script", type="application/ld+json").string)


def every_page() -> list:
    """Return one public page of every type, filled as far as its type goes."""
    partner = PartnerFactory()
    image = ImageFactory()
    body = [
        ("heading", "Nagłówek"),
        ("paragraph", "<p>Akapit</p>"),
        ("quote", {"text": "Razem łatwiej", "source": "sąsiadka"}),
    ]
    project = ProjectFactory(partners=[(partner, "leader")], image=image, body=body)
    organization = OrganizationFactory(
        locality=LocalityFactory(), spheres=[SphereFactory()], body=body, seeks_volunteers=True
    )
    event = EventFactory(
        project=project,
        organizers=[organization],
        place=PlaceFactory(),
        topics=[TopicFactory()],
        partners=[partner],
        body=body,
    )
    standard = StandardPageFactory(body=body)
    declaration = DeclarationFactory(body=body)
    indexes = [EventIndexPage.objects.get(), OrganizationIndexPage.objects.get()]
    return [home_page(), project, organization, event, standard, declaration, *indexes]


# --- Every page ----------------------------------------------------------------------------------


def test_every_page_has_language_landmarks_one_heading_and_a_way_past_the_menu(read):
    for page in every_page():
        soup = read(page)
        assert soup.html["lang"] == "pl"
        assert len(soup.find_all("h1")) == 1, page
        assert len(soup.find_all("main")) == 1
        assert soup.find("header", class_="site-header")
        assert soup.find("footer", class_="site-footer")
        skip = soup.body.find("a")
        assert skip["href"] == "#content"
        assert soup.find(id="content").name == "main"
        names = [
            nav.get("aria-label") or nav.get("aria-labelledby") for nav in soup.find_all("nav")
        ]
        assert all(names)
        assert len(set(names)) == len(names)


def test_every_page_tells_machines_its_title_address_and_description(read, settings):
    for page in every_page():
        soup = read(page)
        address = f"{settings.SITE_URL}{page.get_url()}"
        assert soup.title.string.endswith("– Centrum Organizacji Pozarządowych")
        assert soup.find("link", rel="canonical")["href"] == address
        assert soup.find("meta", property="og:url")["content"] == address
        assert soup.find("meta", property="og:title")["content"] == page.title
        described = soup.find("meta", attrs={"name": "description"})
        assert (described["content"] if described else "") == page.summary


def test_every_page_needs_no_script_style_attribute_or_third_party(read, settings):
    for page in every_page():
        soup = read(page)
        scripts = soup.find_all("script")
        assert all(script["type"] == "application/ld+json" for script in scripts)
        assert not soup.find_all(style=True)
        assert not soup.find_all("style")
        loaded = [tag["src"] for tag in soup.find_all(src=True)]
        loaded += [tag["href"] for tag in soup.find_all("link", rel=["stylesheet", "icon"])]
        assert loaded
        assert all(address.startswith("/") for address in loaded), loaded
        assert len(soup.find_all("link", rel="stylesheet")) == 1


def test_every_page_is_served_by_few_queries(client, django_assert_max_num_queries):
    pages = every_page()
    for page in pages:
        client.get(page.get_url())  # fills the caches that live as long as the process
    most = {"EventIndexPage": 14, "OrganizationPage": 14, "ProjectPage": 14, "HomePage": 16}
    for page in pages:
        with django_assert_max_num_queries(most.get(type(page).__name__, 13)):
            client.get(page.get_url())


def test_lists_cost_the_same_however_long_they_are(client):
    paths = ["/", "/wydarzenia/", "/organizacje/"]

    EventFactory()
    EventFactory(past=True)
    EventFactory(postponed=True)
    OrganizationFactory()
    before = [queries_of(client, path) for path in paths]
    EventFactory.create_batch(4)
    EventFactory.create_batch(4, past=True)
    OrganizationFactory.create_batch(4)

    assert [queries_of(client, path) for path in paths] == before


def queries_of(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return len(queries)


def test_demo_says_on_every_page_that_its_data_are_samples(read, client, settings):
    settings.IS_DEMO = True
    for page in every_page():
        banner = read(page).find(class_="sample-banner")
        assert "Dane przykładowe" in words(banner)
    assert "Dane przykładowe" in client.get("/nie-ma/").content.decode()


def test_sample_document_says_so_and_asks_not_to_be_indexed(read):
    sample = read(EventFactory(is_sample=True))
    real = read(EventFactory())

    assert "Dane przykładowe" in words(sample.find(class_="sample-banner"))
    assert sample.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert real.find(class_="sample-banner") is None
    assert real.find("meta", attrs={"name": "robots"}) is None


def test_title_with_markup_and_script_is_only_text(read):
    soup = read(
        EventFactory(title="</script><b>Gala</b> <!-- &", summary="</script><script>x</script>")
    )

    assert words(soup.h1) == "</script><b>Gala</b> <!-- &"
    assert [script["type"] for script in soup.find_all("script")] == ["application/ld+json"]
    assert linked_data(soup)["name"] == "</script><b>Gala</b> <!-- &"


def test_breadcrumbs_lead_from_the_home_page_to_the_page(read):
    soup = read(EventFactory(title="Gala"))

    crumbs = soup.find("nav", class_="breadcrumbs")
    assert crumbs["aria-label"] == "Jesteś tutaj"
    assert [words(item) for item in crumbs.find_all("li")] == [
        "Strona główna",
        "Wydarzenia",
        "Gala",
    ]
    assert [link["href"] for link in crumbs.find_all("a")] == ["/", "/wydarzenia/"]
    assert crumbs.find_all("li")[-1]["aria-current"] == "page"


def test_menu_marks_page_and_section(read):
    event = EventFactory()

    current = {link["href"]: link.get("aria-current") for link in read(event).nav.find_all("a")}
    sections = ["/aktualnosci/", "/organizacje/", "/konkursy/", "/materialy/", "/newsletter/"]
    assert current == {"/wydarzenia/": "true", **dict.fromkeys(sections)}
    assert read("/wydarzenia/").nav.find("a", href="/wydarzenia/")["aria-current"] == "page"


def test_links_around_a_page_leave_out_what_is_not_public(read):
    StandardPageFactory(title="Kontakt")
    make_private(StandardPageFactory(title="Tajne"))
    StandardPageFactory(title="Szkic", draft=True)
    StandardPageFactory(title="Minione", expire_at=timezone.now() - timedelta(minutes=1))
    parent = StandardPageFactory(title="Dział")
    StandardPageFactory(title="Podstrona", parent=parent)
    make_private(StandardPageFactory(title="Tajna podstrona", parent=parent))

    text = words(read(parent).body)

    assert "Kontakt" in text
    assert "Podstrona" in text
    for hidden in ("Tajne", "Szkic", "Minione", "Tajna podstrona"):
        assert hidden not in text


def test_centre_settings_give_name_and_contact(read):
    centre = CentreSettings.load()
    centre.name, centre.contact_email = "Centrum w Przykładowie", "biuro@example.org"
    centre.save()

    soup = read(home_page())

    assert words(soup.find(class_="brand")) == "Centrum w Przykładowie"
    assert soup.footer.find("a", href="mailto:biuro@example.org")


# --- Event ---------------------------------------------------------------------------------------


def test_event_without_an_hour_says_so_and_never_midnight(read):
    soup = read(EventFactory(start_date=date(2018, 9, 15)))

    assert "sobota, 15 września 2018 r. godzina do ustalenia" in words(soup.find(class_="facts"))
    assert "00:00" not in words(soup.main)
    assert "00:00" not in soup.find("script").string
    assert linked_data(soup)["startDate"] == "2018-09-15"


def test_event_with_hours_shows_them(read):
    soup = read(EventFactory(timed=True, start_date=date(2018, 7, 1)))

    assert "godz. 17:00–19:30" in words(soup.find(class_="facts"))
    assert linked_data(soup)["startDate"] == "2018-07-01T17:00:00+02:00"
    assert linked_data(soup)["endDate"] == "2018-07-01T19:30:00+02:00"


@pytest.mark.parametrize(
    ("trait", "said", "status"),
    [
        ("proposed", "termin proponowany", "EventScheduled"),
        ("cancelled", "odwołane", "EventCancelled"),
        ("postponed", "przełożone – nowy termin wkrótce", "EventPostponed"),
        ("moved_online", "odbędzie się online", "EventMovedOnline"),
        ("full", "brak wolnych miejsc", "EventScheduled"),
    ],
)
def test_event_state_is_said_in_words_on_its_page_and_in_the_list(read, trait, said, status):
    page = EventFactory(title="Gala", **{trait: True})

    soup = read(page)
    card = read("/wydarzenia/").find(class_="event-card")

    assert said in [words(state) for state in soup.article.find(class_="states").find_all("li")]
    assert said in [words(state) for state in card.find(class_="states").find_all("li")]
    assert linked_data(soup)["eventStatus"] == f"https://schema.org/{status}"


def test_rescheduled_event_tells_its_previous_date(read):
    page = EventFactory(rescheduled=True)
    before = page.previous_start_date

    soup = read(page)

    said = words(soup.article.find(class_="states"))
    assert said == f"zmieniony termin (poprzednio: {date_in_words(before)})".replace(NBSP, " ")
    assert linked_data(soup)["previousStartDate"] == before.isoformat()


def test_cancelled_event_is_struck_through_and_offers_no_sign_up(read):
    soup = read(
        EventFactory(title="Gala", cancelled=True, registration_url="https://a.example.org/")
    )

    assert words(soup.h1.s) == "Gala"
    assert soup.find(class_="facts").s
    assert "Zapisz się" not in words(soup)


def test_event_with_sign_up_place_people_and_project_links_to_them(read):
    organization = OrganizationFactory(title="Świt (przykład)")
    project = ProjectFactory(title="Razem")
    page = EventFactory(
        registration_url="https://zapisy.example.org/gala",
        place=PlaceFactory(name="Dom Kultury", address="ul. 3 Maja 1"),
        organizers=[organization],
        project=project,
    )

    soup = read(page)

    facts = soup.find(class_="facts")
    links = {words(link): link["href"] for link in facts.find_all("a")}
    assert links == {
        "Dodaj do kalendarza": f"/api/v1/events/{page.slug}.ics",
        "Zapisz się": "https://zapisy.example.org/gala",
        "Świt (przykład)": organization.get_url(),
        "Razem": project.get_url(),
    }
    assert "Dom Kultury ul. 3 Maja 1" in words(facts)
    assert linked_data(soup)["location"]["name"] == "Dom Kultury"


def test_event_that_lasts_several_days_shows_a_short_range(read):
    soup = read(EventFactory(start_date=date(2018, 3, 16), end_date=date(2018, 3, 18)))

    assert "16–18 marca 2018 r." in words(soup.find(class_="facts"))


def test_event_image_has_size_alternative_and_sizes_to_choose_from(read, settings):
    image = read(EventFactory(image=ImageFactory(description="Ludzie przy stole"))).article.img

    assert image["alt"] == "Ludzie przy stole"
    assert (image["width"], image["height"]) == ("420", "280")
    assert len(image["srcset"].split(", ")) >= 2
    assert image["src"].startswith("/media/")


# --- List of events ------------------------------------------------------------------------------


def test_event_list_has_what_comes_first_then_the_archive_latest_first(read):
    EventFactory(title="Dawno", start_date=in_days(-300))
    EventFactory(title="Niedawno", past=True)
    EventFactory(title="Później", start_date=in_days(20))
    EventFactory(title="Wkrótce", start_date=in_days(2))
    EventFactory(title="Trwa", start_date=in_days(-1), end_date=in_days(1))
    EventFactory(title="Kiedyś", postponed=True)
    EventFactory(title="Dawniej przełożone", postponed=True, past=True)

    sections = read("/wydarzenia/").find_all("section")

    titles = {
        words(section.h2): [words(title) for title in section.find_all("h3")]
        for section in sections
    }
    assert titles == {
        "Nadchodzące wydarzenia": ["Trwa", "Wkrótce", "Później"],
        "Czekają na nowy termin": ["Dawniej przełożone", "Kiedyś"],
        "Archiwum": ["Niedawno", "Dawno"],
    }


def test_event_list_orders_one_day_by_hour(read):
    day = in_days(5)
    for title, hour in (("Wieczór", "19:00"), ("Ranek", "08:00")):
        EventFactory(title=title, timed=True, start_date=day, start_time=hour, end_time=None)

    assert [words(title) for title in read("/wydarzenia/").find_all("h3")] == ["Ranek", "Wieczór"]


def test_empty_lists_say_so_in_words(read):
    home_page()

    assert "Na razie nic nie zapowiadamy." in words(read("/wydarzenia/"))
    assert "Archiwum jest jeszcze puste." in words(read("/wydarzenia/"))
    assert "Spis jest jeszcze pusty." in words(read("/organizacje/"))
    assert "Na razie nic nie zapowiadamy." in words(read("/"))


def test_long_lists_are_cut_into_pages(read):
    for number in range(32):
        EventFactory(title=f"Minione {number:02d}", start_date=in_days(-100 + number))

    first = read("/wydarzenia/")
    second = read("/wydarzenia/?archiwum=2")

    assert len(first.find_all("h3")) == 30
    assert [words(title) for title in second.find_all("h3")] == ["Minione 01", "Minione 00"]
    assert words(second.find(class_="pagination")) == "Późniejsze strona 2 z 2"
    assert first.find(class_="pagination").find("a", rel="next")["href"] == "?archiwum=2"


@pytest.mark.parametrize("number", ["0", "-1", "2", "1000000000", "x", "²"])
def test_page_number_that_is_none_is_not_found(client, number):
    EventFactory()
    OrganizationFactory()

    assert client.get("/wydarzenia/", {"strona": number}).status_code == 404
    assert client.get("/wydarzenia/", {"archiwum": number}).status_code == 404
    assert client.get("/organizacje/", {"strona": number}).status_code == 404


# --- Directory -----------------------------------------------------------------------------------


def test_directory_is_in_polish_order_and_counts_in_polish(read):
    for title in ("Żagiel", "„Ławka”", "Lampa", "Świt", "Sad"):
        OrganizationFactory(title=title)

    soup = read("/organizacje/")

    assert [words(title) for title in soup.main.find_all("h2")] == [
        *("Lampa", "„Ławka”", "Sad", "Świt", "Żagiel")
    ]
    assert words(soup.find(class_="count")).startswith("5 organizacji")


@pytest.mark.parametrize(("number", "said"), [(1, "1 organizacja"), (3, "3 organizacje")])
def test_directory_counts_with_polish_plural_forms(read, number, said):
    OrganizationFactory.create_batch(number)

    count = words(read("/organizacje/").find(class_="count"))
    assert count.startswith(said)
    assert re.match(rf"{said}(,|$)", count)


def test_organization_shows_place_spheres_form_and_numbers_in_usual_groups(read):
    page = OrganizationFactory(
        title="Świt (przykład)",
        locality=LocalityFactory(slug="belk", name="Bełk", name_locative="w Bełku"),
        spheres=[SphereFactory(label="wolontariat")],
        krs="0009999001",
        nip="9990000014",
        regon="990000016",
        verified_at=date(2026, 3, 2),
    )

    soup = read(page)
    card = read("/organizacje/").find(class_="organization-card")

    said = words(soup.main)
    for text in ("w Bełku", "wolontariat", "0009999001", "999-000-00-14", "990 000 016"):
        assert text in said
    assert "dane zweryfikowane 2 marca 2026 r." in said
    for text in ("w Bełku", "wolontariat", "dane zweryfikowane 2 marca 2026 r."):
        assert text in words(card)
    data = linked_data(soup)
    assert (data["@type"], data["taxID"]) == ("NGO", "9990000014")
    assert data["identifier"][0] == {
        "@type": "PropertyValue",
        "propertyID": "KRS",
        "value": "0009999001",
    }


def test_organization_without_consent_shows_no_contact_anywhere(read):
    page = OrganizationFactory(informal=True, website="", email="dom@example.org")

    soup = read(page)

    assert "dom@example.org" not in str(soup)
    assert "ul. Przykładowa 2" not in str(soup)
    assert "Kontakt" not in [words(title) for title in soup.main.find_all("h2")]


def test_organization_with_a_public_contact_shows_it(read):
    soup = read(OrganizationFactory(email="biuro@example.org", phone="+48 32 000 00 00"))

    assert soup.find("a", href="mailto:biuro@example.org")
    assert words(soup.find("a", href="tel:+48320000000")) == "+48 32 000 00 00"


def test_organization_state_and_search_for_volunteers_are_said_in_words(read):
    soup = read(OrganizationFactory(status="in_liquidation", seeks_volunteers=True))

    states = [words(state) for state in soup.article.find(class_="states").find_all("li")]
    assert "szuka wolontariuszy" in states
    assert len(states) == 2


# --- Project -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "period", "state"),
    [
        (
            (date(2018, 3, 16), date(2019, 12, 31)),
            "16 marca 2018 r. – 31 grudnia 2019 r.",
            "zakończony",
        ),
        ((date(2024, 1, 1), None), "od 1 stycznia 2024 r.", "w trakcie"),
        ((date(2999, 1, 1), date(2999, 1, 31)), "1–31 stycznia 2999 r.", "planowany"),
    ],
)
def test_project_tells_period_and_state_in_words(read, dates, period, state):
    start, end = dates
    soup = read(ProjectFactory(start_date=start, end_date=end))

    facts = words(soup.find(class_="facts"))
    assert period in facts
    assert state in facts


def test_project_lists_its_partners_and_events(read):
    partner = PartnerFactory(name="GaSzo")
    project = ProjectFactory(partners=[(partner, "leader")])
    EventFactory(title="Gala", project=project)
    EventFactory(title="Inne")

    soup = read(project)

    assert "GaSzo" in words(soup.find(class_="facts"))
    assert [words(title) for title in soup.find_all("h3")] == ["Gala"]
    assert linked_data(soup)["@type"] == "Project"
    assert linked_data(soup)["member"][0]["name"] == "GaSzo"


# --- What is not public --------------------------------------------------------------------------


def test_page_shows_the_stored_document_not_the_pages_fields(read):
    page = EventFactory(title="Gala", staff_notes="Zadzwonić do prezes")
    type(page).objects.filter(pk=page.pk).update(title="Zmienione bez dokumentu")

    html = str(read(page))

    assert "Zadzwonić" not in html
    assert "Zmienione bez dokumentu" not in html


def test_draft_stands_in_the_preview_only(read):
    page = EventFactory(title="Gala", summary="Stara zajawka")
    draft = type(page).objects.get(pk=page.pk)
    draft.summary = "Nowa zajawka"
    draft.staff_notes = "Nie pokazywać"
    draft.save_revision()

    shown = preview(draft)

    assert "Nowa zajawka" in words(shown.article)
    assert "Nie pokazywać" not in str(shown)
    assert "Nowa zajawka" not in words(read(page))


def test_preview_of_an_event_without_a_date_says_so(read):
    page = EventFactory()
    page.start_date = None

    assert "termin do ustalenia" in words(preview(page).find(class_="facts"))


def test_preview_is_polish_whatever_language_the_editor_uses():
    page = EventFactory(proposed=True)

    with translation.override("en"):
        shown = preview(page)

    assert "termin proponowany" in words(shown.article)


def test_expired_page_is_gone_before_the_sweep_has_seen_it(client):
    page = EventFactory()
    Document.objects.filter(page_id=page.pk).update(
        expires_at=timezone.now() - timedelta(seconds=1)
    )

    assert client.get(page.get_url()).status_code == 410


def test_private_page_asks_for_login_and_tells_nothing(client):
    page = EventFactory(title="Tajna narada")
    make_private(page)

    response = client.get(page.get_url())

    assert response.status_code == 302
    assert "/_util/login/" in response.url
    form = client.get(response.url).content.decode()
    assert "Zaloguj się" in form
    assert "Tajna narada" not in form


def test_page_with_a_password_opens_to_who_knows_it(client):
    page = EventFactory(title="Tajna narada", image=ImageFactory(), staff_notes="Tylko dla nas")
    PageViewRestriction.objects.create(
        page_id=page.pk, restriction_type=PageViewRestriction.PASSWORD, password="razem"
    )

    asked = client.get(page.get_url())
    soup = BeautifulSoup(asked.content, "html.parser")
    assert "Tajna narada" not in str(soup)
    answer = client.post(
        soup.main.form["action"], {"password": "razem", "return_url": page.get_url()}
    )
    assert answer.status_code == 302

    opened = BeautifulSoup(client.get(page.get_url()).content, "html.parser")
    assert words(opened.h1) == "Tajna narada"
    assert opened.article.img is None  # its images are private, and broken pictures help nobody
    assert "Tylko dla nas" not in str(opened)


def test_standard_page_links_only_to_what_is_public(read):
    event = EventFactory(slug="gala")
    plain = StandardPageFactory(slug="kontakt")
    private = EventFactory(slug="tajne")
    make_private(private)
    draft = EventFactory(slug="szkic", draft=True)
    links = "".join(
        f'<p><a linktype="page" id="{page.pk}">{page.slug}</a></p>'
        for page in (event, plain, private, draft)
    )
    page = StandardPageFactory(slug="linki", body=[("paragraph", links)])

    prose = read(page).find(class_="prose")

    shown = {words(link): link.get("href") for link in prose.find_all("a")}
    assert shown["gala"] == "http://testserver/wydarzenia/gala/"
    assert shown["kontakt"] == "http://testserver/kontakt/"
    assert shown.get("tajne") is None
    assert shown.get("szkic") is None
    assert "tajne szkic" in words(prose)


def test_body_markup_is_sanitized(read):
    harmful = '<p onclick="x()">Tekst <script>x()</script><a href="javascript:x()">klik</a></p>'
    for page in (
        StandardPageFactory(body=[("paragraph", harmful)]),
        EventFactory(body=[("paragraph", harmful)]),
    ):
        prose = read(page).find(class_="prose")
        assert "script" not in str(prose)
        assert "onclick" not in str(prose)


def test_public_address_at_a_destination_is_the_canonical_one(read):
    page = publish(EventFactory(slug="gala"))
    document = Document.objects.get(page_id=page.pk)
    payload = json.loads(document.payload) | {"url": "http://testserver/elsewhere/gala/"}
    Document.objects.filter(pk=document.pk).update(payload=json.dumps(payload).encode())

    assert read(page).find("link", rel="canonical")["href"] == "http://testserver/elsewhere/gala/"
