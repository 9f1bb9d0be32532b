"""What the tests of documents ask again and again."""

import orjson

from cms.basepage.models import BasePage
from cms.documents.selectors import live_documents
from cms.models import (
    Document,
)
from tests.cms.documents.world import (
    live_set,
)
from tests.factories import (
    document_of,
)


def payload_of(page: BasePage) -> dict[str, object]:
    return orjson.loads(document_of(page).payload)


def is_live(page: BasePage) -> bool:
    return live_documents().filter(page_id=page.pk).exists()


def assert_withdrawn(document: Document) -> None:
    """Assert that nothing but the tombstone is left of a document."""
    document.refresh_from_db()
    assert not document.is_live
    assert bytes(document.payload) == b""
    assert document.payload_hash == ""
    assert str(document.pk) not in live_set()
