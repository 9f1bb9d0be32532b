"""Lists and details of documents: stored payloads, passed on byte for byte."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from cms.api.examples import page_of
from cms.api.filters import DocumentFilterSet
from cms.api.freshness import Validators, documents_in, of_document, of_state
from cms.api.json import fragment
from cms.api.kinds import DocumentKind
from cms.api.pagination import DocumentPagination
from cms.api.parameters import UUID_PATTERN
from cms.api.problems import NOT_FOUND, WITHDRAWN, InvalidParametersError, ProblemError
from cms.api.views.base import ApiView
from cms.documents.selectors import find_by_slug
from cms.models.documents import Document

SLUG_PATTERN = re.compile(r"[-a-zA-Z0-9_]{1,255}")


class DocumentListView(ApiView):
    """A list of the documents of one type."""

    document_type: ClassVar[Document.Type]
    filterset_class: ClassVar[type[DocumentFilterSet]]
    # The first is the default.
    orderings: ClassVar[tuple[str, ...]]
    queryset = Document.objects.none()
    filter_backends = (DjangoFilterBackend,)
    pagination_class = DocumentPagination
    paginator: DocumentPagination
    is_list = True
    problems = (400, 404, 406, 429)

    @classmethod
    def of(cls, kind: DocumentKind) -> type["DocumentListView"]:
        """Return the view of a type's list."""
        attributes = {
            "document_type": kind.document_type,
            "serializer_class": kind.serializer,
            "filterset_class": kind.filterset,
            "orderings": kind.orderings,
            "operation_id": f"list{kind.plural_component}",
            "tags": [kind.plural],
            "summary": kind.list_summary,
            "description": kind.list_description,
            "example": page_of(kind.example),
        }
        return type(f"{kind.component}ListView", (cls,), attributes)

    def get(self, request: Request) -> Response:
        filterset, values = self._read_query()
        state = self.state()
        today = timezone.localdate() if filterset.depends_on_today() else ""
        validators = of_state(state, request.path, sorted(values.items()), today)
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        documents = documents_in(state).filter(type=self.document_type)
        page = self.paginate_queryset(filterset.filter_queryset(documents))
        if not page:
            filterset.check_vocabulary()
            return self.with_validators(self.get_paginated_response(page), validators)
        response = self.with_validators(self.get_paginated_response(page), validators)
        return self.keepable(response, state)

    def _read_query(self) -> tuple[DocumentFilterSet, Mapping[str, str]]:
        """Return the filters, checked, and all parameters; raises InvalidParametersError."""
        filters = self.filterset_class.base_filters.keys()
        values = self.read_values(filters | DocumentPagination.parameter_names)
        filterset = self.filterset_class(
            {name: value for name, value in values.items() if name in filters}
        )
        paging = self.paginator.form(values, self.orderings)
        if errors := [*filterset.form.parameter_errors(), *paging.parameter_errors()]:
            raise InvalidParametersError(errors)
        self.paginator.choose(paging.cleaned_data, values)
        return filterset, values


def key_parameter(example: dict[str, Any]) -> OpenApiParameter:
    return OpenApiParameter(
        "key",
        {"type": "string"},
        OpenApiParameter.PATH,
        description="The document's `id` or its `slug`.",
        examples=[
            OpenApiExample("slug", example["slug"]),
            OpenApiExample("id", example["id"]),
        ],
    )


class DocumentDetailView(ApiView):
    """One document of one type."""

    document_type: ClassVar[Document.Type]
    queryset = Document.objects.none()
    problems: ClassVar[tuple[int, ...]] = (301, 400, 404, 406, 410, 429)
    ending = "/"  # of the address
    is_decided_by_documents = True

    @classmethod
    def of(cls, kind: DocumentKind) -> type["DocumentDetailView"]:
        """Return the view of a type's details."""
        attributes = {
            "document_type": kind.document_type,
            "serializer_class": kind.serializer,
            "operation_id": f"get{kind.component}",
            "tags": [kind.plural],
            "summary": kind.detail_summary,
            "description": kind.detail_description,
            "example": kind.example,
            "parameters": [key_parameter(kind.example)],
        }
        return type(f"{kind.component}DetailView", (cls,), attributes)

    def get(self, request: Request, key: str) -> Response:
        self.read_values()
        state = self.state() if self._may_be_kept() else None
        document = self._find(key)
        if not document.is_live or self._is_expired(document):
            raise ProblemError(WITHDRAWN, "This document was published once and is not any more.")
        if not is_uuid(key) and document.slug != key:
            return self._moved_to(document)
        validators = self.validators(document)
        if self.is_known_to_client(validators):
            return self.not_modified(validators)
        response = self.with_validators(self.answer(document), validators)
        return self.keepable(response, state) if state else response

    def _may_be_kept(self) -> bool:
        """Whether it is worth knowing the state, which has to be read before the document.

        Who has a copy is mostly told that it is still good, which takes the document alone.
        """
        has_copy = "HTTP_IF_NONE_MATCH" in self.request.META
        return self.is_decided_by_documents and settings.API_KEPT_BYTES > 0 and not has_copy

    def validators(self, document: Document) -> Validators:
        return of_document(document)

    def answer(self, document: Document) -> Response:
        return Response(fragment(document.payload))

    def _find(self, key: str) -> Document:
        document = None
        if is_uuid(key):
            document = Document.objects.filter(pk=UUID(key), type=self.document_type).first()
        elif SLUG_PATTERN.fullmatch(key):
            document = find_by_slug(self.document_type, key)
        if document is None:
            raise ProblemError(
                NOT_FOUND, f"There is no {self.document_type.value} with this id or slug."
            )
        return document

    def _is_expired(self, document: Document) -> bool:
        return document.expires_at is not None and document.expires_at <= timezone.now()

    def _moved_to(self, document: Document) -> Response:
        """Lead from a former slug to the present one. Caches forget it soon: slugs come back."""
        path = self.request.path.rstrip("/").rpartition("/")[0]
        return Response(
            status=301,
            headers={
                "Location": f"{settings.SITE_URL}{path}/{document.slug}{self.ending}",
                "Cache-Control": "public, max-age=60",
            },
        )


def is_uuid(key: str) -> bool:
    return bool(UUID_PATTERN.fullmatch(key))
