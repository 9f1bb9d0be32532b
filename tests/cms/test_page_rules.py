"""Rules of pages through the admin's own views: wrong data hinders publishing, never a draft."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Revision

from cms import publishing
from cms.accounts.models import User
from cms.basepage.models import BasePage
from cms.documents.sequence import lock_sequence
from cms.models import (
    Document,
    EventIndexPage,
    EventPage,
    OrganizationIndexPage,
    OrganizationPage,
    ProjectPage,
)
from tests.cms.documents.world import drain, live_set
from tests.factories import (
    EventFactory,
    ImageFactory,
    OrganizationFactory,
    ProjectFactory,
    document_of,
    home_page,
    make_private,
    publish,
)

pytestmark = pytest.mark.django_db

ENDS_EARLY = "The event ends before it begins. Correct one of the dates."
ENDS_EARLY_HOUR = "The event ends before it begins. Correct one of the hours."
NO_DATE = "An event needs a date, if only a proposed one."
NO_PREVIOUS_DATE = "A moved event needs its previous date."
SAME_PREVIOUS_DATE = "The previous date is the same as the new one."
NO_ONLINE_ADDRESS = "Give the address where people can join online."
NO_HOUR = "Give the hour, or choose that only the day is known."
ONLY_LAST_HOUR = "There is an hour of the end, but none of the beginning."
NO_ALT = "The image has no alternative text. Add it to the image, or mark it as decorative."
WRONG_NIP = "This NIP is wrong: a NIP has 10 digits and the last one must fit. Check each digit."
WRONG_REGON = "This REGON is wrong: it has 9 or 14 digits and the last one must fit."
WRONG_KRS = "This KRS number is wrong: it has up to 10 digits."
NO_KRS = "This legal form is entered in the KRS: give the number."
SAME_KRS = (
    "The published profile “%(title)s” has this KRS number. Only a branch may share it: "
    "correct the number or the legal form, or unpublish the other profile."
)
NO_REGISTER_NUMBER = "This legal form is entered in the starost's register: give the number."
NO_CLUB_NUMBER = "Give the number in the starost's register, or the KRS number."
NO_NIP_NOR_REGON = "Give the NIP or the REGON: this legal form is known by one of them."
NO_PARENT = "Choose the larger organization, write its name, or give its KRS number."
BARRED = (
    "An organization of this legal form has none. Leave the field empty, or correct the legal form."
)
NO_KRS_FOR_OPP = "Public benefit status is entered in the KRS: give its number."
NAMESAKE = "Zajęty numer (przykład)"
NO_PROJECT_START = "A project needs the date on which it begins."
PROJECT_ENDS_EARLY = "The project ends before it begins. Correct one of the dates."
SAME_SLUG = "Another page of this type already has this address part. Choose another."

Data = dict[str, Any]

WRONG_EVENTS: list[tuple[str, Data, str, str]] = [
    ("no date", {"start_date": ""}, "start_date", NO_DATE),
    ("last day first", {"end_date": "2026-05-01"}, "end_date", ENDS_EARLY),
    (
        "last hour first",
        {"start_time": "17:00", "end_time": "16:00"},
        "end_time",
        ENDS_EARLY_HOUR,
    ),
    (
        "no duration",
        {"start_time": "17:00", "end_time": "17:00", "end_date": "2026-05-02"},
        "end_time",
        ENDS_EARLY_HOUR,
    ),
    ("no hour", {"date_precision": "time"}, "start_time", NO_HOUR),
    ("only the last hour", {"end_time": "17:00"}, "start_time", ONLY_LAST_HOUR),
    ("moved", {"status": "rescheduled"}, "previous_start_date", NO_PREVIOUS_DATE),
    (
        "moved nowhere",
        {"status": "rescheduled", "previous_start_date": "2026-05-02"},
        "previous_start_date",
        SAME_PREVIOUS_DATE,
    ),
    ("online", {"status": "moved_online"}, "online_url", NO_ONLINE_ADDRESS),
]
WRONG_ORGANIZATIONS: list[tuple[str, Data, str, str]] = [
    ("nip", {"nip": "999-000-00-15"}, "nip", WRONG_NIP),
    ("short nip", {"nip": "99900000"}, "nip", WRONG_NIP),
    ("letters in nip", {"nip": "99900000AB"}, "nip", WRONG_NIP),
    ("regon", {"regon": "123456786"}, "regon", WRONG_REGON),
    ("long regon", {"regon": "12345678512346"}, "regon", WRONG_REGON),
    ("krs", {"krs": "12345678901"}, "krs", WRONG_KRS),
    ("letters in krs", {"krs": "KRS 12"}, "krs", WRONG_KRS),
    ("zero krs", {"krs": "0000000000"}, "krs", WRONG_KRS),
    ("no krs", {"krs": "", "legal_form": "foundation"}, "krs", NO_KRS),
    ("same krs", {"krs": "999123"}, "krs", SAME_KRS),
    (
        "simple association without number",
        {"krs": "", "legal_form": "simple_association"},
        "register_number",
        NO_REGISTER_NUMBER,
    ),
    (
        "club without number",
        {"krs": "", "legal_form": "sports_club"},
        "register_number",
        NO_CLUB_NUMBER,
    ),
    ("kgw without number", {"krs": "", "legal_form": "kgw"}, "nip", NO_NIP_NOR_REGON),
    ("branch of nothing", {"krs": "", "legal_form": "branch"}, "parent_name", NO_PARENT),
    ("kgw in the krs", {"legal_form": "kgw", "nip": "9990000014"}, "krs", BARRED),
    (
        "group with nip",
        {"krs": "", "legal_form": "informal_group", "nip": "9990000014"},
        "nip",
        BARRED,
    ),
    ("association with a parent", {"parent_name": "Związek"}, "parent_name", BARRED),
    (
        "opp outside the krs",
        {"krs": "", "legal_form": "uks", "register_number": "7", "opp_status": "on"},
        "opp_status",
        NO_KRS_FOR_OPP,
    ),
]
WRONG_PROJECTS: list[tuple[str, Data, str, str]] = [
    ("no date", {"start_date": ""}, "start_date", NO_PROJECT_START),
    ("last day first", {"end_date": "2026-05-01"}, "end_date", PROJECT_ENDS_EARLY),
]
RIGHT: dict[type[BasePage], Data] = {
    EventPage: {"title": "Gala", "slug": "gala", "start_date": "2026-05-02"},
    OrganizationPage: {"title": "Koło", "slug": "kolo", "krs": "0000012345"},
    ProjectPage: {"title": "Projekt", "slug": "projekt", "start_date": "2026-05-02"},
}
WRONG = [
    pytest.param(model, data, field, message, id=f"{model.__name__}: {name}")
    for model, cases in (
        (EventPage, WRONG_EVENTS),
        (OrganizationPage, WRONG_ORGANIZATIONS),
        (ProjectPage, WRONG_PROJECTS),
    )
    for name, data, field, message in cases
]


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("redakcja"))
    return client


def in_polish(message: str, title: str = NAMESAKE) -> str:
    with translation.override("pl"):
        return gettext(message).replace("%(title)s", title)


def fields_of(html: str) -> Data:
    """Return what a browser would send for the page editor's form (body: no block)."""
    form = BeautifulSoup(html, "html.parser").select_one("form#w-editor-form, form#page-edit-form")
    assert form is not None
    data: Data = {"body-count": "0"}
    for field in form.select("input[name], textarea[name]"):
        kind = field.get("type", "text")
        if kind not in {"checkbox", "radio", "submit", "file"} or field.has_attr("checked"):
            data[field["name"]] = field.get("value", "") if field.name == "input" else field.text
    for field in form.select("select[name]"):
        chosen = [one.get("value", "") for one in field.select("option[selected]")]
        data[field["name"]] = chosen if field.has_attr("multiple") else "".join(chosen)
    return {name: value for name, value in data.items() if "__prefix__" not in name}


def submit(client: Client, address: str, changes: Data, *, publishing: bool) -> HttpResponse:
    """Open the editor, fill in, press „Opublikuj” or „Zapisz szkic”."""
    answer = client.get(address)
    assert answer.status_code == 200
    data = fields_of(answer.content.decode()) | changes
    if publishing:
        data["action-publish"] = "action-publish"
    return client.post(address, data)


def creation(model: type[BasePage]) -> str:
    parent: BasePage = home_page()
    if model is EventPage:
        parent = EventIndexPage.objects.get()
    if model is OrganizationPage:
        parent = OrganizationIndexPage.objects.get()
    return reverse("wagtailadmin_pages:add", args=["cms", model._meta.model_name, parent.pk])


def edition(page: BasePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def assert_refused(answer: HttpResponse, field: str, message: str) -> None:
    """Assert that the page is shown again, with the message beside the field."""
    assert answer.status_code == 200
    assert in_polish(message) in answer.context["form"].errors[field]
    html = BeautifulSoup(answer.content.decode(), "html.parser")
    shown = html.select_one(f"#panel-child-content-{field}-errors, [id$='-{field}-errors']")
    assert shown is not None
    assert in_polish(message) in shown.get_text()


@pytest.mark.parametrize("model", RIGHT)
def test_right_data_is_published(editor: Client, model: type[BasePage]) -> None:
    answer = submit(editor, creation(model), RIGHT[model], publishing=True)
    assert answer.status_code == 302
    page = model.objects.get()
    assert page.live
    assert document_of(page).is_live


@pytest.mark.parametrize(("model", "data", "field", "message"), WRONG)
def test_wrong_data_is_not_published_and_nothing_is_stored(
    editor: Client, model: type[BasePage], data: Data, field: str, message: str
) -> None:
    address = creation(model)
    OrganizationFactory(title=NAMESAKE, krs="0000999123")
    before = (BasePage.objects.count(), Revision.objects.count(), live_set())

    answer = submit(editor, address, RIGHT[model] | data, publishing=True)

    assert_refused(answer, field, message)
    assert (BasePage.objects.count(), Revision.objects.count(), live_set()) == before


@pytest.mark.parametrize(("model", "data", "field", "message"), WRONG)
def test_wrong_data_is_kept_as_a_draft(
    editor: Client, model: type[BasePage], data: Data, field: str, message: str
) -> None:
    OrganizationFactory(title=NAMESAKE, krs="0000999123")
    answer = submit(editor, creation(model), RIGHT[model] | data, publishing=False)
    assert answer.status_code == 302
    page = model.objects.get(slug=RIGHT[model]["slug"])
    assert not page.live
    assert not Document.objects.filter(page_id=page.pk).exists()


@pytest.mark.parametrize(("model", "data", "field", "message"), WRONG)
def test_wrong_change_of_live_page_is_refused_but_kept_as_a_draft(
    editor: Client, model: type[BasePage], data: Data, field: str, message: str
) -> None:
    OrganizationFactory(title=NAMESAKE, krs="0000999123")
    submit(editor, creation(model), RIGHT[model], publishing=True)
    page = model.objects.get(slug=RIGHT[model]["slug"])
    before = live_set()
    revisions = page.revisions.count()

    answer = submit(editor, edition(page), data | {"title": "Zmiana"}, publishing=True)
    assert_refused(answer, field, message)
    assert page.revisions.count() == revisions

    answer = submit(editor, edition(page), data | {"title": "Zmiana"}, publishing=False)
    assert answer.status_code == 302
    assert page.revisions.count() == revisions + 1
    drain()
    assert live_set() == before
    assert model.objects.get(pk=page.pk).get_latest_revision_as_object().title == "Zmiana"


@pytest.mark.parametrize("model", RIGHT)
def test_image_without_alternative_text_is_not_published(
    editor: Client, model: type[BasePage]
) -> None:
    image = ImageFactory(description="")
    data = RIGHT[model] | {"image": image.pk}
    assert_refused(submit(editor, creation(model), data, publishing=True), "image", NO_ALT)
    assert not model.objects.exists()

    assert submit(editor, creation(model), data, publishing=False).status_code == 302
    assert model.objects.get().get_latest_revision_as_object().image == image


def test_decorative_image_needs_no_alternative_text(editor: Client) -> None:
    data = RIGHT[EventPage] | {"image": ImageFactory(decorative=True).pk}
    assert submit(editor, creation(EventPage), data, publishing=True).status_code == 302
    assert EventPage.objects.get().live


def test_event_over_several_days_may_end_at_an_earlier_hour(editor: Client) -> None:
    data = RIGHT[EventPage] | {
        "end_date": "2026-05-03",
        "start_time": "17:00",
        "end_time": "12:00",
    }
    assert submit(editor, creation(EventPage), data, publishing=True).status_code == 302
    event = EventPage.objects.get()
    assert event.live
    assert event.date_precision == EventPage.DatePrecision.TIME


def test_numbers_are_stored_as_bare_digits(editor: Client) -> None:
    data = RIGHT[OrganizationPage] | {
        "krs": "12345",
        "nip": "PL 999-000-00-14",
        "regon": "12345678500000",
    }
    assert submit(editor, creation(OrganizationPage), data, publishing=True).status_code == 302
    page = OrganizationPage.objects.get()
    assert (page.krs, page.nip, page.regon) == ("0000012345", "9990000014", "123456785")

    shown = fields_of(editor.get(edition(page)).content.decode())
    assert shown["nip"] == "999-000-00-14"
    assert shown["regon"] == "123\xa0456\xa0785"
    assert submit(editor, edition(page), {}, publishing=True).status_code == 302
    assert OrganizationPage.objects.get().nip == "9990000014"


def test_krs_of_branch_may_be_that_of_its_organization(editor: Client) -> None:
    OrganizationFactory(krs="0000012345")
    data = RIGHT[OrganizationPage] | {"legal_form": "branch"}
    assert submit(editor, creation(OrganizationPage), data, publishing=True).status_code == 302


def test_krs_of_unpublished_profile_may_be_used_again(editor: Client) -> None:
    OrganizationFactory(krs="0000012345", draft=True)
    answer = submit(editor, creation(OrganizationPage), RIGHT[OrganizationPage], publishing=True)
    assert answer.status_code == 302


@pytest.mark.parametrize("publishing", [True, False])
def test_slug_of_same_type_elsewhere_is_refused(editor: Client, publishing: bool) -> None:
    EventFactory(parent=ProjectFactory(), slug="gala")
    answer = submit(editor, creation(EventPage), RIGHT[EventPage], publishing=publishing)
    assert answer.status_code == 200
    assert in_polish(SAME_SLUG) in answer.context["form"].errors["slug"]
    assert EventPage.objects.count() == 1


def test_slug_of_other_type_is_accepted(editor: Client) -> None:
    OrganizationFactory(slug="gala")
    assert submit(editor, creation(EventPage), RIGHT[EventPage], publishing=True).status_code == 302


def test_slug_from_title_keeps_polish_letters_readable() -> None:
    event = EventFactory(title="Żółta łódź: Święto Ąę")
    assert event.slug == "zolta-lodz-swieto-ae"
    other = EventFactory(title="Żółta łódź: Święto Ąę", parent=ProjectFactory())
    assert other.slug == "zolta-lodz-swieto-ae-2"


def copy_address(page: BasePage) -> str:
    return reverse("wagtailadmin_pages:copy", args=[page.pk])


def copy_data(page: BasePage, **changes: Any) -> Data:
    parent = page.get_parent()
    return {"new_title": "Kopia", "new_slug": "kopia", "new_parent_page": parent.pk} | changes


def test_copy_form_offers_no_alias(editor: Client) -> None:
    event = EventFactory()
    answer = editor.get(copy_address(event))
    assert set(answer.context["form"].fields) == {
        "new_title",
        "new_slug",
        "new_parent_page",
        "publish_copies",
    }
    editor.post(copy_address(event), copy_data(event, alias="on"))
    assert not BasePage.objects.filter(alias_of__isnull=False).exists()


@pytest.mark.parametrize("publishing", [False, True])
def test_copy_in_admin_is_made(editor: Client, publishing: bool) -> None:
    event = EventFactory()
    data = copy_data(event) | ({"publish_copies": "on"} if publishing else {})
    assert editor.post(copy_address(event), data).status_code == 302
    copy = EventPage.objects.get(slug="kopia")
    assert copy.live is publishing
    assert Document.objects.filter(page_id=copy.pk, is_live=True).exists() is publishing


def test_copy_with_slug_of_same_type_elsewhere_is_refused(editor: Client) -> None:
    EventFactory(parent=ProjectFactory(), slug="kopia")
    event = EventFactory()
    answer = editor.post(copy_address(event), copy_data(event))
    assert answer.status_code == 200
    assert in_polish(SAME_SLUG) in answer.context["form"].errors["new_slug"]
    assert EventPage.objects.count() == 2


def test_published_copy_with_same_krs_is_refused_but_kept_as_a_draft(editor: Client) -> None:
    organization = OrganizationFactory()
    data = copy_data(organization)
    answer = editor.post(copy_address(organization), data | {"publish_copies": "on"})
    assert answer.status_code == 200
    errors = answer.context["form"].non_field_errors()
    assert in_polish(SAME_KRS, organization.title) in errors
    assert OrganizationPage.objects.count() == 1
    assert editor.post(copy_address(organization), data).status_code == 302
    assert not OrganizationPage.objects.get(slug="kopia").live


@pytest.mark.parametrize("is_child_private", [False, True])
def test_copy_of_private_pages_cannot_be_published(editor: Client, is_child_private: bool) -> None:
    project = ProjectFactory()
    event = EventFactory(parent=project)
    make_private(event if is_child_private else project)
    assert "publish_copies" not in editor.get(copy_address(project)).context["form"].fields
    data = copy_data(project, publish_copies="on", copy_subpages="on")
    assert editor.post(copy_address(project), data).status_code == 302
    assert ProjectPage.objects.filter(live=False).exists()
    assert EventPage.objects.filter(live=True).count() == 1


def test_revert_to_revision_that_became_wrong_is_refused(editor: Client) -> None:
    image = ImageFactory()
    event = publish(EventFactory(title="Dawny"), image=image)
    revision = event.latest_revision
    event = publish(event, title="Nowy", image=None)
    image.description = ""
    image.save()
    address = reverse("wagtailadmin_pages:revisions_revert", args=[event.pk, revision.pk])
    data = fields_of(editor.get(address).content.decode()) | {"action-publish": "action-publish"}
    assert_refused(editor.post(edition(event), data), "image", NO_ALT)
    assert EventPage.objects.get(pk=event.pk).title == "Nowy"


def test_time_of_publication_in_admin_schedules_the_page(editor: Client) -> None:
    data = RIGHT[EventPage] | {"go_live_at": "2099-01-01 12:00"}
    assert submit(editor, creation(EventPage), data, publishing=True).status_code == 302
    event = EventPage.objects.get()
    assert not event.live
    assert event.revisions.filter(approved_go_live_at__isnull=False).count() == 1
    assert not Document.objects.filter(page_id=event.pk).exists()


def test_wrong_page_cannot_be_scheduled(editor: Client) -> None:
    data = RIGHT[EventPage] | {"go_live_at": "2099-01-01 12:00", "start_date": ""}
    assert_refused(
        submit(editor, creation(EventPage), data, publishing=True), "start_date", NO_DATE
    )


def test_krs_number_that_another_profile_got_meanwhile_is_told_in_the_form(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = OrganizationFactory(draft=True, krs="0009999777")
    late.save_revision()
    data = fields_of(editor.get(edition(late)).content.decode())

    def lock_after_somebody_faster() -> Any:
        OrganizationFactory(title="Szybsi", krs="0009999777")
        return lock_sequence()

    monkeypatch.setattr(publishing, "lock_sequence", lock_after_somebody_faster)
    answer = editor.post(edition(late), data | {"action-publish": "action-publish"})
    assert answer.status_code == 200
    assert "Szybsi" in answer.content.decode()
    assert [page.title for page in OrganizationPage.objects.live()] == ["Szybsi"]


def test_code_that_saves_a_wrong_live_page_is_refused() -> None:
    event = EventFactory()
    event.end_date = date(2000, 1, 1)
    with pytest.raises(Exception, match="end_date"):
        event.save()


def test_bulk_publishing_of_a_wrong_draft_publishes_nothing(editor: Client) -> None:
    right, wrong = EventFactory(draft=True), EventFactory(draft=True)
    right.save_revision()
    wrong.start_date = None
    wrong.save_revision(clean=False)
    editor.raise_request_exception = False
    address = reverse("wagtail_bulk_action", args=["basepage", "basepage", "publish"])
    editor.post(f"{address}?id={right.pk}&id={wrong.pk}&next=/admin/", {})
    assert not EventPage.objects.filter(live=True).exists()
    assert live_set() == {}
