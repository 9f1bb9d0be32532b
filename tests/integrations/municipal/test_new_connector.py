"""The connector that docs/municipal/new-connector.md shows works as it stands there."""

import re
import types
from pathlib import Path

import pytest

from cms.jobs.deadline import Deadline
from integrations.municipal import delivery, ledger, reconcile
from integrations.municipal.models import Run, SyncState
from tests.factories import NewsFactory, document_of, publish
from tests.integrations.municipal.helpers import add, state_of, sync

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[3] / "docs" / "municipal" / "new-connector.md"


@pytest.fixture
def destination(tmp_path, monkeypatch):
    """A destination whose connector is the one of the page."""
    [shown] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    module = types.ModuleType("folder_connector")
    exec(compile(shown, str(PAGE), "exec"), module.__dict__)  # noqa: S102  (our own page)
    for user in (delivery, reconcile):
        monkeypatch.setattr(user, "connect", lambda _one: module.FolderConnector(tmp_path))
    monkeypatch.setattr(reconcile, "LISTING", ("webhook",))
    return add(url="https://www.gmina.example/")


def files(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


def compared(destination) -> Run:
    reconcile.request(destination)
    return reconcile.advance(destination, Deadline(reconcile.NAME))


def test_connector_of_the_page_publishes_withdraws_and_compares(destination, tmp_path):
    kept, gone = NewsFactory.create_batch(2)
    assert sync(destination) == {"upsert": 2}

    gone.unpublish()
    publish(kept, title="Nowy tytuł")
    assert sync(destination) == {"upsert": 1, "remove": 1}

    document = document_of(kept)
    assert files(tmp_path) == {str(document.pk)}
    assert "Nowy tytuł" in (tmp_path / f"{document.pk}.json").read_text()
    assert not any(
        count for name, count in compared(destination).tally.items() if name != "expected"
    )


def test_connector_of_the_page_holds_what_was_edited_by_hand(destination, tmp_path):
    page = NewsFactory(title="Nasz tytuł")
    sync(destination)
    path = tmp_path / f"{document_of(page).pk}.json"
    path.write_text(path.read_text().replace("Nasz tytuł", "Ich tytuł"))

    assert compared(destination).tally["edited"] == 1
    state = state_of(document_of(page), destination)
    assert state.finding == SyncState.Finding.EDITED
    assert "Ich tytuł" in state.copy.theirs

    publish(page, title="Nowszy")
    assert sync(destination) == {"held": 1}
    assert ledger.decide(state.pk, is_ours=True)
    assert sync(destination) == {"upsert": 1}
    assert "Nowszy" in path.read_text()


def test_comparison_whose_worker_was_killed_before_its_end_is_ended_by_the_next(
    destination, tmp_path, monkeypatch
):
    page = NewsFactory()
    sync(destination)
    path = tmp_path / f"{document_of(page).pk}.json"
    path.write_text(path.read_text().replace(page.title, "Ich tytuł"))
    with monkeypatch.context() as killed:
        killed.setattr(reconcile, "_finish", lambda *_: None)
        assert compared(destination).state == Run.State.RUNNING

    monkeypatch.setattr(reconcile, "connect", lambda _one: pytest.fail("the list was read"))
    run = reconcile.advance(destination, Deadline(reconcile.NAME))

    assert (run.state, run.tally["edited"]) == (Run.State.DONE, 1)


def test_list_that_lacks_more_than_a_tenth_waits_for_a_nod(destination, tmp_path):
    NewsFactory.create_batch(5)
    sync(destination)
    for path in sorted(tmp_path.iterdir())[:4]:
        path.unlink()

    run = compared(destination)

    assert run.state == Run.State.ASKING
    assert sync(destination) == {}
    assert reconcile.nod(run)
    assert sync(destination) == {"upsert": 4}
    assert len(files(tmp_path)) == 5


def test_connector_of_the_page_says_what_is_wrong(destination, tmp_path):
    NewsFactory()
    tmp_path.rmdir()

    sync(destination)

    destination.refresh_from_db()
    assert destination.last_error
    assert destination.failures == 1
