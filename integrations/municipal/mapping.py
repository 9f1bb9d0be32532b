"""What of the published documents a destination gets, and where it puts them there.

Stored as JSON in `Destination.mapping`; what is empty does not narrow anything.
"""

from collections.abc import Iterable
from collections.abc import Mapping as MappingType
from dataclasses import asdict, dataclass, field
from string import Formatter
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.models import Locality, Topic
from cms.models.documents import Document
from integrations.municipal.models import Destination

# What titles and excerpts may be made of; {title} says what is out of the ordinary, {name} not.
PLACEHOLDERS = ("title", "name", "summary", "states", "type")
# What categories are called if nobody says otherwise.
CATEGORIES = {
    Document.Type.PROJECT: _("Projects"),
    Document.Type.EVENT: _("Events"),
    Document.Type.ORGANIZATION: _("Organizations"),
    Document.Type.ACTIVITY: _("Activities"),
    Document.Type.NEWS: pgettext_lazy("heading", "News"),
    Document.Type.CONTEST: _("Contests"),
    Document.Type.RESOURCE: _("Materials"),
    Document.Type.NEWSLETTER: _("Newsletter"),
}
TITLE, EXCERPT = "{title}", "{summary}"


@dataclass(frozen=True)
class Mapping:
    """Types, topics and localities (ids) that go there; topics and localities narrow both.

    By ids, so that a topic may be given another slug; what is gone is found in no document.

    The others are for websites that know posts and pages: which types become pages below the page
    with the slug `parent`, what the category of each type's posts is called, what titles and
    excerpts are made of.
    """

    types: tuple[str, ...] = ()
    topics: tuple[int, ...] = ()
    localities: tuple[int, ...] = ()
    pages: tuple[str, ...] = ()
    parent: str = ""
    categories: MappingType[str, str] = field(default_factory=dict)
    title: str = TITLE
    excerpt: str = EXCERPT

    def scope(self) -> Q:
        """Return the condition for documents that go there."""
        condition = Q(type__in=self.types) if self.types else Q()
        for model, ids in self.tags():
            if ids:
                slugs = model.objects.filter(pk__in=ids).values("slug")
                # One subquery a facet: a document with several of the values counts once.
                found = Document.objects.filter(
                    facets__name=model._meta.model_name, facets__value__in=slugs
                )
                condition &= Q(pk__in=found.values("pk"))
        return condition

    def tags(self) -> tuple[tuple[type[Topic] | type[Locality], tuple[int, ...]], ...]:
        """Return the vocabularies whose entries it goes by, and the ids of these."""
        return (Topic, self.topics), (Locality, self.localities)

    def included(self, documents: Iterable[Document]) -> set[UUID]:
        """Return the ids of those that go there, as far as kinds and tags are concerned."""
        ids = {one.pk for one in documents if not self.types or one.type in self.types}
        if not ids or not (self.topics or self.localities):
            return ids
        return set(Document.objects.filter(self.scope(), pk__in=ids).values_list("pk", flat=True))

    def category_of(self, document_type: str) -> str:
        """Return what the category of a type's posts is called."""
        return self.categories.get(document_type) or str(CATEGORIES[Document.Type(document_type)])

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def mapping_of(destination: Destination) -> Mapping:
    """Return the destination's mapping; keys that this release does not know are left out."""
    stored = {name: value for name, value in destination.mapping.items() if name in FIELDS}
    lists = {name: tuple(stored[name]) for name in LISTS if name in stored}
    return Mapping(**stored | lists)


def names_of_users(entry: Topic | Locality) -> list[str]:
    """Return the names of the destinations whose mapping goes by the topic or locality."""
    return [
        destination.name
        for destination in Destination.objects.all()
        if any(
            isinstance(entry, model) and entry.pk in ids
            for model, ids in mapping_of(destination).tags()
        )
    ]


def check_template(text: str) -> None:
    """Raise ValidationError unless the text is a template over `PLACEHOLDERS`."""
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise ValidationError(_("Braces { } must come in pairs.")) from error
    if unknown := {str(name) for _text, name, _spec, _conv in parts} - set(PLACEHOLDERS):
        raise ValidationError(
            _("Unknown placeholder: %(names)s. There are %(known)s."),
            params={
                "names": ", ".join(sorted(unknown)),
                "known": ", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
            },
        )
    if any(spec or conversion for _text, _name, spec, conversion in parts):
        raise ValidationError(_("Braces may hold nothing but the name."))


def difference(before: Mapping, after: Mapping) -> tuple[int, int]:
    """Return how many live documents come to a destination's scope, and how many leave it."""
    live: QuerySet[Document] = Document.objects.filter(is_live=True)
    old = live.filter(before.scope()).values("pk")
    new = live.filter(after.scope()).values("pk")
    added = live.filter(after.scope()).exclude(pk__in=old).count()
    return added, live.filter(before.scope()).exclude(pk__in=new).count()


FIELDS = frozenset(Mapping.__dataclass_fields__)
LISTS = ("types", "topics", "localities", "pages")
