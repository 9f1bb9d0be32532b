"""One list for each type, each with an entry in the admin's menu."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.viewsets.pages import PageListingViewSet

from cms.listings import filters
from cms.listings.columns import EventDateColumn, ReasonsColumn, choice, with_title, words, yes_no
from cms.listings.exporting import Exported
from cms.listings.views import TITLE_ORDER, ListingView, ProfilesToCheckView
from cms.models import (
    ActivityPage,
    ContestPage,
    EventPage,
    NewsPage,
    OrganizationPage,
    ProjectPage,
    ResourcePage,
)
from cms.profiles.checks import reasons_of
from cms.profiles.wording import last_verified, verifier
from cms.verbs.wording import event_state


def listing(base: type[ListingView] = ListingView, **attributes: Any) -> type[ListingView]:
    return type("TypeListingView", (base,), attributes)


def name_of(related: Any) -> str:
    return str(related) if related else ""


def live_in_words(page: Any) -> str:
    return _("published") if page.live else _("draft")


def exported(*columns: tuple[str, str | Promise, Any]) -> dict[str, Any]:
    """Return the attributes of a view that exports these columns after title and state."""
    common = (
        ("title", gettext_lazy("Title"), lambda page: page.get_admin_display_title()),
        ("live", gettext_lazy("Published?"), live_in_words),
    )
    rows = tuple(Exported(*column) for column in (*common, *columns))
    return {
        "exported": rows,
        "list_export": [row.key for row in rows],
        "export_headings": {row.key: row.heading for row in rows},
    }


def if_public(name: str) -> Any:
    """Return what gives a contact field only where anybody may read it (RODO art. 6(1)(a))."""
    return lambda profile: getattr(profile, name) if profile.may_be_public(name) else ""


def larger_organization(profile: OrganizationPage) -> str:
    return profile.parent.title if profile.parent else profile.parent_name


class TypeViewSet(PageListingViewSet):
    """A list without the columns, exports and filters of Wagtail's own."""

    add_to_admin_menu = True

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        given = super().get_index_view_kwargs(**kwargs)
        # What the view class says itself.
        return {name: value for name, value in given.items() if not name.startswith("list_export")}


class EventsViewSet(TypeViewSet):
    model = EventPage
    icon = "date"
    menu_label = gettext_lazy("Events")
    menu_order = 110
    ordering = "-start_date"
    export_filename = "wydarzenia"
    filterset_class = filters.EventFilterSet
    columns = with_title(
        EventDateColumn("start_date", label=gettext_lazy("Date"), sort_key="start_date"),
        words("place", gettext_lazy("Place"), lambda event: name_of(event.place)),
        choice("kind", gettext_lazy("Kind")),
    )
    index_view_class = listing(
        prefetched=("place",),
        **exported(
            ("start_date", gettext_lazy("Date"), lambda event: event.start_date),
            ("end_date", gettext_lazy("last day"), lambda event: event.end_date),
            ("start_time", gettext_lazy("begins at"), lambda event: event.start_time),
            ("state", gettext_lazy("Status"), event_state),
            ("place", gettext_lazy("Place"), lambda event: name_of(event.place)),
            ("kind", gettext_lazy("Kind"), lambda event: event.get_kind_display()),
            ("seats", gettext_lazy("number of places"), lambda event: event.seats),
        ),
    )


class OrganizationsViewSet(TypeViewSet):
    model = OrganizationPage
    icon = "group"
    menu_label = gettext_lazy("Organizations")
    menu_order = 120
    ordering = TITLE_ORDER
    export_filename = "organizacje"
    filterset_class = filters.OrganizationFilterSet
    columns = with_title(
        choice("legal_form", gettext_lazy("Legal form")),
        words("locality", gettext_lazy("Locality"), lambda profile: name_of(profile.locality)),
        words("verified", gettext_lazy("Verification"), last_verified, sort_key="verified_at"),
        words(
            "contact",
            gettext_lazy("Contact public?"),
            lambda profile: yes_no(not profile.hidden_fields()),
        ),
    )
    index_view_class = listing(
        prefetched=("locality", "verified_by", "parent", "contact_consents"),
        **exported(
            ("legal_form", gettext_lazy("Legal form"), lambda page: page.get_legal_form_display()),
            ("status", gettext_lazy("Status"), lambda page: page.get_status_display()),
            ("locality", gettext_lazy("Locality"), lambda page: name_of(page.locality)),
            ("krs", "KRS", lambda page: page.krs),
            ("nip", "NIP", lambda page: page.nip),
            ("regon", "REGON", lambda page: page.regon),
            ("branch_of", gettext_lazy("branch of"), larger_organization),
            ("year", gettext_lazy("year of registration"), lambda page: page.registration_year),
            (
                "opp_status",
                gettext_lazy("public benefit status (OPP)"),
                lambda page: yes_no(page.opp_status),
            ),
            (
                "opp_list_year",
                gettext_lazy("year of the 1.5 percent list"),
                lambda page: page.opp_list_year,
            ),
            (
                "seeks_volunteers",
                gettext_lazy("looks for volunteers"),
                lambda page: yes_no(page.seeks_volunteers),
            ),
            ("website", gettext_lazy("website"), lambda page: page.website),
            ("email", gettext_lazy("e-mail"), if_public("email")),
            ("phone", gettext_lazy("phone"), if_public("phone")),
            ("address", gettext_lazy("address"), if_public("address")),
            (
                "correspondence_address",
                gettext_lazy("correspondence address"),
                if_public("correspondence_address"),
            ),
            ("contact_person", gettext_lazy("contact person"), if_public("contact_person")),
            ("verified_at", gettext_lazy("verified on"), lambda page: page.verified_at),
            ("verified_by", gettext_lazy("verified by"), verifier),
        ),
    )


class ProfilesToCheckViewSet(TypeViewSet):
    """„Do sprawdzenia”: the profiles that want to be checked, and why."""

    model = OrganizationPage
    icon = "check"
    menu_label = gettext_lazy("Profiles to check")
    menu_order = 125
    ordering = "verified_at"
    export_filename = "profile-do-sprawdzenia"
    filterset_class = filters.ProfilesToCheckFilterSet
    columns = with_title(
        ReasonsColumn("reasons", label=gettext_lazy("Why")),
        words("verified", gettext_lazy("Verification"), last_verified, sort_key="verified_at"),
        choice("legal_form", gettext_lazy("Legal form")),
        words("locality", gettext_lazy("Locality"), lambda profile: name_of(profile.locality)),
    )
    index_view_class = listing(
        ProfilesToCheckView,
        prefetched=("locality", "verified_by"),
        **exported(
            ("reasons", gettext_lazy("Why"), lambda page: ", ".join(reasons_of(page))),
            ("legal_form", gettext_lazy("Legal form"), lambda page: page.get_legal_form_display()),
            ("locality", gettext_lazy("Locality"), lambda page: name_of(page.locality)),
            ("verified_at", gettext_lazy("verified on"), lambda page: page.verified_at),
            ("verified_by", gettext_lazy("verified by"), verifier),
        ),
    )


class NewsViewSet(TypeViewSet):
    model = NewsPage
    icon = "doc-full"
    menu_label = pgettext_lazy("heading", "News")
    menu_order = 130
    ordering = "-last_published_at"
    export_filename = "aktualnosci"
    filterset_class = filters.NewsFilterSet
    columns = with_title()
    index_view_class = listing(
        **exported(
            ("date", gettext_lazy("Published version of"), lambda page: page.last_published_at),
        )
    )


class ContestsViewSet(TypeViewSet):
    model = ContestPage
    icon = "pick"
    menu_label = gettext_lazy("Contests")
    menu_order = 140
    ordering = "-opens_on"
    export_filename = "konkursy"
    filterset_class = filters.ContestFilterSet
    columns = with_title(
        words("year", gettext_lazy("edition (year)"), lambda page: page.year, sort_key="year"),
        words("opens_on", gettext_lazy("applications from"), lambda page: page.opens_on),
        words("closes_on", gettext_lazy("applications until"), lambda page: page.closes_on),
        words("state", gettext_lazy("Status"), lambda page: page.state.label),
    )
    index_view_class = listing(
        # `ContestPage.state` counts the results.
        prefetched=("results",),
        **exported(
            ("year", gettext_lazy("edition (year)"), lambda page: page.year),
            ("opens_on", gettext_lazy("applications from"), lambda page: page.opens_on),
            ("closes_on", gettext_lazy("applications until"), lambda page: page.closes_on),
            ("results_on", gettext_lazy("results on"), lambda page: page.results_on),
            ("state", gettext_lazy("Status"), lambda page: str(page.state.label)),
        ),
    )


class ResourcesViewSet(TypeViewSet):
    model = ResourcePage
    icon = "doc-full-inverse"
    menu_label = gettext_lazy("Materials")
    menu_order = 150
    ordering = TITLE_ORDER
    export_filename = "materialy"
    filterset_class = filters.ResourceFilterSet
    columns = with_title(
        choice("kind", gettext_lazy("Kind")),
        words("year", gettext_lazy("year"), lambda page: page.year, sort_key="year"),
    )
    index_view_class = listing(
        **exported(
            ("kind", gettext_lazy("Kind"), lambda page: page.get_kind_display()),
            ("year", gettext_lazy("year"), lambda page: page.year),
        )
    )


class ActivitiesViewSet(TypeViewSet):
    model = ActivityPage
    icon = "tasks"
    menu_label = gettext_lazy("Activities")
    menu_order = 160
    ordering = TITLE_ORDER
    export_filename = "dzialania"
    filterset_class = filters.ActivityFilterSet
    columns = with_title(choice("kind", gettext_lazy("Kind")))
    index_view_class = listing(
        **exported(("kind", gettext_lazy("Kind"), lambda page: page.get_kind_display()))
    )


class ProjectsViewSet(TypeViewSet):
    model = ProjectPage
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Projects")
    menu_order = 165
    ordering = "-start_date"
    export_filename = "projekty"
    filterset_class = filters.ProjectFilterSet
    columns = with_title(
        words(
            "start_date",
            gettext_lazy("start date"),
            lambda page: page.start_date,
            sort_key="start_date",
        ),
        words("end_date", gettext_lazy("end date"), lambda page: page.end_date),
    )
    index_view_class = listing(
        **exported(
            ("start_date", gettext_lazy("start date"), lambda page: page.start_date),
            ("end_date", gettext_lazy("end date"), lambda page: page.end_date),
        )
    )


# Name of the addresses, which is also their beginning: /admin/wydarzenia/.
VIEWSETS = {
    "wydarzenia": EventsViewSet,
    "organizacje": OrganizationsViewSet,
    "do-sprawdzenia": ProfilesToCheckViewSet,
    "aktualnosci": NewsViewSet,
    "konkursy": ContestsViewSet,
    "materialy": ResourcesViewSet,
    "dzialania": ActivitiesViewSet,
    "projekty": ProjectsViewSet,
}
