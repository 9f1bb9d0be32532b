"""Who may open each address of the admin (GET) and act there (POST).

E redaktor, P wydawca, C koordynator newslettera, A administrator; "e" is a redaktor while no
approval is required. A superuser may do what anybody may, nobody else may do anything. None: the
address does not answer that method.
"""

from tests.permissions.routes import Route

Rule = tuple[str | None, str | None]

# The door itself.
EVERYBODY = "*"
ALL, PAGES, PUBLISHERS, PEOPLE, ADMIN = "EPCA", "EPA", "ePA", "CA", "A"

# Of each model that a viewset is for: who may add, change and delete, and look without that.
MODELS: dict[str, dict[str, str]] = {
    "cms.partner": {"add": "EPA", "change": "ePA", "delete": "PA"},
    "cms.place": {"add": "EPA", "change": "ePA", "delete": "PA"},
    "cms.locality": {"add": "PA", "change": "PA", "delete": "A"},
    "cms.topic": {"add": "PA", "change": "PA", "delete": "A"},
    "cms.audience": {"add": "PA", "change": "PA", "delete": "A"},
    "cms.offertype": {"add": "PA", "change": "PA", "delete": "A"},
    "cms.programme": {"add": "PA", "change": "PA", "delete": "A"},
    "cms.sphere": {"add": "PA", "change": "PA", "delete": "A"},
    "cms.operatorterm": {"add": "A", "change": "A", "delete": "A"},
    "cms.apiclient": {"add": "A", "change": "A", "delete": "A"},
    "municipal.destination": {"add": "A", "change": "A", "delete": "A"},
    "newsletters.subscriber": {"add": "CA", "change": "CA", "delete": "CA"},
    "newsletters.suppression": {"add": "CA", "change": "CA", "delete": "CA"},
    "newsletters.consentclause": {"add": "A", "change": "A", "delete": "A", "view": "C"},
    "accounts.user": {"add": "A", "change": "A", "delete": "A"},
}

# What each view of a viewset asks for, and whether it takes a POST.
VIEWS: dict[str, tuple[str, bool]] = {
    "index": ("any", False),
    "index_results": ("any", False),
    "list": ("any", False),
    "list_results": ("any", False),
    "add": ("add", True),
    "copy": ("change", True),
    "edit": ("change", True),
    "delete": ("delete", True),
    "history": ("any", False),
    "history_results": ("any", False),
    "usage": ("change", False),
    "inspect": ("any", False),
    # Subscribers and blocked addresses.
    "leave": ("change", True),
    "block": ("add", True),
    "look_up": ("any", True),
    # Choosers: what pages refer to may be seen by who writes pages, whoever may change it.
    "choose": ("all", False),
    "choose_results": ("all", False),
    "chosen": ("all", False),
    "chosen_multiple": ("all", False),
    # Our choosers have no form to create with, so that Wagtail's view cannot take a POST.
    "create": ("add", False),
}

VERB: Rule = (PUBLISHERS, PUBLISHERS)
LISTING: Rule = (ALL, None)

ADDRESSES: dict[str, Rule] = {
    "admin_login": (EVERYBODY, EVERYBODY),
    # Leads on who has nothing to prove.
    "second_factor_code": (EVERYBODY, EVERYBODY),
    "second_factor": (ALL, None),
    "second_factor_set_up": (ALL, ALL),
    "second_factor_codes": (ALL, ALL),
    "second_factor_off": (ALL, ALL),
    "second_factor_reset": (ADMIN, ADMIN),
    "set_privacy": (PUBLISHERS, PUBLISHERS),
    "page_places": (PAGES, None),
    "share_draft": (PAGES, None),
    "add_page": (PAGES, None),
    # Wagtail's form for a new page, begun on a day.
    "event_on_day": (PAGES, None),
    "todo": (ALL, None),
    "events_this_month": LISTING,
    "events_month": LISTING,
    "event_confirm_date": VERB,
    "event_reschedule": VERB,
    "event_postpone": VERB,
    "event_move_online": VERB,
    "event_mark_full": VERB,
    "event_places_again": VERB,
    "event_cancel": VERB,
    "contest_announce_results": VERB,
    "organization_verify": VERB,
    "verb_undo": VERB,
    # Profiles.
    "profile_consents": VERB,
    "consent_withdraw": VERB,
    "contact_clause": (ADMIN, ADMIN),
    "profile_sources": (PUBLISHERS, None),
    "field_lock": (None, PUBLISHERS),
    "field_unlock": (None, PUBLISHERS),
    # To each what he or she may decide.
    "proposals": LISTING,
    "proposal_accept": (None, PUBLISHERS),
    "proposal_reject": (None, PUBLISHERS),
    # The KRS: proposals for who may write profiles; deciding about them is another address.
    "krs_new": (PAGES, PAGES),
    # Without anything fetched it leads back to the number.
    "krs_form": (PAGES, None),
    "krs_state": (PAGES, None),
    "organization_krs": (PAGES, PAGES),
    # A new draft: who may write one.
    "event_duplicate": (PAGES, PAGES),
    "contest_duplicate": (PAGES, PAGES),
    "retry_document": (None, PUBLISHERS),
    "destination_dashboard": (ADMIN, None),
    "destination_act": (None, ADMIN),
    "destination_test": (None, ADMIN),
    "document_difference": (ADMIN, None),
    "document_decide": (None, ADMIN),
    "private_media": LISTING,
    "wagtaildocs_serve": (ALL, ALL),
    # Lists of pages show to each what he or she may edit: `test_lists_show_own_pages_only`.
    **{
        f"{name}:{view}": LISTING
        for name in (
            "wydarzenia",
            "organizacje",
            "aktualnosci",
            "konkursy",
            "materialy",
            "dzialania",
            "projekty",
            "do-sprawdzenia",
        )
        for view in ("index", "index_results")
    },
    "guide": (ALL, None),
    # Before Wagtail's own at the same addresses.
    "admin/images/": (ALL, None),
    "admin/images/results/": (ALL, None),
    "admin/images/multiple/add/": (ALL, ALL),
    # Newsletters.
    "mailings:index": (ALL, None),
    "mailings:show": (ALL, None),
    "mailings:live": (ALL, None),
    "mailings:cancel": (PEOPLE, PEOPLE),
    "mailings:step": (None, PEOPLE),
    "mailings:order": (PEOPLE, PEOPLE),
    "mailings:test": (None, PEOPLE),
    "mailings:approve": ("PCA", "PCA"),
    # Wagtail's, about our models.
    "wagtailadmin_workflows:usage": (ADMIN, None),
    "wagtailadmin_workflows:usage_results": (ADMIN, None),
    "wagtailadmin_reports:locked_pages": ("PA", None),
    "wagtailadmin_reports:locked_pages_results": ("PA", None),
    "wagtailadmin_reports:aging_pages": (ALL, None),
    "wagtailadmin_reports:aging_pages_results": (ALL, None),
    "wagtaildocs:index": (ALL, None),
    "wagtaildocs:index_results": (ALL, None),
    "wagtaildocs:delete": VERB,
    "wagtaildocs:document_usage": (PUBLISHERS, None),
    "wagtailimages:index": (ALL, None),
    "wagtailimages:index_results": (ALL, None),
    "wagtailimages:delete": VERB,
    "wagtailimages:image_usage": (PUBLISHERS, None),
    "wagtailimages_chooser:create": (ALL, ALL),
    "wagtailimages_chooser:select_format": (ALL, ALL),
}
CHOSEN = frozenset({*MODELS, "cms.centreimage", "cms.centrefile"})
# Switched off by Wagtail's settings: 404 for everybody.
OFF = frozenset({"wagtailimages:url_generator", "wagtailimages:url_generator_output"})
# Wagtail's choice of a parent, past which „Dodaj …” leads; its form offers only allowed parents.
CHOOSE_PARENT: Rule = (ALL, ALL)


def rule_of(route: Route) -> Rule:
    """Return who may. Raises KeyError for an address, or a model, that nobody has classified."""
    if route.key in ADDRESSES:
        return ADDRESSES[route.key]
    view = route.name.rsplit(":", maxsplit=1)[-1]
    if view == "choose_parent":
        return CHOOSE_PARENT
    asked, takes_post = VIEWS[view]
    if asked == "all":
        return (ALL, None) if route.model._meta.label_lower in CHOSEN else _unknown(route)
    who = allowed(route.model._meta.label_lower, asked)
    return who, who if takes_post else None


def _unknown(route: Route) -> Rule:
    raise KeyError(route.name)


def allowed(label: str, asked: str) -> str:
    grants = MODELS[label]
    return "".join(grants.values()) if asked == "any" else grants[asked]
