"""The stand-in for a municipality's site that the connectors are tried against."""

import pytest
import requests

from tests.wordpress import WordPress

pytestmark = pytest.mark.wordpress


def test_wordpress_answers_anonymously_and_with_the_accounts(wordpress: WordPress):
    assert "Organizacje pozarządowe" in wordpress.get("/organizacje-pozarzadowe/").text
    assert wordpress.rest("GET", "/wp/v2/users/me").status_code == 401
    for user in ("", "STAFF", "AUTHOR"):
        assert wordpress.rest("GET", "/wp/v2/users/me", user).status_code == 200


def test_wordpress_after_any_trouble_is_as_new_for_the_next_test(wordpress: WordPress):
    before = wordpress.rows("SELECT ID, post_modified FROM wp_posts ORDER BY ID")
    made = wordpress.rest("POST", "/wp/v2/posts", "", json={"title": "x", "status": "publish"})
    assert made.status_code == 201
    (wordpress.folder / "wp-content" / "plugins" / "proba").mkdir()
    (wordpress.folder / "wp-content" / "uploads" / "obraz.jpg").write_bytes(b"x")
    wordpress.fault("db-down")
    wordpress.fault("site-down")
    with pytest.raises(requests.ConnectionError):
        wordpress.get()

    wordpress.reset()

    assert wordpress.rows("SELECT ID, post_modified FROM wp_posts ORDER BY ID") == before
    assert len(wordpress.own_posts()) == 5
    assert wordpress.get().status_code == 200
    content = wordpress.folder / "wp-content"
    assert [*content.glob("plugins/*"), *content.glob("uploads/*.jpg")] == []


def test_fault_with_a_count_ends_by_itself(wordpress: WordPress):
    wordpress.fault("status", "503", "30", count=1)
    answers = [wordpress.rest("GET", "/wp/v2/posts") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 200]
    assert answers[0].headers["Retry-After"] == "30"


def test_php_inside_wordpress_takes_and_returns_values(wordpress: WordPress):
    assert wordpress.php("return [get_option('blogname'), $arguments];", "ż", {"a": 1}) == [
        "Gmina Przykładowa",
        ["ż", {"a": 1}],
    ]
