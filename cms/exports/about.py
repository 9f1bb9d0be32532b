"""What an export says of itself: source, licence, time (Act on open data of 2021, art. 15)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from cms.exports.datasets import Column, Dataset
from cms.exports.files import LIST_SEPARATOR
from cms.models.centre import CentreSettings


@dataclass(frozen=True)
class Provenance:
    """Whose data it is, under which licence, as of when."""

    source_name: str
    licence_name: str
    licence_url: str
    modified_at: datetime | None

    @classmethod
    def as_of(cls, modified_at: datetime | None) -> "Provenance":
        """Return what the centre's settings say now. One query."""
        centre = CentreSettings.load()
        return cls(centre.name, centre.licence_name, centre.licence_url, modified_at)


def title_of(dataset: Dataset, provenance: Provenance) -> str:
    """Return the dataset's title in Polish."""
    with translation.override(settings.LANGUAGE_CODE):
        return f"{dataset.title} – {provenance.source_name}"


def moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def about(dataset: Dataset, provenance: Provenance) -> dict[str, Any]:
    """Return what stands before the rows of a JSON export."""
    return {
        "title": title_of(dataset, provenance),
        "source": {"name": provenance.source_name, "url": f"{settings.SITE_URL}/"},
        "licence": {"name": provenance.licence_name, "url": provenance.licence_url},
        "modified_at": moment(provenance.modified_at),
        "retrieved_at": moment(timezone.now()),
    }


def csvw(dataset: Dataset, provenance: Provenance) -> dict[str, Any]:
    """Return the metadata of a CSV file (W3C CSV on the Web), descriptions in Polish."""
    with translation.override(settings.LANGUAGE_CODE):
        columns = [_csvw_column(column) for column in dataset.columns]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": settings.LANGUAGE_CODE}],
        "url": f"{dataset.name}.csv",
        "dc:title": title_of(dataset, provenance),
        "dc:publisher": provenance.source_name,
        "dc:source": {"@id": f"{settings.SITE_URL}/"},
        "dc:license": {"@id": provenance.licence_url},
        "dc:rights": provenance.licence_name,
        "dc:modified": _csvw_moment(provenance.modified_at),
        "prov:generatedAtTime": _csvw_moment(timezone.now()),
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": {"columns": columns, "primaryKey": "id"},
    }


def _csvw_column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": str(column.description),
        "datatype": column.datatype,
        "required": column.is_always_there,
    }
    return described | ({"separator": LIST_SEPARATOR} if column.is_list else {})


def _csvw_moment(at: datetime | None) -> dict[str, str] | None:
    return {"@value": at.isoformat(), "@type": "xsd:dateTime"} if at else None
