"""What exports look like, for the OpenAPI document: rows of its example documents."""

from cms.api.examples import EVENT, ORGANIZATION, SITE
from cms.exports.datasets import EVENTS, ORGANIZATIONS, Dataset, Row, row_of
from cms.exports.files import cell, csv_lines

CENTRE = "Centrum Organizacji Pozarządowych"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


def csv_example(dataset: Dataset, payload: Row) -> str:
    row = row_of(dataset, payload)
    return csv_lines([list(row), [cell(value) for value in row.values()]]).decode()


def json_example(dataset: Dataset, payload: Row, title: str) -> Row:
    return {
        "title": f"{title} – {CENTRE}",
        "source": {"name": CENTRE, "url": f"{SITE}/"},
        "licence": {"name": "CC BY 4.0", "url": LICENCE_URL},
        "modified_at": "2018-03-20T12:30:00+00:00",
        "retrieved_at": "2018-03-21T06:00:00+00:00",
        "results": [row_of(dataset, payload)],
    }


def metadata_example(dataset: Dataset, title: str) -> Row:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "pl"}],
        "url": f"{dataset.name}.csv",
        "dc:title": f"{title} – {CENTRE}",
        "dc:publisher": CENTRE,
        "dc:source": {"@id": f"{SITE}/"},
        "dc:license": {"@id": LICENCE_URL},
        "dc:rights": "CC BY 4.0",
        "dc:modified": {"@value": "2018-03-20T12:30:00+00:00", "@type": "xsd:dateTime"},
        "prov:generatedAtTime": {"@value": "2018-03-21T06:00:00+00:00", "@type": "xsd:dateTime"},
        "dialect": {"encoding": "utf-8", "delimiter": ",", "header": True},
        "tableSchema": {
            "columns": [
                {
                    "name": "id",
                    "titles": "id",
                    "dc:description": "Publiczny identyfikator; nigdy się nie zmienia.",
                    "datatype": "string",
                    "required": True,
                }
            ],
            "primaryKey": "id",
        },
    }


ORGANIZATIONS_TITLE, EVENTS_TITLE = "Katalog organizacji", "Wydarzenia"
EXAMPLES = {
    "organizations": {
        "csv": csv_example(ORGANIZATIONS, ORGANIZATION),
        "csv-metadata": metadata_example(ORGANIZATIONS, ORGANIZATIONS_TITLE),
        "json": json_example(ORGANIZATIONS, ORGANIZATION, ORGANIZATIONS_TITLE),
    },
    "events": {
        "csv": csv_example(EVENTS, EVENT),
        "csv-metadata": metadata_example(EVENTS, EVENTS_TITLE),
        "json": json_example(EVENTS, EVENT, EVENTS_TITLE),
    },
}
