"""The guide of the editors (docs/redakcja.md), shown in the admin as it stands in the docs."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from django.conf import settings
from django.templatetags.static import static
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

GUIDE = settings.BASE_DIR / "docs" / "redakcja.md"
# How the docs point at the pictures, which are static files.
PICTURES = "../static/"


@dataclass(frozen=True)
class Chapter:
    """A heading of the guide and the id that a link to it names."""

    id: str
    title: str


@dataclass(frozen=True)
class Guide:
    """The guide as HTML, without its title, and its chapters in order."""

    title: str
    html: str
    chapters: tuple[Chapter, ...]


@cache
def guide() -> Guide:
    """Return the guide. It is part of the release, so it is read once."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(GUIDE.read_text(encoding="utf-8"))
    title, rest = tokens[1].content, tokens[3:]
    chapters = tuple(_with_id(*pair) for pair in pairwise(rest) if _is_chapter(*pair))
    for token in rest:
        for child in token.children or ():
            _use_static_file(child)
    return Guide(title, markdown.renderer.render(rest, markdown.options, {}), chapters)


def _is_chapter(opening: Token, text: Token) -> bool:
    return opening.type == "heading_open" and opening.tag == "h2"


def _with_id(opening: Token, text: Token) -> Chapter:
    chapter = Chapter(slugify(text.content), text.content)
    opening.attrSet("id", chapter.id)
    return chapter


def _use_static_file(token: Token) -> None:
    source = token.attrGet("src")
    if token.type == "image" and isinstance(source, str) and source.startswith(PICTURES):
        token.attrSet("src", static(source.removeprefix(PICTURES)))
        token.attrSet("loading", "lazy")
