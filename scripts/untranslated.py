#!/usr/bin/env python
"""Find texts that people would see without passing through gettext.

In templates: letters outside of `{% translate %}` and `{% blocktranslate %}`, in text and in the
attributes that are read out. In Python: literal labels, help texts, headings and errors. Prints
each with its place; exit code 1 if there is one. The catalogue's own completeness is
`scripts/messages.py --check`.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parent.parent
CODE = ("cms", "integrations", "newsletters")
HOLDING = {"blocktranslate", "blocktrans", "comment", "verbatim"}
NOT_SEEN = {"migrations", "management"}
# English by contract: what integrators read (docs/api.md).
ENGLISH = (
    *("cms/api/", "cms/exports/about.py", "cms/feeds/serializers.py", "templates/cms/api/"),
    "newsletters/editions/documents.py",
)
# Names that are the same in every language.
NAMES = {
    *("KRS", "NIP", "REGON", "BIP", "PDF", "Razem", "RSS", "Atom", "JSON", "CSV", "iCalendar"),
    *(
        "Feed",
        "ICS",
        "HTML",
        "MJML",
        "URL",
        "ID",
        "API",
        "XLSX",
        "OPP",
        "IBAN",
        "NRB",
        "kB",
        "MB",
        "px",
    ),
}
SEEN_KEYWORDS = {
    *("verbose_name", "verbose_name_plural", "help_text", "label", "heading", "menu_label"),
    *("page_title", "success_message", "error_message", "add_item_label", "add_to_menu_label"),
}
SEEN_ATTRIBUTES = re.compile(
    r"""\b(?:alt|title|aria-label|placeholder|summary)\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)
NOT_TEXT = re.compile(
    r"<(script|style|code|pre|samp|kbd)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;|&#\w+;", re.S | re.I
)
WORD = re.compile(r"[^\W\d_]{2,}")


def words_in(text: str) -> list[str]:
    """Return the words of a text that are no names."""
    return [word for word in WORD.findall(text) if word not in NAMES]


def without_translated(source: str) -> str:
    """Return a template's own markup, line by line, without tags of Django and what they hold."""
    depth = 0  # of blocks whose content is translated, or is no text
    markup = ""
    for token in Lexer(source).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK else ""
        depth += (name in HOLDING) - (name.removeprefix("end") in HOLDING and name not in HOLDING)
        is_text = token.token_type == TokenType.TEXT and not depth
        markup += token.contents if is_text else " " + "\n" * token.contents.count("\n")
    return markup


def in_template(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of each text of a template that is not translated."""
    markup = without_translated(path.read_text())
    for attribute in SEEN_ATTRIBUTES.finditer(markup):
        if words_in(text := attribute[1] or attribute[2] or ""):
            yield markup.count("\n", 0, attribute.start()) + 1, text
    bare = NOT_TEXT.sub(lambda tag: " " + "\n" * tag[0].count("\n"), markup)
    for number, line in enumerate(bare.splitlines(), start=1):
        if words_in(line):
            yield number, line.strip()


def literal(node: ast.AST | None) -> str:
    """Return the text of a literal (of an f-string: its fixed part), or nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return " ".join(literal(part) for part in node.values)
    return ""


def called(node: ast.Call) -> str:
    """Return the last part of what is called."""
    function = node.func
    return getattr(function, "attr", getattr(function, "id", ""))


def seen_by_people(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the expressions of a node that people will read."""
    if isinstance(node, ast.Call):
        yield from (kw.value for kw in node.keywords if kw.arg in SEEN_KEYWORDS)
        name = called(node)
        owner = getattr(getattr(node.func, "value", None), "id", "")
        is_named_field = owner == "models" and not name.startswith(("OneToOne", "Foreign", "Many"))
        if name == "ValidationError" or (is_named_field and name.endswith("Field")):
            yield from node.args[:1]
        if owner == "messages":
            yield from node.args[1:2]
    if isinstance(node, ast.Assign):
        targets = {getattr(target, "id", "") for target in node.targets}
        if targets & SEEN_KEYWORDS:
            yield node.value


def in_python(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of each literal in Python that people would read."""
    for node in ast.walk(ast.parse(path.read_text())):
        for expression in seen_by_people(node):
            if words_in(text := literal(expression)):
                yield getattr(expression, "lineno", 0), text


def findings() -> Iterator[str]:
    """Yield a line for each text without translation."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        name = str(path.relative_to(ROOT))
        for line, text in () if name.startswith(ENGLISH) else in_template(path):
            yield f"{name}:{line}: {text[:100]}"
    for app in CODE:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if path.name == "apps.py" or set(path.parts) & NOT_SEEN or name.startswith(ENGLISH):
                continue
            for line, text in in_python(path):
                yield f"{name}:{line}: {text[:100]}"


def main() -> None:
    settings.configure()
    django.setup()
    found = list(findings())
    print("\n".join(found))
    if found:
        sys.exit(f"{len(found)} texts do not pass through gettext")


if __name__ == "__main__":
    main()
