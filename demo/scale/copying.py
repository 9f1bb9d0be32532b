"""Many pages like one: rows of pages, documents and search written in bulk.

A template is published as editors publish. Its copies differ in what a `Variation` names; all the
rest, the document and its dependencies included, is taken over. `rebuild_documents --check` finds
that the documents equal fresh ones, which a test holds.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import orjson
from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from cms.basepage.models import BasePage
from cms.documents.reads import key_of
from cms.documents.sequence import lock_sequence, next_revision
from cms.documents.signals import documents_changed
from cms.documents.writing import render, schema_stamp
from cms.models import Document, DocumentFacet
from cms.models.documents import DocumentDependency
from cms.models.published import DocumentPage
from cms.models.search import SearchEntry
from cms.polish import sort_key
from cms.schema_org import schema_org
from cms.search.index import columns_of

# SQLite takes some 250,000 values in a statement, other builds of it 32,766.
BATCH = 250


@dataclass(frozen=True)
class Copy:
    """A page that was made, and how documents point to it."""

    page_id: int
    related: dict[str, str]


@dataclass(frozen=True)
class Variation:
    """What a copy has of its own: columns of its page, fields of its document, and what follows.

    `named` are the pages that the document newly points to, in one field of the page.
    """

    title: str
    slug: str
    columns: dict[str, Any] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    facets: frozenset[tuple[str, str]] = frozenset()
    named: tuple[Copy, ...] = ()


class Template:
    """A published page, with all that its copies take over."""

    def __init__(self, page: DocumentPage, *, naming: str = "") -> None:
        self.page = type(page).objects.get(pk=page.pk)
        self.naming = naming
        self.parent_id = page.get_parent().pk
        self.document = Document.objects.get(page_id=page.pk)
        self.content = orjson.loads(self.document.payload) | {"version": None, "updated_at": None}
        self.facets = set(self.document.facets.values_list("name", "value"))
        keys = self.document.dependencies.values_list("content_type_id", "object_id")
        self.keys = set(keys) - {key_of(BasePage, page.pk)}
        model = type(page)
        self.many = {
            one.name: list(getattr(self.page, one.name).values_list("pk", flat=True))
            for one in model._meta.many_to_many
            if one.name != naming
        }


def copies(template: Template, variations: Iterable[Variation]) -> Iterator[Copy]:
    """Write a published page with its document for each of the variations; yield them."""
    rest = iter(variations)
    while some := list(islice(rest, BATCH)):
        yield from _write(template, some)


@transaction.atomic
def _write(template: Template, variations: Sequence[Variation]) -> list[Copy]:
    sequence = lock_sequence()
    pages = _pages(template, variations)
    documents = []
    for page, variation in zip(pages, variations, strict=True):
        sequence.value += 1
        documents.append(_document(template, page, variation, sequence.value))
    sequence.save(update_fields=["value"])
    Document.objects.bulk_create(document for document, _content in documents)
    _write_around(template, pages, documents, variations)
    documents_changed.send(sender=Document)
    return [
        Copy(page.pk, {name: content[name] for name in ("id", "type", "slug", "title", "url")})
        for page, (_document_, content) in zip(pages, documents, strict=True)
    ]


def _pages(template: Template, variations: Sequence[Variation]) -> list[BasePage]:
    """Write the pages: the rows of the base table, of their own one, and what they name."""
    parent = BasePage.objects.select_for_update().get(pk=template.parent_id)
    last = parent.get_children().order_by("path").last()
    first = last._inc_path() if last else BasePage._get_path(parent.path, parent.depth + 1, 1)
    paths = _following(first, len(variations))
    bases = [
        _changed(
            BasePage,
            template.page,
            pk=None,
            path=path,
            translation_key=uuid.uuid4(),
            title=variation.title,
            draft_title=variation.title,
            slug=variation.slug,
            url_path=f"{parent.url_path}{variation.slug}/",
            latest_revision_id=None,
            live_revision_id=None,
        )
        for path, variation in zip(paths, variations, strict=True)
    ]
    pages = BasePage.objects.bulk_create(bases)
    BasePage.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(pages))
    model = type(template.page)
    pointer = model._meta.parents[BasePage]
    assert pointer is not None  # noqa: S101  (pages have a table of their own)
    rows = [
        _changed(model, template.page, **{pointer.attname: page.pk}, **variation.columns)
        for page, variation in zip(pages, variations, strict=True)
    ]
    # Django's bulk_create refuses models with a parent table, whose rows stand already.
    model._base_manager.all()._insert(
        rows, fields=model._meta.local_concrete_fields, using=model._base_manager.db
    )
    _write_many(template, pages, variations)
    return pages


def _following(path: str, count: int) -> list[str]:
    """Return the path and those of the siblings after it."""
    found = [path]
    page = BasePage(path=path)
    for _ in range(count - 1):
        page.path = page._inc_path()
        found.append(page.path)
    return found


def _changed(model: type[models.Model], source: models.Model, **values: Any) -> Any:
    """Return an unsaved instance of the model with the source's columns, some of them changed."""
    names = [column.attname for column in model._meta.local_concrete_fields]
    kept = {name: getattr(source, name) for name in names if hasattr(source, name)}
    pk = {model._meta.pk.attname: None} if "pk" in values else {}
    values.pop("pk", None)
    return model(**(kept | pk | values))


def _write_many(
    template: Template, pages: Sequence[BasePage], variations: Sequence[Variation]
) -> None:
    model = type(template.page)
    named = {template.naming: None} if template.naming else {}
    for name in [*template.many, *named]:
        relation = model._meta.get_field(name)
        through: Any = relation.remote_field.through
        mine, theirs = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        through._base_manager.bulk_create(
            through(**{f"{mine}_id": page.pk, f"{theirs}_id": other})
            for page, variation in zip(pages, variations, strict=True)
            for other in template.many.get(name, [one.page_id for one in variation.named])
        )


def _document(
    template: Template, page: BasePage, variation: Variation, number: int
) -> tuple[Document, dict[str, Any]]:
    """Return the unsaved document of a page, and its content."""
    document_id, now = uuid.uuid4(), timezone.now()
    folder = template.document.path.removesuffix(f"{template.page.slug}/")
    path = f"{folder}{variation.slug}/"
    content = template.content | {
        "id": str(document_id),
        "slug": variation.slug,
        "title": variation.title,
        "url": f"{settings.SITE_URL}{path}",
        **variation.content,
    }
    if template.naming:
        ordered = sorted(variation.named, key=lambda one: sort_key(one.related["title"]))
        content[template.naming] = [one.related for one in ordered]
    content["schema_org"] = schema_org(content)
    document = Document(
        pk=document_id,
        page_id=page.pk,
        type=template.document.type,
        slug=variation.slug,
        title=variation.title,
        path=path,
        is_live=True,
        is_sample=True,
        sequence=number,
        revision=next_revision(),
        payload=render(content, version=number, updated_at=now),
        payload_hash=hashlib.sha256(orjson.dumps(content)).hexdigest(),
        schema=schema_stamp(),
        published_at=template.document.published_at,
        updated_at=now,
        changes_at=template.document.changes_at,
        sort_key=sort_key(variation.title),
        starts_on=variation.columns.get("start_date"),
        ends_on=variation.columns.get("end_date") or variation.columns.get("start_date"),
    )
    return document, content


def _write_around(
    template: Template,
    pages: Sequence[BasePage],
    documents: Sequence[tuple[Document, dict[str, Any]]],
    variations: Sequence[Variation],
) -> None:
    """Write what belongs to the documents: facets, dependencies, the words that are searched."""
    facets, dependencies, entries = [], [], []
    for page, (document, content), variation in zip(pages, documents, variations, strict=True):
        owned = {name for name, _value in variation.facets}
        kept = {facet for facet in template.facets if facet[0] not in owned}
        facets += [
            DocumentFacet(document=document, name=name, value=value)
            for name, value in kept | variation.facets
        ]
        named = {key_of(BasePage, one.page_id) for one in variation.named}
        dependencies += [
            DocumentDependency(document=document, content_type_id=kind, object_id=number)
            for kind, number in template.keys | named | {key_of(BasePage, page.pk)}
        ]
        entries.append(SearchEntry(document=document, **columns_of(content)))
    DocumentFacet.objects.bulk_create(facets)
    DocumentDependency.objects.bulk_create(dependencies)
    SearchEntry.objects.bulk_create(entries)
