"""A network of sites: each has a copy of its own, and takes it with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.factories import EventFactory, publish
from tests.municipal_plugin.front import Front
from tests.municipal_plugin.site import FOR_TESTS, PLUGIN
from tests.wordpress import WordPress

pytestmark = [pytest.mark.wordpress, pytest.mark.django_db(transaction=True)]
DOMAIN = "gmina.example"  # sites of a network have no port
TABLES = ("wp_2_razem_documents", "wp_2_razem_slugs")
MAKE_NETWORK = """
global $wpdb;
require ABSPATH . 'wp-admin/includes/upgrade.php';
foreach ($wpdb->tables('ms_global') as $name => $table) { $wpdb->$name = $table; }
install_network();
populate_network(1, $arguments[0], 'siec@gmina.example', 'Sieć', '/', false);
return 1;
"""
ADD_SITE = """
return wp_insert_site(['domain' => $arguments[0], 'path' => '/osrodek/', 'title' => 'Ośrodek',
    'user_id' => 1]);
"""
FUNCTIONS = "require ABSPATH . 'wp-admin/includes/plugin.php'; "


class Network:
    """The main site, and a second one under /osrodek/."""

    def __init__(self, wordpress: WordPress, front: Front) -> None:
        self.wordpress = wordpress
        self.front = front

    def php(self, code: str, *arguments: object, site: int = 2) -> object:
        inside = f"switch_to_blog({site}); {code}"
        return self.wordpress.php(inside, *arguments)

    def visit(self, path: str) -> requests.Response:
        return self.wordpress.get(path, headers={"Host": DOMAIN}, allow_redirects=False)

    def tables(self) -> list[str]:
        rows = self.wordpress.rows("SHOW TABLES LIKE 'wp_%razem%'")
        return sorted(str(value) for row in rows for value in row.values())

    def tasks(self, site: int) -> bool:
        return bool(self.php("return wp_next_scheduled('razem_pull');", site=site))

    def enter(self, site: int) -> None:
        self.php(
            "$page = wp_insert_post(['post_type' => 'page', 'post_status' => 'publish',"
            " 'post_title' => 'Dział', 'post_name' => 'dzial',"
            " 'post_content' => '[razem_events]']);"
            "update_option('razem_settings', ['address' => $arguments[0], 'section' => $page]);"
            "Razem\\keep_schedule(); return 1;",
            self.front.url,
            site=site,
        )


@pytest.fixture
def network(
    wordpress: WordPress, front: Front, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Network]:
    """Two sites, the plugin active on both."""
    content = wordpress.folder / "wp-content"
    (content / "mu-plugins" / "razem-tests.php").write_text(FOR_TESTS)
    (content / "plugins" / "razem").symlink_to(PLUGIN)
    wordpress.php(MAKE_NETWORK, DOMAIN)
    config = wordpress.folder / "wp-config.php"
    single = config.read_text()
    monkeypatch.setenv("HTTP_HOST", DOMAIN)
    try:
        make_multisite(config)
        wordpress.fault("php-down")  # it keeps what it compiled
        wordpress.fault("off")
        assert wordpress.php(ADD_SITE, DOMAIN) == 2
        activate = "return activate_plugin('razem/razem.php', '', true);"
        assert wordpress.php(FUNCTIONS + activate) is None
        yield Network(wordpress, front)
    finally:
        config.write_text(single)


def make_multisite(config: Path) -> None:
    constants = {"MULTISITE": "true", "SUBDOMAIN_INSTALL": "false", "PATH_CURRENT_SITE": "'/'"}
    constants |= {"DOMAIN_CURRENT_SITE": f"'{DOMAIN}'"}
    constants |= {"SITE_ID_CURRENT_SITE": "1", "BLOG_ID_CURRENT_SITE": "1"}
    constants |= {"WP_ACCESSIBLE_HOSTS": "'127.0.0.1'"}
    defined = "".join(f"define('{name}', {value}); " for name, value in constants.items())
    lines = config.read_text().splitlines(keepends=True)
    kept = [line for line in lines if "WP_HOME" not in line]  # each site has its own
    config.write_text(kept[0] + defined + "".join(kept[1:]))


def test_each_site_has_its_own_copy_and_takes_it_with_it(network: Network):
    event = EventFactory(slug="festyn", title="Festyn")
    assert network.tables() == [*TABLES, "wp_razem_documents", "wp_razem_slugs"]
    network.enter(site=2)
    assert (network.tasks(1), network.tasks(2)) == (False, True)

    assert network.php("return Razem\\pull();") == "done"
    publish(event, slug="piknik")
    assert network.php("return Razem\\pull();") == "done"

    assert "Festyn" in network.visit("/osrodek/dzial/").text
    held = network.wordpress.rows("SELECT slug FROM wp_2_razem_documents WHERE is_held = 1")
    assert held == [{"slug": "piknik"}]
    assert network.wordpress.rows("SELECT slug FROM wp_razem_documents") == []
    moved = network.visit("/osrodek/dzial/?razem=event/festyn").headers["Location"]
    assert moved == f"http://{DOMAIN}/osrodek/dzial/?razem=event/piknik"

    network.wordpress.php("wp_delete_site(2); return 1;")
    assert network.tables() == ["wp_razem_documents", "wp_razem_slugs"]


def test_plugin_switched_off_for_the_network_asks_nothing_more_and_leaves_nothing(
    network: Network,
):
    for site in (1, 2):
        network.enter(site)
        assert network.tasks(site)

    switch_off = "deactivate_plugins('razem/razem.php', false, true); return 1;"
    network.wordpress.php(FUNCTIONS + switch_off)
    assert (network.tasks(1), network.tasks(2)) == (False, False)

    remove = "uninstall_plugin('razem/razem.php'); return 1;"
    network.wordpress.php(FUNCTIONS + remove)
    assert network.tables() == []
    left = (
        "SELECT option_name FROM wp_options WHERE option_name LIKE '%razem%'"
        " UNION SELECT option_name FROM wp_2_options WHERE option_name LIKE '%razem%'"
    )
    assert network.wordpress.rows(left) == []
