"""Whether a file is what its name says, by its bytes: the browser's word is not taken."""

import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import IO

PDF_MAGIC = b"%PDF-"
OFFICE_PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}  # ECMA-376, part 2
OPEN_DOCUMENT_TYPES = {"odt": b"text", "ods": b"spreadsheet", "odp": b"presentation"}
MACROS = "vbaProject.bin"
# What a browser would run if it took the file for a page.
MARKUP = (b"<html", b"<script", b"<svg", b"<!doctype")
MOST_PARTS = 5_000


def is_what_it_says(file: IO[bytes], name: str) -> bool:
    """Whether the content is of the format that the name's ending promises."""
    ending = PurePath(name).suffix.lstrip(".").lower()
    check = CHECKS.get(ending)
    if check is None:
        return False
    file.seek(0)
    try:
        return check(file, ending)
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, KeyError):
        return False
    finally:
        file.seek(0)


def is_pdf(file: IO[bytes], ending: str) -> bool:
    """ISO 32000-1, 7.5.2: the header, within the first 1,024 bytes as readers allow."""
    return PDF_MAGIC in file.read(1024)


def is_office(file: IO[bytes], ending: str) -> bool:
    """An Office Open XML package of that kind, without macros."""
    with zipfile.ZipFile(file) as package:
        names = package.namelist()
    is_package = len(names) <= MOST_PARTS and "[Content_Types].xml" in names
    has_part = any(name.startswith(OFFICE_PARTS[ending]) for name in names)
    return is_package and has_part and not any(name.endswith(MACROS) for name in names)


def is_open_document(file: IO[bytes], ending: str) -> bool:
    """OpenDocument 1.3, part 2, 3.3: the first file of the package says what it is."""
    with zipfile.ZipFile(file) as package:
        if package.namelist()[:1] != ["mimetype"] or package.getinfo("mimetype").file_size > 100:
            return False
        declared = package.read("mimetype")
    return declared == b"application/vnd.oasis.opendocument." + OPEN_DOCUMENT_TYPES[ending]


def is_plain_text(file: IO[bytes], ending: str) -> bool:
    """UTF-8 without control characters, and nothing that reads as a web page."""
    content = file.read()
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    start = content[:4096].lower()
    return b"\0" not in content and not any(markup in start for markup in MARKUP)


CHECKS: dict[str, Callable[[IO[bytes], str], bool]] = {
    "pdf": is_pdf,
    **dict.fromkeys(OFFICE_PARTS, is_office),
    **dict.fromkeys(OPEN_DOCUMENT_TYPES, is_open_document),
    "csv": is_plain_text,
    "txt": is_plain_text,
}
