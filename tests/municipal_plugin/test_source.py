"""The plugin's files as they are handed over: an older PHP understands them."""

import re
import shutil
import subprocess

import pytest

from tests.municipal_plugin.site import PLUGIN

FILES = sorted(PLUGIN.rglob("*.php"))
NEWER_THAN_7_4 = re.compile(
    r"\bmatch\s*\(|\?->|\breadonly\b|^\s*enum\s|\bstr_(contains|starts_with|ends_with)\("
    r"|function __construct\([^)]*\b(private|public|protected)\b|:\s*(mixed|never|static)\b"
    r"|\bcatch\s*\([\\\w|\s]+\)|[(,]\s*\w+:\s(?!:)|^\s*#\[",
    re.MULTILINE,
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_valid_and_refuses_to_be_asked_for_directly(path):
    assert shutil.which("php"), "scripts/install-debian-packages"
    done = subprocess.run(["php", "-l", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    text = path.read_text()
    code = re.sub(
        r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|/\*.*?\*/|//[^\n]*", "''", text, flags=re.S
    )
    found = NEWER_THAN_7_4.search(code)
    assert not found, f"PHP 7.4 does not know: {found[0] if found else ''}"
    assert re.search(r"defined\('(ABSPATH|WP_UNINSTALL_PLUGIN)'\) \|\| exit;", text)


def test_header_and_readme_say_the_same():
    header = (PLUGIN / "razem.php").read_text()
    readme = (PLUGIN / "readme.txt").read_text()

    for name in ("Requires at least", "Requires PHP", "License"):
        said = re.search(rf"^ \* {name}:\s+(.+)$", header, re.M)
        assert said
        assert f"{name}: {said[1]}\n" in readme
    version = re.search(r"^ \* Version:\s+(.+)$", header, re.M)
    assert version
    assert f"Stable tag: {version[1]}\n" in readme
    assert f"const VERSION = '{version[1]}';" in header
    assert "GNU General Public License" in header
