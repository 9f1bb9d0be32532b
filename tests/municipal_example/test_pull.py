"""The example site in pull mode, against a real HTTP server on loopback."""

import threading
from collections.abc import Iterator

import pytest

from tests.municipal_example.documents import event, organization, removal, upsert
from tests.municipal_example.servers import Razem, site, wait_until

FAST = ("--every", "0.1")


@pytest.fixture
def razem() -> Iterator[Razem]:
    razem = Razem()
    yield razem
    razem.stop()


def test_pull_from_empty_copies_every_live_document(razem, tmp_path):
    gone = event("wycofane", 2)
    razem.publish(upsert(event("festiwal", 1)), removal(gone, 3), upsert(organization(version=4)))

    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)

        assert running.copy() == {
            "epoch": "epoch-1",
            "sequence": 4,
            "documents": razem.documents(),
        }


def test_pull_with_pages_follows_next_and_asks_only_the_api_it_was_given(razem, tmp_path):
    razem.page_size = 3
    razem.publish(*(upsert(event(f"wydarzenie-{number}", number)) for number in range(1, 11)))

    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(lambda: running.copy()["documents"] == razem.documents())

    assert [query for query, _ in razem.asked[:4]] == [
        "since=0",
        "since=3&epoch=epoch-1",
        "since=6&epoch=epoch-1",
        "since=9&epoch=epoch-1",
    ]


def test_pull_with_nothing_new_is_answered_304_and_counts_as_success(razem, tmp_path):
    razem.publish(upsert(event()))

    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(lambda: 304 in [status for _, status in razem.asked])
        before = running.page().partition("ostatnie sprawdzenie")[2]
        wait_until(lambda: running.page().partition("ostatnie sprawdzenie")[2] != before)


def test_pull_after_a_change_shows_it(razem, tmp_path):
    razem.publish(upsert(event(version=1)))

    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)
        razem.publish(upsert(event(version=2, title="Festiwal po zmianie")))

        wait_until(lambda: "Festiwal po zmianie" in running.page("/event/festiwal/"))


def test_pull_of_a_removal_takes_the_page_down_and_leaves_nothing_on_disk(razem, tmp_path):
    document = event(version=1, summary="Zdanie do wymazania.")
    razem.publish(upsert(document))

    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)
        razem.publish(removal(document, 2))
        wait_until(lambda: running.get("/event/festiwal/").status_code == 410)

        assert running.slugs() == set()
        assert b"Zdanie do wymazania" not in (tmp_path / "pull.sqlite3").read_bytes()


def test_pull_killed_keeps_copy_and_cursor(razem, tmp_path):
    razem.publish(upsert(event(version=7)))
    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)
        running.kill()
    razem.asked.clear()

    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        assert running.slugs() == {"festiwal"}
        wait_until(lambda: razem.asked)

    assert razem.asked[0] == ("since=7&epoch=epoch-1", 200)


def test_pull_killed_at_any_moment_ends_with_the_same_copy(razem, tmp_path):
    razem.page_size = 2
    for version in range(1, 40, 4):
        slugs = [f"wydarzenie-{version + offset}" for offset in range(3)]
        changes = [upsert(event(slug, version + at)) for at, slug in enumerate(slugs)]
        razem.publish(*changes, removal(event(slugs[0]), version + 3))
        with site(tmp_path, "--pull", razem.api, "--every", "0.01"):
            asked = len(razem.asked)
            wait_until(lambda asked=asked: len(razem.asked) > asked)

    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(lambda: running.copy()["sequence"] == razem.sequence())
        assert running.copy()["documents"] == razem.documents()


def test_pull_while_razem_is_down_serves_the_last_copy_and_heals_by_itself(razem, tmp_path):
    razem.publish(upsert(event()))
    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)
        razem.stop()
        wait_until(lambda: "pull failed" in running.log.read_text())

        assert "Festiwal" in running.page()

        razem.start()
        razem.publish(upsert(organization(version=2)))
        wait_until(lambda: running.slugs() == {"festiwal", "zielony-zegar"})


def test_pull_of_nonsense_changes_nothing(razem, tmp_path):
    razem.publish(upsert(event()))
    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)
        before = running.copy()
        razem.publish(upsert(event("dobre", 2)), upsert(event("złe", 3)) | {"version": "trzy"})
        wait_until(lambda: "wrong type: version" in running.log.read_text())

        assert running.copy() == before


def test_pull_after_a_restore_serves_the_old_copy_until_the_new_one_is_complete(razem, tmp_path):
    razem.publish(*(upsert(event(f"stare-{number}", number)) for number in range(1, 4)))
    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(lambda: len(running.slugs()) == 3)
        second_page_asked, may_go_on = threading.Event(), threading.Event()

        def hold_the_second_page(since: int) -> None:
            if since == 1002:
                second_page_asked.set()
                may_go_on.wait(20)

        razem.on_page, razem.page_size = hold_the_second_page, 2
        new = [upsert(event(f"nowe-{number}", 1000 + number)) for number in range(1, 4)]
        razem.restore("epoch-2", *new)
        assert second_page_asked.wait(20)

        assert running.slugs() == {"stare-1", "stare-2", "stare-3"}
        assert running.copy()["epoch"] == "epoch-1"

        may_go_on.set()
        wait_until(lambda: running.copy()["epoch"] == "epoch-2")
        assert running.copy()["documents"] == razem.documents()
        assert running.get("/event/stare-1/").status_code == 404


def test_pull_beyond_the_end_of_the_feed_starts_again_from_zero(razem, tmp_path):
    razem.publish(upsert(event("stare", 50)))
    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)
        razem.restore("epoch-1", upsert(event("nowe", 3)))

        wait_until(lambda: running.slugs() == {"nowe"})
        assert running.copy()["sequence"] == 3


def test_pull_after_a_second_restore_while_rebuilding_ends_with_the_newest(razem, tmp_path):
    razem.publish(upsert(event("pierwsze", 1)))
    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)
        razem.page_size = 1

        def restore_again(since: int) -> None:
            if since == 101 and razem.epoch == "epoch-2":
                razem.restore("epoch-3", upsert(event("trzecie", 201)))

        razem.on_page = restore_again
        razem.restore("epoch-2", *(upsert(event(f"drugie-{n}", n)) for n in (101, 102)))

        wait_until(lambda: running.slugs() == {"trzecie"})
        assert running.copy()["epoch"] == "epoch-3"


def test_pull_answered_410_for_ever_keeps_its_pace_and_the_old_copy(razem, tmp_path):
    razem.publish(upsert(event()))
    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        wait_until(running.slugs)
        razem.refusal = (410, {})
        wait_until(lambda: "pull failed" in running.log.read_text())

        assert running.slugs() == {"festiwal"}


def test_pull_told_to_wait_asks_again_only_then(razem, tmp_path):
    razem.refusal = (429, {"Retry-After": "2"})
    with site(tmp_path, "--pull", razem.api, *FAST):
        wait_until(lambda: len(razem.asked) >= 2)

    assert razem.asked_at[1] - razem.asked_at[0] >= 1.9


def test_pull_site_accepts_no_webhook(razem, tmp_path):
    with site(tmp_path, "--pull", razem.api, *FAST) as running:
        assert running.deliver(upsert(event(), epoch="epoch-1")).status_code == 404
