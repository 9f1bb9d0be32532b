"""Mailings as the admin's tests look at them and put them into states."""

from django.urls import reverse

from newsletters.mailings.models import Delivery, Mailing

State = Mailing.State


def show_url(made: Mailing) -> str:
    return reverse("mailings:show", args=[made.pk])


def step_url(made: Mailing, step: str) -> str:
    return reverse("mailings:step", args=[made.pk, step])


def settle(made: Mailing, *states: str, **fields) -> list[Delivery]:
    """Put the recipients of a mailing into these states, in the order of their addresses."""
    rows = list(made.deliveries.order_by("pk"))
    for row, state in zip(rows, states, strict=True):
        made.deliveries.filter(pk=row.pk).update(state=state, **fields)
    return rows


def fresh(made: Mailing) -> Mailing:
    return Mailing.objects.get(pk=made.pk)
