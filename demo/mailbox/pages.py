"""The HTML of the mailbox, in accessible Polish (WCAG 2.1 AA), without any script.

Everything in a mail is hostile: it is escaped here, and its HTML part is shown only in a frame of
its own origin that runs nothing (`frame`, FRAME_POLICY).
"""

import base64
import hashlib
import html
from datetime import UTC, datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from demo.mailbox.reading import AFTER_ADDRESS, WEB_ADDRESS, Content
from demo.mailbox.store import Mail

TITLE = "Skrzynka demonstracyjna"
WARSAW = ZoneInfo("Europe/Warsaw")
MONTHS = [
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
]
SHOWN_CHARACTERS = 200_000
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"


def e(text: object) -> str:
    return html.escape(str(text))


def moment(at: float) -> str:
    """Return the day and time in Poland, as „15 września 2026 r., 14:05:33”."""
    local = datetime.fromtimestamp(at, UTC).astimezone(WARSAW)
    words = f"{local.day}\u00a0{MONTHS[local.month - 1]} {local.year}\u00a0r., {local:%H:%M:%S}"
    return f'<time datetime="{local:%FT%T%z}">{words}</time>'


def address(mail: Mail, view: str = "") -> str:
    """Return the path of a mail, or of one of its views: html, zrodlo."""
    return f"/wiadomosc/{quote(mail.key, safe='')}/{view}"


def query(recipient: str, page: int = 1) -> str:
    found = {"do": recipient, "strona": str(page) if page > 1 else ""}
    return "/?" + urlencode({name: value for name, value in found.items() if value})


# ---- The list --------------------------------------------------------------------------------


def listing(
    mails: list[Mail], *, recipient: str, recipients: list[str], total: int, page: int, pages: int
) -> str:
    """Return one page of the list; `total` counts all mails that match."""
    rows = "".join(row(mail) for mail in mails)
    columns = "".join(f'<th scope="col">{name}</th>' for name in ("Temat", "Adresat", "Doręczono"))
    table = (
        f"<table><caption>Wiadomości: {total}</caption>"
        f"<thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table>"
    )
    intro = (
        "Trafia tu każda wiadomość, którą wysyła wersja demonstracyjna, do kogokolwiek jest "
        "zaadresowana. Nic nie opuszcza tego komputera."
    )
    nothing = "<p>Nie ma tu jeszcze żadnej wiadomości.</p>"
    content = (
        f'<h1>{TITLE}</h1><p class="lead">{intro}</p>{search(recipient, recipients)}'
        + (table if mails else nothing)
        + pager(recipient, page, pages)
    )
    return layout(TITLE, content)


def row(mail: Mail) -> str:
    subject = f'<a href="{address(mail)}">{e(mail.subject or "(bez tematu)")}</a>'
    recipient = f'<a href="{e(query(mail.recipient))}">{e(mail.recipient)}</a>'
    return f"<tr><td>{subject}</td><td>{recipient}</td><td>{moment(mail.arrived_at)}</td></tr>"


def search(recipient: str, recipients: list[str]) -> str:
    options = "".join(f'<option value="{e(one)}"></option>' for one in recipients)
    everything = '<a href="/">Wszystkie wiadomości</a>' if recipient else ""
    refresh = f'<a href="{e(query(recipient))}">Odśwież</a>'
    return (
        '<form role="search"><label for="do">Adresat</label>'
        f'<input id="do" name="do" type="search" list="adresaci" autocomplete="off"'
        f' value="{e(recipient)}"><datalist id="adresaci">{options}</datalist>'
        f'<button type="submit">Pokaż</button> {refresh} {everything}</form>'
    )


def pager(recipient: str, page: int, pages: int) -> str:
    if pages <= 1:
        return ""
    newer = f'<a rel="prev" href="{e(query(recipient, page - 1))}">Nowsze</a>' if page > 1 else ""
    older = f'<a rel="next" href="{e(query(recipient, page + 1))}">Starsze</a>'
    older = older if page < pages else ""
    return f'<nav aria-label="Strony listy">{newer} Strona {page} z {pages} {older}</nav>'


# ---- One mail --------------------------------------------------------------------------------


def reader(mail: Mail, content: Content, site: str) -> str:
    """Return the page of one mail: what it says, in both forms, and what it is made of.

    The one-click button is there for mails of `site` alone.
    """
    subject = mail.subject or "(bez tematu)"
    facts = [
        ("Od", e(content.header("From"))),
        ("Adresat", f'<a href="{e(query(mail.recipient))}">{e(mail.recipient)}</a>'),
        ("Doręczono", moment(mail.arrived_at)),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    parts = [
        f"<h1>{e(subject)}</h1><dl>{listed}</dl>",
        one_click(mail, site),
        html_part(mail) if content.html else "",
        text_part(content.text) if content.text else "",
        header_part(content),
        f'<p><a href="{address(mail, "zrodlo")}" download>Pobierz źródło wiadomości</a></p>',
        f'<p><a href="/">{TITLE}: wszystkie wiadomości</a></p>',
    ]
    return layout(f"{subject} – {TITLE}", "".join(parts))


def one_click(mail: Mail, site: str) -> str:
    """Return the button that mail programs show beside such a mail (RFC 8058)."""
    target = mail.list_unsubscribe.strip().strip("<>")
    is_ours = bool(site) and target.startswith(f"{site}/")
    if not is_ours or mail.list_unsubscribe_post != "List-Unsubscribe=One-Click":
        return ""
    return (
        f'<form method="post" action="{e(target)}" target="_blank" rel="noopener">'
        '<input type="hidden" name="List-Unsubscribe" value="One-Click">'
        '<button type="submit">Wypisz jednym kliknięciem</button>'
        "<span>Taki przycisk pokazują programy pocztowe.</span></form>"
    )


def html_part(mail: Mail) -> str:
    return (
        '<section aria-labelledby="tresc-html"><h2 id="tresc-html">Treść</h2>'
        f'<iframe sandbox="{SANDBOX}" src="{address(mail, "html")}" title="Treść wiadomości"'
        ' referrerpolicy="no-referrer"></iframe></section>'
    )


def text_part(text: str) -> str:
    rest = "\n[Dalszy ciąg w źródle wiadomości]" if len(text) > SHOWN_CHARACTERS else ""
    shown = linked(text[:SHOWN_CHARACTERS] + rest)
    return (
        '<section aria-labelledby="tresc-tekst"><h2 id="tresc-tekst">Wersja tekstowa</h2>'
        f"<pre>{shown}</pre></section>"
    )


def linked(text: str) -> str:
    """Return a text as HTML, its web addresses as links that open in a new tab."""
    parts, done = [], 0
    for found in WEB_ADDRESS.finditer(text):
        url = found.group().rstrip(AFTER_ADDRESS)
        parts.append(e(text[done : found.start()]))
        parts.append(f'<a href="{e(url)}" target="_blank" rel="noopener noreferrer">{e(url)}</a>')
        done = found.start() + len(url)
    return "".join(parts) + e(text[done:])


def header_part(content: Content) -> str:
    lines = "\n".join(f"{name}: {value}" for name, value in content.headers)
    return f"<details><summary>Nagłówki</summary><pre>{e(lines[:SHOWN_CHARACTERS])}</pre></details>"


def frame(text: str) -> str:
    """Return the HTML part as the frame shows it: the first <base> has its links open new tabs."""
    return f'<!DOCTYPE html><base target="_blank">{text}'


def frame_policy(site: str) -> str:
    """Return the Content-Security-Policy of the frame: no script, images of our own site alone.

    `sandbox` holds as well where the frame is opened by itself.
    """
    return (
        f"sandbox {SANDBOX}; default-src 'none'; img-src data: {site};"
        " style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


# ---- The frame of every page -----------------------------------------------------------------


def missing() -> str:
    return layout(
        "Nie ma takiej strony", '<h1>Nie ma takiej strony</h1><p><a href="/">Wróć</a></p>'
    )


def layout(title: str, content: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="pl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{e(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#tresc">Przejdź do treści</a>
<header><p><a href="/">{TITLE}</a></p></header>
<main id="tresc" tabindex="-1">{content}</main>
</body>
</html>
"""


STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#f4f3f0;color:#22201c;
 font:1.0625rem/1.6 "Source Sans 3","Segoe UI",system-ui,"Liberation Sans",sans-serif}
a{color:#134b7a;text-underline-offset:.18em}
a:focus-visible,input:focus-visible,button:focus-visible,summary:focus-visible,
iframe:focus-visible,main:focus-visible{outline:3px solid #b3261e;outline-offset:3px}
.skip{position:absolute;left:-99rem;background:#fff;padding:.8rem 1.2rem;z-index:1}
.skip:focus{left:1rem;top:1rem}
header{background:#2f2a55}
header p,main{max-width:66rem;margin:0 auto;padding:.9rem 1.25rem}
header a{color:#fff;font-weight:700;text-decoration:none}
header a:focus-visible{outline-color:#ffd25e}
main{padding-block:1rem 4rem}
h1{font-size:clamp(1.6rem,4vw,2.2rem);line-height:1.2;margin:.8rem 0;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:2rem 0 .6rem}
.lead{max-width:44rem}
form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;margin:1.4rem 0}
label{font-weight:600}
input,button{font:inherit;padding:.4rem .8rem;border:1px solid #6b665c;border-radius:4px}
input{flex:0 1 22rem;min-width:0;background:#fff;color:inherit}
button{background:#2f2a55;color:#fff;border-color:#2f2a55;cursor:pointer}
table{width:100%;border-collapse:collapse;background:#fff;border:1px solid #d5d1c8}
caption{text-align:left;padding:.4rem 0;color:#5b564d}
th,td{text-align:left;vertical-align:top;padding:.6rem .8rem;border-top:1px solid #d5d1c8;
 overflow-wrap:anywhere}
nav{margin:1.2rem 0;display:flex;gap:1.2rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;margin:1rem 0}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
iframe{width:100%;height:75vh;min-height:20rem;resize:vertical;overflow:auto;background:#fff;
 border:1px solid #d5d1c8}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#fff;border:1px solid #d5d1c8;
 padding:1rem;margin:.5rem 0;font:1rem/1.5 ui-monospace,"Liberation Mono",monospace}
summary{cursor:pointer;font-weight:600;margin-top:2rem}
@media(max-width:40rem){thead{position:absolute;left:-99rem}tr,td{display:block}
 td{border:0;padding:.2rem .8rem}tr{border-top:1px solid #d5d1c8;padding:.6rem 0}}
"""
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def page_policy(site: str) -> str:
    """Return the Content-Security-Policy of our own pages: no script, forms to us and the site."""
    return (
        f"default-src 'none'; style-src 'sha256-{DIGEST}'; frame-src 'self'; base-uri 'none';"
        f" form-action 'self' {site}; frame-ancestors 'none'"
    )
