"""What tests ask of a municipality's WordPress to which the centre publishes."""

import re

from cms.jobs.deadline import Deadline
from cms.models.documents import Document
from integrations.municipal import reconcile
from integrations.municipal.models import Destination, Run
from tests.factories import NewsFactory, document_of
from tests.integrations.municipal.helpers import add, sync
from tests.wordpress import WordPress


def at(site: WordPress, **fields) -> Destination:
    fields = {"kind": "wordpress", "url": site.url, "username": site.settings["USER"]} | fields
    return add(secret=fields.pop("password", site.settings["APP_PASSWORD"]), **fields)


def ours(site: WordPress, collection: str = "posts", status: str = "publish") -> list[dict]:
    """Return what is there with our mark, as staff see it."""
    asked = {"search": "razem-document:", "status": status, "context": "edit", "per_page": 100}
    found: list[dict] = site.rest("GET", f"/wp/v2/{collection}", "", params=asked).json()
    return found


def post_of(site: WordPress, page) -> dict:
    """Return the only post of the page's document."""
    mark = f"razem-document:{document_of(page).pk}"
    [found] = [one for one in ours(site) if mark in one["content"]["raw"]]
    return found


def edit(site: WordPress, post: dict, **fields) -> None:
    """Change a post as an official does."""
    done = site.rest("POST", f"/wp/v2/posts/{post['id']}", "STAFF", json=fields)
    assert done.status_code == 200, done.text


def copy(site: WordPress, post: dict) -> int:
    """Publish the same post once more, as a plugin that copies does; return its id."""
    fields = {name: post[name]["raw"] for name in ("title", "content", "excerpt")}
    fields |= {name: post[name] for name in ("status", "categories", "tags")}
    number: int = site.rest("POST", "/wp/v2/posts", "STAFF", json=fields).json()["id"]
    return number


def shown(site: WordPress) -> dict[str, str]:
    """Return the titles of our posts that anybody sees, by their marks, from the HTML pages too."""
    posts = site.rest("GET", "/wp/v2/posts", params={"search": "razem-document:", "per_page": 100})
    marks = {}
    for post in posts.json():
        [document_id] = set(
            re.findall(r"razem-document:([0-9a-f-]{36})", post["content"]["rendered"])
        )
        assert document_id not in marks, "twice"
        marks[document_id] = post["title"]["rendered"]
    return marks


def published() -> dict[str, str]:
    return {str(one.pk): one.title for one in Document.objects.filter(is_live=True)}


def compared(destination: Destination, **options) -> Run:
    """Compare, and return what was found."""
    reconcile.request(destination, **options)
    while reconcile.advance(destination, Deadline(reconcile.NAME)).state == Run.State.RUNNING:
        pass
    run = Run.objects.filter(kind=Run.Kind.COMPARE).first()
    assert run is not None
    return run


def found(run: Run) -> dict[str, int]:
    return {name: count for name, count in run.tally.items() if count and name != "expected"}


def with_categories(site: WordPress) -> Destination:
    """Add a destination whose categories are there already: the next write is a document's."""
    destination = at(site)
    first = NewsFactory()
    sync(destination)
    first.unpublish()
    sync(destination)
    return destination
