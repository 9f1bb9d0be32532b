"""The forms of the public pages."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cms.models import Topic
from newsletters.subscribers.addresses import normalize
from newsletters.subscribers.models import ConsentClause, Subscriber

# Letters of any alphabet, with what stands between them in names. No addresses, no markup.
_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*\.?")
NO_NAME = _("A name has letters, spaces and hyphens only.")


class AddressField(forms.CharField):
    """An e-mail address; its value is the normalized one."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("E-mail address"),
            error_messages={"required": _("Enter your e-mail address.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return normalize(text) if text else text


class FirstNameField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_("First name"),
            required=False,
            max_length=60,
            widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        )

    def clean(self, value: Any) -> str:
        name = unicodedata.normalize("NFC", " ".join(super().clean(value).split()))
        if name and not _NAME.fullmatch(name):
            raise ValidationError(str(NO_NAME))
        return name


class TopicsField(forms.ModelMultipleChoiceField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Topics"),
            queryset=Topic.objects.none(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Choose what interests you. Choose none to get everything."),
        )

    def clean(self, value: Any) -> Any:
        """Take a number that no database can hold for what it is: no topic of ours."""
        try:
            return super().clean(value)
        except OverflowError:
            raise forms.ValidationError(
                self.error_messages["invalid_list"], code="invalid_list"
            ) from None


class PreferencesForm(forms.Form):
    """What the person likes to get, and how to address them."""

    first_name = FirstNameField()
    topics = TopicsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Topic.objects.order_by("name")
        if topics.exists():
            self.fields["topics"].queryset = topics  # type: ignore[attr-defined]
        else:
            del self.fields["topics"]

    @staticmethod
    def initial_of(subscriber: Subscriber) -> dict[str, Any]:
        return {"first_name": subscriber.first_name, "topics": list(subscriber.topics.all())}

    def preferences(self) -> dict[str, Any]:
        return {
            "first_name": self.cleaned_data["first_name"],
            "topics": self.cleaned_data.get("topics", []),
        }


class SignUpForm(PreferencesForm):
    """Asks for the newsletter under the clause in force, which has to be the one that was shown."""

    email = AddressField(
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
    )
    is_agreed = forms.BooleanField(
        error_messages={"required": _("Without your consent we may not write to you.")}
    )
    clause = forms.CharField(required=False, widget=forms.HiddenInput)
    # People do not see it; programs that fill in everything do.
    website = forms.CharField(required=False)

    field_order = ("email", "first_name", "topics", "is_agreed")

    def __init__(self, *args: Any, clause: ConsentClause, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.in_force = clause
        self.fields["is_agreed"].label = clause.text
        self.initial["clause"] = str(clause.pk)

    @property
    def is_trap_sprung(self) -> bool:
        return bool(self.data.get("website"))

    def clean(self) -> dict[str, Any]:
        """Have the person read a clause that came while the page was open, and agree to it."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("clause") != str(self.in_force.pk) and "is_agreed" in data:
            self.add_error(
                "is_agreed",
                _("The wording has changed since you opened this page. Read it and tick it again."),
            )
            shown_again: QueryDict = self.data.copy()  # type: ignore[attr-defined]
            shown_again["clause"] = str(self.in_force.pk)
            shown_again.pop("is_agreed", None)
            self.data = shown_again
        return data
