"""The search of our own site: works without scripts, and never refuses what somebody typed."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from cms.models.documents import Document
from cms.search.finding import Found, find
from cms.search.query import LONGEST_QUERY, NothingToLookForError, Query, parse

PAGE_SIZE = 20
FURTHEST = 1000
# Types as headings of what was found. One that is not here yet has its name in the singular.
PLURALS = {
    Document.Type.PROJECT: gettext_lazy("Projects"),
    Document.Type.EVENT: gettext_lazy("Events"),
    Document.Type.ORGANIZATION: gettext_lazy("Organizations"),
    Document.Type.ACTIVITY: gettext_lazy("Activities"),
    Document.Type.NEWS: pgettext_lazy("heading", "News"),
    Document.Type.CONTEST: gettext_lazy("Contests"),
    Document.Type.RESOURCE: gettext_lazy("Materials"),
    Document.Type.NEWSLETTER: gettext_lazy("Newsletters"),
}


@dataclass(frozen=True)
class Choice:
    """A type, or all of them, as a link that narrows what is shown."""

    label: str
    count: int
    url: str
    is_current: bool


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the search box and, where `?q=` has words, what was found."""
    text = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    context: dict[str, Any] = {"text": text, "longest": LONGEST_QUERY}
    try:
        query = parse(text)
    except NothingToLookForError:
        return render(request, "cms/search_page.html", context)
    return render(request, "cms/search_page.html", context | results(request, text, query))


def results(request: HttpRequest, text: str, query: Query) -> dict[str, Any]:
    """Return what the page says of a query. Raises Http404 for a page that is not there."""
    kind = request.GET.get("rodzaj", "")
    kind = kind if kind in Document.Type.values else ""
    number = page_number(request)
    start = (number - 1) * PAGE_SIZE
    found = find(query, start=start, limit=PAGE_SIZE, document_type=kind or None)
    total = found.counts[kind] if kind else sum(found.counts.values())
    try:
        place = Paginator(range(min(total, FURTHEST)), PAGE_SIZE).page(number)
    except InvalidPage as error:
        raise Http404 from error
    return {
        "is_answer": True,
        "total": total,
        "choices": choices(text, found, kind),
        "hits": Page(found.hits, place.number, place.paginator),
        "parameter": f"{urlencode({'q': text, **({'rodzaj': kind} if kind else {})})}&strona",
    }


def page_number(request: HttpRequest) -> int:
    """Return the number of the page that is asked for. Raises Http404 for one that none has."""
    given = request.GET.get("strona") or "1"
    is_number = given.isascii() and given.isdecimal() and len(given) < 5
    if not is_number or not 1 <= int(given) <= FURTHEST // PAGE_SIZE:
        raise Http404
    return int(given)


def choices(text: str, found: Found, kind: str) -> list[Choice]:
    """Return the types of which there is something, after all of them together."""

    def choice(label: object, count: int, one: str) -> Choice:
        query = {"q": text, **({"rodzaj": one} if one else {})}
        return Choice(str(label), count, f"?{urlencode(query)}", one == kind)

    counts = [(one, found.counts[one]) for one in Document.Type if found.counts[one] or one == kind]
    everything = choice(_("Everything"), sum(found.counts.values()), "")
    return [everything, *(choice(PLURALS.get(one, one.label), n, one) for one, n in counts)]
