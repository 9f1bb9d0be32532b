"""Open data: each dataset as CSV with its metadata, and as JSON."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from django.conf import settings
from django.http import StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.freshness import Validators, of_state, published_state
from cms.api.json import MEDIA_TYPE, dump
from cms.api.problems import BUSY, ProblemError
from cms.api.views.base import ApiView, AsAddressed
from cms.exports.about import Provenance, about, csvw
from cms.exports.datasets import DATASETS, EVENTS, Column, Dataset
from cms.exports.examples import EXAMPLES
from cms.exports.files import as_csv, as_json

METADATA_SUFFIX = ".csv-metadata.json"  # where readers of CSVW look (W3C, Model §5.3)


# Whoever reads slowly holds one of a process's few threads (`serve`), unless a proxy reads for him:
# the others stay with those who ask for something else.
MOST_AT_ONCE = 2
RETRY_AFTER_SECONDS = 30
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


class Sending:
    """The parts of a file, one of the few that this process sends at a time.

    Raises BUSY when there are as many already. The server closes it in the end, whatever happens.
    """

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts = parts
        self.has_place = _places.acquire(blocking=False)
        if not self.has_place:
            raise ProblemError(
                BUSY,
                f"Try again in {RETRY_AFTER_SECONDS} seconds.",
                retry_after_seconds=RETRY_AFTER_SECONDS,
            )

    def __iter__(self) -> Iterator[bytes]:
        return self.parts

    def close(self) -> None:
        if self.has_place:
            self.has_place = False
            _places.release()


class ExportView(ApiView):
    """A dataset as a file. The address names the form, so `Accept` is not read."""

    content_negotiation_class = AsAddressed
    # Files are fetched seldom, and what is withdrawn must not be fetched again.
    cache_control = "public, no-cache"
    tags: ClassVar = ["open data"]
    problems: ClassVar[tuple[int, ...]] = (400, 429, 503)
    dataset: Dataset = EVENTS
    operation_id = summary = ""
    example: ClassVar[Any] = ""

    def get(self, request: Request) -> Any:
        self.read_values()
        state = published_state()
        provenance = Provenance.as_of(state.last_modified)
        validators = of_state(state, request.path, settings.IS_DEMO, provenance)
        if self.is_known_to_client(validators):
            return self.not_modified(self.told(validators))
        answer = self.answer(provenance)
        answer["Link"] = self.links(provenance)
        return self.with_validators(answer, self.told(validators))

    def answer(self, provenance: Provenance) -> Any:
        """Return the answer in full."""
        raise NotImplementedError

    def told(self, validators: Validators) -> Validators:
        """Return the validators as they are sent: an answer with the time in it is never the same
        byte for byte, so its tag is a weak one (RFC 9110 §8.8.1)."""
        return replace(validators, etag=f"W/{validators.etag}")

    def links(self, provenance: Provenance) -> str:
        return f'<{iri_to_uri(provenance.licence_url)}>; rel="license"'

    def file(self, parts: Iterator[bytes], media_type: str, suffix: str) -> StreamingHttpResponse:
        """Return a file that is written while it is sent; HEAD has nothing written."""
        is_wanted = self.request.method != "HEAD"
        sent = Sending(parts) if is_wanted else ()
        response = StreamingHttpResponse(sent, content_type=media_type)
        name = f"{self.dataset.name}-{timezone.localdate().isoformat()}.{suffix}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class CsvExportView(ExportView):
    """The dataset as a table: CSV (RFC 4180), UTF-8 with a byte order mark, a line of names first.

    Commas separate cells, `|` the values of a list. What is unknown is empty. Text that begins
    with `=`, `+`, `-`, `@`, a tab or a line break has an apostrophe in front, so that no
    spreadsheet runs it. Licence, source and time of retrieval stand in the metadata beside it, to
    which `Link` leads.
    """

    media_type = "text/csv"
    answer_schema = {"type": "string", "description": "CSV (RFC 4180)."}

    def answer(self, provenance: Provenance) -> StreamingHttpResponse:
        media_type = f"{self.media_type}; charset=utf-8; header=present"
        return self.file(as_csv(self.dataset), media_type, "csv")

    def told(self, validators: Validators) -> Validators:
        return validators

    def links(self, provenance: Provenance) -> str:
        address = f"{settings.SITE_URL}{self.request.path.removesuffix('.csv')}{METADATA_SUFFIX}"
        described_by = f'<{address}>; rel="describedby"; type="application/csvm+json"'
        return f"{super().links(provenance)}, {described_by}"


class CsvMetadataView(ExportView):
    """What the CSV file holds: licence, source, times and columns (W3C CSV on the Web)."""

    problems = (400, 429)
    media_type = "application/csvm+json"
    answer_schema = {"type": "object", "description": "CSVW metadata."}

    def answer(self, provenance: Provenance) -> Response:
        return Response(dump(csvw(self.dataset, provenance)), content_type=self.media_type)


class JsonExportView(ExportView):
    """The dataset as one JSON object: title, source, licence, times, and all rows as `results`."""

    def answer(self, provenance: Provenance) -> StreamingHttpResponse:
        parts = as_json(self.dataset, about(self.dataset, provenance))
        return self.file(parts, MEDIA_TYPE, "json")


JSON_TYPES = {"boolean": "boolean", "integer": "integer"}
JSON_FORMATS = {"anyURI": "uri", "date": "date", "dateTime": "date-time"}


def json_schema(dataset: Dataset) -> dict[str, Any]:
    """Return the schema of a JSON export."""
    row = {column.name: column_schema(column) for column in dataset.columns}
    named = {
        "type": "object",
        "required": ["name", "url"],
        "properties": {"name": {"type": "string"}, "url": {"type": "string", "format": "uri"}},
    }
    moment_ = {"type": "string", "format": "date-time"}
    properties = {
        "title": {"type": "string"},
        "source": {**named, "description": "Whose data it is: name it when you use them."},
        "licence": {**named, "description": "Under which you may use them."},
        "modified_at": {
            **moment_,
            "type": ["string", "null"],
            "description": "When something published last changed.",
        },
        "retrieved_at": {**moment_, "description": "When this copy was made."},
        "results": {
            "type": "array",
            "items": {"type": "object", "required": list(row), "properties": row},
        },
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def column_schema(column: Column) -> dict[str, Any]:
    """Return the schema of one column's values in JSON."""
    description = {"description": column.description}
    if column.is_list:
        return {"type": "array", "items": {"type": "string"}, **description}
    kind = column.datatype if isinstance(column.datatype, str) else "string"
    name = JSON_TYPES.get(kind, "string")
    schema = {"type": name if column.is_always_there else [name, "null"], **description}
    return schema | ({"format": JSON_FORMATS[kind]} if kind in JSON_FORMATS else {})


def addresses_of(dataset: Dataset) -> list[URLPattern]:
    """Return the addresses of a dataset's files."""
    name = dataset.name
    forms: tuple[tuple[str, str, type[ExportView], str], ...] = (
        ("csv", ".csv", CsvExportView, f"Download {name} as CSV"),
        ("csv-metadata", METADATA_SUFFIX, CsvMetadataView, f"Read what the CSV of {name} holds"),
        ("json", ".json", JsonExportView, f"Download {name} as JSON"),
    )
    return [
        path(
            f"export/{name}{suffix}",
            view.as_view(
                dataset=dataset,
                operation_id=f"export{name.title()}{form.title().replace('-', '')}",
                summary=summary,
                example=EXAMPLES[name][form],
                **({"answer_schema": json_schema(dataset)} if form == "json" else {}),
            ),
            name=f"export-{name}-{form}",
        )
        for form, suffix, view, summary in forms
    ]


EXPORT_ADDRESSES = [address for dataset in DATASETS for address in addresses_of(dataset)]
