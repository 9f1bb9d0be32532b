"""The plugin in the real WordPress, following the real Razem."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.municipal_example.servers import SECRET, signed
from tests.municipal_plugin.front import Front
from tests.wordpress import WordPress

PLUGIN = Path(__file__).parents[2] / "docs" / "municipal" / "wordpress-plugin"
# Plain HTTP on loopback, and runs only when a test wants one.
FOR_TESTS = "<?php define('RAZEM_ALLOW_LOOPBACK', true); define('DISABLE_WP_CRON', true);"
EVERYTHING = """
[razem_events limit=500 heading='Wydarzenia']
[razem_events limit=500 heading='Archiwum' past=1]
[razem_organizations limit=500 heading='Organizacje']
[razem_project limit=500 heading='Projekty']
[razem_activities limit=500 heading='Działania']
[razem_news limit=500 heading='Aktualności']
[razem_contests limit=500 heading='Konkursy']
[razem_resources limit=500 heading='Materiały']
[razem_newsletters limit=500 heading='Newsletter']
"""
SHOWN = re.compile(r'data-razem-id="([0-9a-f-]+)" data-razem-version="(\d+)"')

Versions = dict[str, int]


@dataclass
class Site:
    """The municipality's site with the plugin active, and what its lists and table show."""

    wordpress: WordPress
    front: Front
    page_id: int = 0

    def install(self) -> None:
        content = self.wordpress.folder / "wp-content"
        (content / "mu-plugins" / "razem-tests.php").write_text(FOR_TESTS)
        shutil.copytree(PLUGIN, content / "plugins" / "razem", dirs_exist_ok=True)
        self.page_id = self.wordpress.php(
            "require ABSPATH . 'wp-admin/includes/plugin.php';"
            "require ABSPATH . 'wp-admin/includes/template.php';"
            "if (is_wp_error(activate_plugin('razem/razem.php'))) { return 0; }"
            "require_once WP_PLUGIN_DIR . '/razem/includes/admin.php';"
            "$page = wp_insert_post(['post_type' => 'page', 'post_status' => 'publish',"
            " 'post_title' => 'Organizacje', 'post_name' => 'dzial',"
            " 'post_content' => $arguments[0]]);"
            "$settings = ['section' => $page] + $arguments[1];"
            "update_option('razem_settings', Razem\\sanitized($settings));"
            "return $page;",
            EVERYTHING,
            {"address": self.front.url, "secret": SECRET},
        )
        assert self.page_id

    def enter(self, **settings: Any) -> None:
        """Change settings as the page in the admin does."""
        self.wordpress.php(
            "require ABSPATH . 'wp-admin/includes/template.php';"
            "require_once WP_PLUGIN_DIR . '/razem/includes/admin.php';"
            "update_option('razem_settings', Razem\\sanitized($arguments[0])); return 1;",
            settings,
        )

    def pull(self) -> str:
        """Let one run take place; return its outcome."""
        outcome: str = self.wordpress.php("return Razem\\pull();")
        return outcome

    def start_pull(self) -> subprocess.Popen[str]:
        return self.wordpress.start_php("return Razem\\pull();")

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.wordpress.php("return get_option('razem_status');") or {}
        return found

    def let_time_pass(self) -> None:
        """Have the lease of a killed run, and a rest that Razem asked for, end now."""
        self.wordpress.php(
            "global $wpdb; $wpdb->query(\"UPDATE $wpdb->options SET option_value = '0:'"
            " WHERE option_name = 'razem_lock'\"); Razem\\note(['rest_until' => 0]); return 1;"
        )

    # ---- What it has and shows -----------------------------------------------------------------

    def held(self) -> Versions:
        """Return the versions in the table, by id."""
        rows = self.wordpress.rows(
            "SELECT id, version FROM wp_razem_documents"
            " WHERE document IS NOT NULL AND id <> 'cursor'"
        )
        return {str(row["id"]): int(row["version"] or 0) for row in rows}

    def shown(self) -> list[tuple[str, int]]:
        """Return the versions on the anonymous page, in its order."""
        page = self.wordpress.get("/dzial/")
        assert page.status_code == 200, page.text
        return [(id_, int(version)) for id_, version in SHOWN.findall(page.text)]

    def page(self, path: str = "/dzial/") -> str:
        return self.wordpress.get(path).text

    def images(self) -> dict[str, dict[str, str | None]]:
        """Return our copies in the media library by the address of their original."""
        rows = self.wordpress.rows(
            "SELECT u.meta_value AS url, u.post_id AS id, a.meta_value AS alt,"
            " f.meta_value AS file FROM wp_postmeta u"
            " LEFT JOIN wp_postmeta a"
            " ON a.post_id = u.post_id AND a.meta_key = '_wp_attachment_image_alt'"
            " LEFT JOIN wp_postmeta f"
            " ON f.post_id = u.post_id AND f.meta_key = '_wp_attached_file'"
            " WHERE u.meta_key = '_razem_url'"
        )
        found = {str(row["url"]): row for row in rows}
        assert len(found) == len(rows), "a picture was copied twice"
        return found

    def files(self) -> set[str]:
        folder = self.wordpress.folder / "wp-content" / "uploads" / "razem"
        return {path.name for path in folder.glob("*")}

    # ---- What is pushed to it --------------------------------------------------------------------

    def push(self, body: bytes, headers: dict[str, str] | None = None) -> requests.Response:
        json = {"Content-Type": "application/json"}
        return self.wordpress.rest(
            "POST", "/razem/v1/webhook", data=body, headers=json | (headers or signed(body))
        )


def published(front: Front) -> Versions:
    """Return what Razem's feed leads to: the versions of all documents."""
    address = f"{front.server_url}/api/v1/changes/?since=0&limit=500"
    answer = requests.get(address, timeout=30).json()
    assert answer["next"] is None
    live = [change for change in answer["results"] if change["action"] == "upsert"]
    return {change["id"]: change["version"] for change in live}


def assert_exact(site: Site) -> None:
    """See that table and page hold exactly what Razem publishes, each document once."""
    versions = published(site.front)
    assert site.held() == versions
    on_page = site.shown()
    assert len({id_ for id_, _ in on_page}) == len(on_page), "something is shown twice"
    assert dict(on_page) == versions
