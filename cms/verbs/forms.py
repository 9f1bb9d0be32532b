"""What a verb asks before it acts. Most ask nothing but a click."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.models import EventPage
from cms.verbs.editions import Edition, next_day, next_title
from cms.verbs.transitions import seen


def date_field(**kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, **kwargs)


class VerbForm(forms.Form):
    """A click. `first_values` is what it is filled in with for a page's present state."""

    @classmethod
    def first_values(cls, state: Any) -> dict[str, Any]:
        return {}


class EventForm(VerbForm):
    """A click on an event that is still as the person sees it."""

    expected = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def first_values(cls, state: Any) -> dict[str, Any]:
        return {"expected": seen(state)}


class NoteForm(EventForm):
    note = forms.CharField(
        label=_("what people should know of the change"),
        help_text=_("One sentence, shown beside the status. May stay empty."),
        max_length=EventPage._meta.get_field("status_note").max_length,
        required=False,
    )


class OnlineForm(NoteForm):
    online_url = forms.URLField(label=_("address of the online meeting"), assume_scheme="https")
    field_order = ("online_url", "note")

    @classmethod
    def first_values(cls, state: Any) -> dict[str, Any]:
        return super().first_values(state) | {"online_url": state.online_url}


class RescheduleForm(NoteForm):
    start_date = date_field(label=_("new date"))
    start_time = forms.TimeField(
        label=_("begins at"),
        required=False,
        help_text=_("Empty: the hour stays as it is."),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    is_proposed = forms.BooleanField(label=_("the new date is only proposed"), required=False)
    field_order = ("start_date", "start_time", "is_proposed", "note")


class DuplicateForm(VerbForm):
    title = forms.CharField(label=_("title"), max_length=255)
    day = date_field(
        label=_("date of the next edition"),
        help_text=_("Suggested: the same day of the week, a year later."),
    )

    @classmethod
    def first_values(cls, state: Edition) -> dict[str, Any]:
        day = next_day(state)
        return {"title": next_title(state, day), "day": day}
