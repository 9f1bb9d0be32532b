"""Small files for the demo's materials, made here so that none is borrowed."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

# Polish letters at codes that WinAnsi leaves to us (ISO 32000-1, 9.6.6 and annex D).
POLISH = {
    "ą": (128, "aogonek"),
    "ć": (129, "cacute"),
    "ę": (130, "eogonek"),
    "ł": (131, "lslash"),
    "ń": (132, "nacute"),
    "ś": (133, "sacute"),
    "ź": (134, "zacute"),
    "ż": (135, "zdotaccent"),
    "Ą": (136, "Aogonek"),
    "Ć": (137, "Cacute"),
    "Ł": (138, "Lslash"),
    "Ś": (139, "Sacute"),
    "Ż": (140, "Zdotaccent"),
    "„": (141, "quotedblbase"),
    "”": (142, "quotedblright"),
    "–": (143, "endash"),
}


def pdf(title: str, lines: list[str]) -> bytes:
    """Return one page of text as PDF 1.7, with its title and language."""
    differences = " ".join(f"{code} /{glyph}" for code, glyph in POLISH.values())
    shown = b"".join(b"(" + in_pdf(line) + b") Tj T*\n" for line in lines)
    content = b"BT /F1 12 Tf 16 TL 56 780 Td\n" + shown + b"ET"
    heading = "FEFF" + title.encode("utf-16-be").hex().upper()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (pl-PL) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding "
        b"/BaseEncoding /WinAnsiEncoding /Differences [" + differences.encode() + b"] >> >>",
        b"<< /Title <" + heading.encode() + b"> >>",
    ]
    return assembled(objects)


def in_pdf(text: str) -> bytes:
    """Return text as the bytes of a PDF string in the encoding above."""
    codes = (
        POLISH[char][0]
        if char in POLISH
        else ord(char.encode("cp1252", "replace").decode("latin1"))
        for char in text
    )
    written = bytes(codes)
    for special in (b"\\", b"(", b")"):
        written = written.replace(special, b"\\" + special)
    return written


def assembled(objects: list[bytes]) -> bytes:
    """Return the objects as a file with its table of places (ISO 32000-1, 7.5)."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def odt(title: str, paragraphs: list[str]) -> bytes:
    """Return an OpenDocument text (OpenDocument 1.3) with a heading and paragraphs."""
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    inner = f'<text:h text:outline-level="1">{escape(title)}</text:h>'
    inner += "".join(f"<text:p>{escape(paragraph)}</text:p>" for paragraph in paragraphs)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{office}" '
        f'xmlns:text="{text}" office:version="1.3"><office:body><office:text>{inner}'
        "</office:text></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
        'manifest:version="1.3"><manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        package.writestr("META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def csv(rows: Sequence[tuple[object, ...]]) -> bytes:
    """Return rows as CSV (RFC 4180) in UTF-8."""
    return "".join(",".join(map(str, row)) + "\r\n" for row in rows).encode()
