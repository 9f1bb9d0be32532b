"""Forms of the page editor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm

from cms.models.legal_forms import IN_GROUPS
from cms.models.profile_parts import ActionForm, Beneficiary


def several(label: Any, choices: list[tuple[str, Any]]) -> forms.MultipleChoiceField:
    """Return the boxes of a list that is kept as JSON."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class DraftablePageForm(WagtailAdminPageForm):
    """Lets wrong data be kept in a draft; only publishing runs the page's `check_publishable`.

    Wagtail defers required fields while a draft is saved or previewed, but still calls the
    model's `clean`; this tells the model which of the two it is.
    """

    def _post_clean(self) -> None:
        self.instance.is_draft_validation = self.is_deferred_validation
        super()._post_clean()


class ProfileForm(DraftablePageForm):
    """Shows the numbers of an organization in their usual groups, and lists as boxes to tick."""

    beneficiaries = several(_("for whom"), Beneficiary.choices)
    action_forms = several(_("in which ways"), ActionForm.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, grouped in IN_GROUPS.items():
            if value := self.initial.get(name):
                self.initial[name] = grouped(value)


class CopyPageForm(CopyForm):
    """Copies a page. Aliases are not offered: they would be published without a document.

    Nor is publishing the copy of a private page, or of one with private pages below: Wagtail would
    publish it before, or without, its restriction.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
        if self.page.has_restrictions_below():
            self.fields.pop("publish_copies", None)

    def clean(self) -> dict[str, Any]:
        """Ask the copied page's own rules, which Wagtail would find broken only while it copies."""
        cleaned: dict[str, Any] = super().clean()
        rules = getattr(self.page.specific, "copying_errors", None)
        if rules:
            is_live = bool(self.page.live and cleaned.get("publish_copies"))
            for error in rules(slug=cleaned.get("new_slug"), is_live=is_live).items():
                self.add_error(*error)
        return cleaned
