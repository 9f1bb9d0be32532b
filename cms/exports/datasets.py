"""Open data: documents of a type as one flat table, for portals and spreadsheets.

Personal data stays out. A directory has it with a purpose and a right to object; a file under an
open licence goes wherever it likes and cannot be called back. So there are no e-mail addresses,
phones and addresses of organizations, not even public ones, and no free text, which may name
people; each row's `url` leads there. The address to join a meeting online is no data either.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.models.documents import Document

Row = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: `datatype` is CSVW's (Metadata Vocabulary for Tabular Data §5.11)."""

    name: str
    description: str | Promise
    datatype: Any = "string"
    is_list: bool = False
    is_always_there: bool = False
    read: Callable[[Row], Any] | None = None

    def value(self, payload: Row) -> Any:
        """Return what a stored payload has for the column."""
        return self.read(payload) if self.read else payload[self.name]


@dataclass(frozen=True)
class Dataset:
    """What is exported of one document type."""

    name: str
    title: str | Promise
    document_type: Document.Type
    ordering: tuple[str, ...]
    columns: tuple[Column, ...]


def part(name: str, inner: str) -> Callable[[Row], Any]:
    """Return what reads a field of an object that may be missing."""
    return lambda payload: (payload[name] or {}).get(inner)


def each(name: str, inner: str) -> Callable[[Row], list[Any]]:
    """Return what reads a field of each object of a list."""
    return lambda payload: [one[inner] for one in payload[name]]


def locality_of_place(inner: str) -> Callable[[Row], Any]:
    return lambda payload: ((payload["place"] or {}).get("locality") or {}).get(inner)


def larger_name(payload: Row) -> str | None:
    """Return the name of the larger organization of a branch, which may have no profile."""
    name: str | None = (payload["branch_of"] or {}).get("title") or payload["branch_of_name"]
    return name


def values_of(
    name: str, description: str | Promise, inner: str = "code", *, of: str = ""
) -> Column:
    """Return the column of a list: of each of its objects, one value."""
    return Column(name, description, is_list=True, read=each(of or name, inner))


IDENTITY = (
    Column("id", _("Public id; never changes."), is_always_there=True),
    Column("url", _("Public page, with all the rest."), "anyURI", is_always_there=True),
    Column("slug", _("Readable part of the address."), is_always_there=True),
    Column("title", _("Name or title."), is_always_there=True),
)
HISTORY = (
    Column("is_sample", _("Invented content."), "boolean", is_always_there=True),
    Column("published_at", _("When it was first published."), "dateTime", is_always_there=True),
    Column("updated_at", _("When it last changed."), "dateTime", is_always_there=True),
)
HOUR = {"base": "time", "format": "HH:mm"}

ORGANIZATIONS = Dataset(
    "organizations",
    _("Directory of organizations"),
    Document.Type.ORGANIZATION,
    ("sort_key", "pk"),
    (
        *IDENTITY,
        Column("short_name", _("Short name.")),
        Column("legal_form", _("Legal form, as a code."), is_always_there=True),
        Column("legal_form_label", _("Legal form in words."), is_always_there=True),
        Column("status", _("State of the organization, as a code."), is_always_there=True),
        Column("registration_year", _("Year of registration."), "integer"),
        Column("branch_of", _("Name of the larger organization of a branch."), read=larger_name),
        Column("krs", _("KRS number: text of ten digits, with its leading zeros.")),
        Column("nip", _("NIP: text of ten digits.")),
        Column("regon", _("REGON: text of nine or fourteen digits.")),
        Column("register_number", _("Number in a register other than the KRS.")),
        Column("locality", _("Locality, as a code."), read=part("locality", "slug")),
        Column("locality_name", _("Locality."), read=part("locality", "name")),
        values_of(
            "spheres",
            _("Spheres of public tasks: codes of art. 4 (1) of the Act on public benefit."),
        ),
        values_of("beneficiaries", _("For whom it works, as codes.")),
        values_of("action_forms", _("In which ways it works, as codes.")),
        values_of("territory", _("Where it works: localities, as codes."), "slug"),
        Column("website", _("Website of the organization."), "anyURI"),
        Column("seeks_volunteers", _("Looks for volunteers."), "boolean", is_always_there=True),
        Column("opp_status", _("Has public benefit status."), "boolean", is_always_there=True),
        Column("opp_list_year", _("Year of the list for 1.5 percent of income tax."), "integer"),
        Column("verified_at", _("Day on which the centre checked the data."), "date"),
        *HISTORY,
    ),
)
EVENTS = Dataset(
    "events",
    _("Events"),
    Document.Type.EVENT,
    ("starts_on", "sort_key", "pk"),
    (
        *IDENTITY,
        Column("kind", _("Kind of event, as a code."), is_always_there=True),
        Column("kind_label", _("Kind of event in words."), is_always_there=True),
        Column("level", _("For everyone (general) or specialist.")),
        Column("start_date", _("First day."), "date"),
        Column("end_date", _("Last day, if not the same."), "date"),
        Column("start_time", _("Hour of the beginning, where it is known."), HOUR),
        Column("end_time", _("Hour of the end, where it is known."), HOUR),
        Column("date_precision", _("Whether the hour is known."), is_always_there=True),
        Column(
            "date_certainty", _("Whether the date is confirmed or proposed."), is_always_there=True
        ),
        Column("status", _("State of the event, as a code."), is_always_there=True),
        Column("previous_start_date", _("Date before the event was moved."), "date"),
        Column("is_full", _("No places are left."), "boolean", is_always_there=True),
        Column("place", _("Place."), read=part("place", "name")),
        Column("place_address", _("Address of the place."), read=part("place", "address")),
        Column("locality", _("Locality, as a code."), read=locality_of_place("slug")),
        Column("locality_name", _("Locality."), read=locality_of_place("name")),
        Column("registration_url", _("Where to sign up."), "anyURI"),
        Column("project", _("Title of the project."), read=part("project", "title")),
        Column("project_id", _("Id of the project."), read=part("project", "id")),
        values_of("organizers", _("Names of the organizers."), "title"),
        values_of(
            "organizer_ids", _("Ids of the organizers, in the same order."), "id", of="organizers"
        ),
        Column("partners", _("Names of partners."), is_list=True),
        values_of("topics", _("Topics, as codes."), "slug"),
        *HISTORY,
    ),
)
DATASETS = (ORGANIZATIONS, EVENTS)


def row_of(dataset: Dataset, payload: Row) -> Row:
    """Return what the dataset has of one stored payload."""
    return {column.name: column.value(payload) for column in dataset.columns}
