import pytest

from newsletters.subscribers.models import ConsentClause
from tests.newsletters.subscribers.helpers import make_clause


@pytest.fixture
def clause(db: None) -> ConsentClause:
    """A clause that is in force."""
    return make_clause()
