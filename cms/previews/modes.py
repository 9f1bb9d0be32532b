"""The ways in which editors can look at a draft. An app registers its own in `AppConfig.ready`.

A mode gets the draft as it stands in the editor, saved or not, and only shows it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise


@dataclass(frozen=True)
class Mode:
    """One way to look at a draft; `fits` says for which drafts it is offered."""

    name: str
    label: str | Promise
    fits: Callable[[Any], bool]
    render: Callable[[Any, HttpRequest], HttpResponseBase]


_modes: dict[str, Mode] = {}


def register(mode: Mode) -> None:
    """Offer a mode; one of the same name is replaced."""
    _modes[mode.name] = mode


def modes_for(page: Any) -> Iterator[Mode]:
    """Yield the modes that fit the page, in the order of registration."""
    return (mode for mode in _modes.values() if mode.fits(page))


def mode_for(page: Any, name: str) -> Mode | None:
    """Return the mode of that name if it fits the page, else None."""
    return next((mode for mode in modes_for(page) if mode.name == name), None)
