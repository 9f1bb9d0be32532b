"""What a webmaster copies: HTML with the script, and PHP with the fragment."""

from dataclasses import dataclass
from html import escape

from django.conf import settings
from django.urls import reverse

from cms.embed.script import INTEGRITY
from cms.embed.sections import Section

SCRIPT_SNIPPET = """\
<div class="razem-embed">
  <a href="{list_url}">{title}</a>
</div>
<script async src="{script_url}"
        integrity="{integrity}" crossorigin="anonymous"
        data-section="{name}" data-limit="5" data-css="1"></script>
"""
# The copy is shown while we are down, and asked for anew once a minute at most.
PHP_SNIPPET = """\
<?php
$kopia = __DIR__ . '/razem-{name}.html';
if (!is_file($kopia) || filemtime($kopia) < time() - 60) {{
    $wezwanie = stream_context_create(['http' => ['timeout' => 3]]);
    $html = @file_get_contents('{fragment_url}', false, $wezwanie);
    if ($html !== false) {{
        file_put_contents($kopia, $html, LOCK_EX);
    }} elseif (is_file($kopia)) {{
        touch($kopia);
    }}
}}
if (is_file($kopia)) {{
    readfile($kopia);
}}
?>
"""


@dataclass(frozen=True)
class Offer:
    """One section, ready to be copied."""

    title: str
    fragment_url: str
    script: str
    php: str


def offer(section: Section, list_url: str) -> Offer:
    """Return what to copy for a section; its plain link leads to the address given."""
    title = str(section.title)
    fragment_url = address(f"embed:{section.name}")
    return Offer(
        title=title,
        fragment_url=fragment_url,
        script=SCRIPT_SNIPPET.format(
            list_url=escape(list_url or f"{settings.SITE_URL}/"),
            title=escape(title),
            script_url=escape(address("embed:script")),
            integrity=INTEGRITY,
            name=section.name,
        ),
        php=PHP_SNIPPET.format(name=section.name, fragment_url=f"{fragment_url}?limit=5"),
    )


def address(name: str) -> str:
    """Return the absolute address of a view."""
    return f"{settings.SITE_URL}{reverse(name)}"
