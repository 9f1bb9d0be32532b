"""The part of a destination's form that says what goes there, and where it is put there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cms.models import Locality, Topic
from cms.models.documents import Document
from integrations.municipal.mapping import (
    CATEGORIES,
    EXCERPT,
    TITLE,
    Mapping,
    check_template,
    difference,
    mapping_of,
)

CATEGORY = "category_"


class MappingFields(forms.Form):
    """Fields of a `Mapping`. A change of what goes there is confirmed by saving a second time.

    `cleaned_mapping` is there once the form was cleaned.
    """

    types = forms.MultipleChoiceField(
        label=_("types of content"),
        required=False,
        choices=Document.Type.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What goes there. None chosen: everything."),
    )
    topics = forms.TypedMultipleChoiceField(
        coerce=int,
        label=_("topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what has one of them. None chosen: whatever the topic."),
    )
    localities = forms.TypedMultipleChoiceField(
        coerce=int,
        label=_("localities"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what concerns one of them. None chosen: whatever the place."),
    )
    pages = forms.MultipleChoiceField(
        label=_("as pages (WordPress)"),
        required=False,
        choices=Document.Type.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("These become subpages, all others posts in a category."),
    )
    parent = forms.SlugField(
        label=_("parent page (WordPress)"),
        required=False,
        max_length=200,
        help_text=_(
            "The last part of the address of the page below which they go, for example "
            "organizacje-pozarzadowe."
        ),
    )
    title_template = forms.CharField(
        label=_("titles (WordPress)"),
        required=False,
        max_length=200,
        validators=[check_template],
        help_text=_("Of {title}, {name}, {states} and {type}, for example “NGO: {title}”."),
    )
    excerpt_template = forms.CharField(
        label=_("excerpts (WordPress)"),
        required=False,
        max_length=200,
        validators=[check_template],
        help_text=_("Of the same and {summary}."),
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    instance: Any
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = list(Topic.objects.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields["localities"].choices = list(Locality.objects.values_list("pk", "name"))  # type: ignore[attr-defined]
        for document_type, words in CATEGORIES.items():
            self.fields[CATEGORY + document_type] = forms.CharField(
                label=_("category of: %(type)s (WordPress)") % {"type": document_type.label},
                required=False,
                max_length=100,
                widget=forms.TextInput(attrs={"placeholder": str(words)}),
            )
        self._fill(mapping_of(self.instance))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("pages") and not data.get("parent"):
            self.add_error("parent", _("Pages need a page below which they go."))
        self.cleaned_mapping = Mapping(
            types=tuple(data.get("types", ())),
            topics=tuple(data.get("topics", ())),
            localities=tuple(data.get("localities", ())),
            pages=tuple(data.get("pages", ())),
            parent=data.get("parent", ""),
            categories={
                name: data[CATEGORY + name] for name in CATEGORIES if data.get(CATEGORY + name)
            },
            title=data.get("title_template") or TITLE,
            excerpt=data.get("excerpt_template") or EXCERPT,
        )
        if not self.errors:
            self._ask_to_confirm(data.get("confirmed", ""))
        return data

    def _fill(self, mapping: Mapping) -> None:
        for name in ("types", "topics", "localities", "pages"):
            self.fields[name].initial = list(getattr(mapping, name))
        self.fields["parent"].initial = mapping.parent
        self.fields["title_template"].initial = mapping.title
        self.fields["excerpt_template"].initial = mapping.excerpt
        for name, words in mapping.categories.items():
            if CATEGORY + name in self.fields:
                self.fields[CATEGORY + name].initial = words

    def _ask_to_confirm(self, confirmed: str) -> None:
        """Refuse until the person has seen how much will come there and go from there."""
        if self.instance.pk is None:
            return
        added, removed = difference(mapping_of(self.instance), self.cleaned_mapping)
        token = f"{added}:{removed}"
        if (added or removed) and confirmed != token:
            self.data = self.data.copy()
            self.data["confirmed"] = token
            self.add_error(None, _in_words(added, removed))


def _in_words(added: int, removed: int) -> str:
    more = ngettext(
        "%(count)d document will be added there", "%(count)d documents will be added there", added
    ) % {"count": added}
    less = ngettext("%(count)d will be removed", "%(count)d will be removed", removed) % {
        "count": removed
    }
    return str(_("%(more)s, %(less)s. Save once more to confirm.") % {"more": more, "less": less})
