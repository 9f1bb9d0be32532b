"""The forms of the admin. Each is checked again by the service that it calls."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from newsletters.subscribers.default_clause import default_words, gaps_in
from newsletters.subscribers.forms import AddressField, FirstNameField
from newsletters.subscribers.models import ConsentClause, Purpose, Subscriber, Suppression
from newsletters.subscribers.selectors import audience, clause_in_force


class PreferencesStaffForm(WagtailAdminModelForm):
    """What staff may change for a person: never the address, never the consent."""

    first_name = FirstNameField()

    class Meta:
        model = Subscriber
        fields = ("first_name", "topics")
        widgets = {"topics": forms.CheckboxSelectMultiple}


class WrittenConsentForm(PreferencesStaffForm):
    """Records that a person agreed on paper."""

    email = AddressField(required=True)
    clause = forms.ModelChoiceField(
        label=_("Clause on the document"), queryset=ConsentClause.objects.none(), empty_label=None
    )
    document_date = forms.DateField(label=_("Date of the document"), widget=AdminDateInput)
    document_reference = forms.CharField(
        label=_("Reference of the document"),
        max_length=500,
        help_text=_("By which you find it again, for example: folder 3/2026, sheet 14."),
    )
    field_order = ("email", "first_name", "topics", "clause", "document_date", "document_reference")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_force = clause_in_force()
        if in_force is not None:
            clauses = ConsentClause.objects.filter(
                purpose=Purpose.NEWSLETTER,
                controller=in_force.controller,
                in_force_from__lte=timezone.now(),
            )
            self.fields["clause"].queryset = clauses.order_by("-version")
            self.initial["clause"] = in_force


class ClauseForm(WagtailAdminModelForm):
    """Makes a new version of the clause, from the present one or from the default words."""

    in_force_from = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        widget=ConsentClause._meta.get_field("in_force_from").formfield().widget,  # type: ignore[union-attr]
        help_text=_("Leave it empty to have it asked for at once."),
    )
    is_loss_known = forms.BooleanField(
        label=_("I know that these consents will not count any more"),
        required=False,
        help_text=_("Needed only when the data controller changes."),
    )

    class Meta:
        model = ConsentClause
        fields = ("controller", "controller_details", "text", "information", "in_force_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["in_force_from"] = None
        if self.instance.pk is None:
            self.initial |= self._words_to_begin_with()

    def clean_controller(self) -> str:
        return " ".join(self.cleaned_data["controller"].split())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        data["in_force_from"] = self._checked_start(data.get("in_force_from"))
        for name in self.WORDS:
            if gaps := gaps_in(data.get(name, "")):
                self.add_error(name, _("Fill this in: %(gaps)s") % {"gaps": ", ".join(gaps)})
        if self.instance.pk is not None and not set(self.changed_data) & set(self.Meta.fields):
            self.add_error(None, _("Nothing was changed, so there is no new version."))
        self._check_that_loss_is_known(data.get("controller", ""), data.get("is_loss_known"))
        return data

    WORDS = ("controller", "controller_details", "text", "information")

    def _words_to_begin_with(self) -> dict[str, str]:
        present = clause_in_force() or ConsentClause.objects.first()
        if present is None:
            return default_words()
        return {name: getattr(present, name) for name in self.WORDS}

    def _checked_start(self, start: Any) -> Any:
        now = timezone.now()
        if start and start < now:
            self.add_error("in_force_from", _("A clause cannot be in force since a past time."))
        return start or now

    def _check_that_loss_is_known(self, controller: str, is_known: bool | None) -> None:
        """Have staff say that they know what a new data controller means: consents do not move."""
        present = clause_in_force()
        if present is None or not controller or present.controller == controller or is_known:
            return
        lost = audience(controller=present.controller, topic_ids=[]).count()
        if lost:
            words = ngettext(
                "The data controller changes: the consent of %(count)s subscriber was given to "
                "“%(controller)s” and will not count any more. Tick the box if that is right.",
                "The data controller changes: the consents of %(count)s subscribers were given to "
                "“%(controller)s” and will not count any more. Tick the box if that is right.",
                lost,
            )
            self.add_error(
                "is_loss_known", words % {"count": lost, "controller": present.controller}
            )


class BlockForm(WagtailAdminModelForm):
    """Blocks an address, of which only the hash is kept."""

    email = AddressField()

    class Meta:
        model = Suppression
        fields = ()


class LookUpForm(forms.Form):
    email = AddressField()


class RequestForm(forms.Form):
    """How a person asked staff to do something for them."""

    evidence = forms.CharField(
        label=_("How they asked"),
        required=False,
        max_length=500,
        help_text=_("For example: letter of 3 March, or by phone. No names."),
    )
