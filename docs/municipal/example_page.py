"""The HTML of the example site: the section, its detail pages, in accessible Polish (WCAG 2.1 AA).

Every text is escaped; only `body_html`, which Razem has sanitized, goes out as it is, and the
Content-Security-Policy allows no script at all. Field names: README.md, "A document".
"""

import base64
import hashlib
import html
import json
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

SITE_NAME = "Gmina Przykładowa"
WARSAW = ZoneInfo("Europe/Warsaw")
ALPHABET = " 0123456789aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
MONTHS = [
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
]
STATUSES = {
    "cancelled": "odwołane",
    "postponed": "przełożone – nowy termin wkrótce",
    "moved_online": "przeniesione do internetu",
    "suspended": "działalność zawieszona",
    "in_liquidation": "w likwidacji",
    "removed": "wykreślona z rejestru",
}
PERIODS = {"planned": "planowany", "running": "trwa", "finished": "zakończony"}
LEVELS = {"general": "dla wszystkich", "specialist": "dla zaawansowanych"}


class Document(dict[str, Any]):
    """A document, or an object in it. A field that it lacks reads as None."""

    def __missing__(self, name: str) -> None:
        return None

    @classmethod
    def read(cls, text: str) -> "Document":
        found: Document = json.loads(text, object_hook=cls)
        return found


# ---- Words -----------------------------------------------------------------------------------


def e(text: object) -> str:
    return html.escape(str(text)) if text else ""


def words(day: date) -> str:
    """Return "15 września 2018 r.": the month in the genitive."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year} r."


def day(text: str | None) -> str:
    if not text:
        return ""
    return f'<time datetime="{e(text)}">{words(date.fromisoformat(text))}</time>'


def moment(at: str | float) -> str:
    """Return the day and time in Poland of an ISO 8601 text or a Unix time in seconds."""
    parsed = datetime.fromisoformat(at) if isinstance(at, str) else datetime.fromtimestamp(at, UTC)
    local = parsed.astimezone(WARSAW)
    return f'<time datetime="{local:%FT%T%z}">{words(local)}, godz. {local:%H:%M:%S}</time>'


def polish_order(document: Document) -> list[int]:
    """Sort key of a title: ą after a, ł after l, ż last; quotation marks do not count."""
    letters = (
        letter if letter in ALPHABET else unicodedata.normalize("NFD", letter)[0]
        for letter in document["title"].lower()
    )
    return [ALPHABET.index(letter) for letter in letters if letter in ALPHABET]


def states(event: Document) -> list[str]:
    """Return what is out of the ordinary about an event, in words."""
    found = [STATUSES.get(event["status"])]
    if event["status"] == "rescheduled":
        found.append(f"zmieniony termin (poprzednio: {day(event['previous_start_date'])})")
    if event["date_certainty"] == "proposed":
        found.append("termin proponowany")
    if event["is_full"]:
        found.append("brak wolnych miejsc")
    return [f'<strong class="state">{text}</strong>' for text in found if text]


def when(event: Document) -> str:
    start, end = event["start_date"], event["end_date"]
    days = day(start) + (f" – {day(end)}" if end and end != start else "")
    if event["status"] == "postponed":
        return f"pierwotny termin: {days}"
    if event["date_precision"] != "time" or not event["start_time"]:
        return days if event["status"] == "cancelled" else f"{days}, godzina do ustalenia"
    until = f"–{e(event['end_time'][:5])}" if event["end_time"] else ""
    return f'{days}, <span class="hours">godz. {e(event["start_time"][:5])}{until}</span>'


def period(project: Document) -> str:
    start, end = project["start_date"], project["end_date"]
    text = f"od {day(start)} do {day(end)}" if end else f"od {day(start)}"
    return f"{text} ({PERIODS.get(project['period_state'], '')})"


def place(event: Document) -> str:
    found = event["place"] or Document()
    parts = (found["name"], found["address"], (found["locality"] or Document())["name"])
    return ", ".join(e(part) for part in parts if part)


def link(item: Document) -> str:
    return f'<a href="/{quote(item["type"])}/{quote(item["slug"])}/">{e(item["title"])}</a>'


def outward(url: str | None, text: str = "") -> str:
    """Return a link to another site; only http(s), so that no other scheme can hide in it."""
    if not url or not url.startswith(("http://", "https://")):
        return e(url)
    return f'<a href="{e(url)}">{e(text or url)}</a>'


def image(document: Document) -> str:
    found = document["image"]
    if not found:
        return ""
    sources = ", ".join(f"{one['url']} {one['width']}w" for one in found["renditions"] or [])
    return (
        f'<img src="{e(found["url"])}" srcset="{e(sources)}" sizes="(min-width: 50rem) 48rem, 94vw"'
        f' width="{e(found["width"])}" height="{e(found["height"])}" alt="{e(found["alt"])}">'
    )


# ---- The section -----------------------------------------------------------------------------


def section(documents: list[Document], mode: str) -> str:
    """Return the front page: project, events to come, archive, directory of organizations."""
    kinds: dict[str, list[Document]] = {"project": [], "event": [], "organization": []}
    for document in documents:
        kinds.setdefault(document["type"], []).append(document)
    today = datetime.now(WARSAW).date().isoformat()
    events = sorted(kinds["event"], key=first_moment)
    waiting = [one for one in events if one["status"] == "postponed"]
    dated = [one for one in events if one["status"] != "postponed"]
    coming = [one for one in dated if last_day(one) >= today]
    past = [one for one in reversed(dated) if last_day(one) < today]
    projects = sorted(kinds["project"], key=first_moment, reverse=True)
    organizations = sorted(kinds["organization"], key=polish_order)
    parts = [
        part("projekt", "Projekt", map(project_card, projects)),
        part("wydarzenia", "Najbliższe wydarzenia", map(event_card, coming)),
        part("bez-terminu", "Czekają na nowy termin", map(event_card, waiting)) if waiting else "",
        part("archiwum", "Archiwum wydarzeń", map(event_card, past)),
        part("organizacje", "Katalog organizacji", map(organization_card, organizations)),
    ]
    intro = "Projekty, wydarzenia i organizacje społeczne działające w naszej gminie."
    heading = f'<h1>Organizacje pozarządowe</h1><p class="lead">{intro}</p>'
    is_sample = any(document["is_sample"] for document in documents)
    return layout("Organizacje pozarządowe", heading + "".join(parts), mode, is_sample=is_sample)


def first_moment(document: Document) -> tuple[str, str]:
    return document["start_date"] or "", document["start_time"] or ""


def last_day(event: Document) -> str:
    return str(event["end_date"] or event["start_date"] or "")


def part(name: str, title: str, cards: Iterable[str]) -> str:
    items = "".join(f"<li>{card}</li>" for card in cards)
    content = f'<ul class="cards {name}">{items}</ul>' if items else "<p>Nic tu teraz nie ma.</p>"
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>{content}</section>'


def card(document: Document, *lines: str) -> str:
    title = f"<s>{link(document)}</s>" if document["status"] == "cancelled" else link(document)
    is_marked = not document["is_sample"] or "(przykład)" in document["title"]
    sample = "" if is_marked else ' <span class="sample">(przykład)</span>'
    rest = "".join(f"<p>{line}</p>" for line in lines if line)
    return f"<h3>{title}{sample}</h3>{rest}"


def project_card(project: Document) -> str:
    return card(project, period(project), e(project["summary"]))


def event_card(event: Document) -> str:
    where = place(event)
    return card(event, when(event), " ".join(states(event)), e(event["summary"]), where)


def organization_card(organization: Document) -> str:
    locality = organization["locality"] or Document()
    facts = [organization["legal_form_label"], locality["name"]]
    facts += [STATUSES.get(organization["status"])]
    facts += ["szuka wolontariuszy"] if organization["seeks_volunteers"] else []
    spheres = ", ".join(e(sphere["label"]) for sphere in organization["spheres"] or [])
    return card(organization, " · ".join(e(fact) for fact in facts if fact), spheres)


# ---- Detail pages ----------------------------------------------------------------------------


def detail(document: Document | None, status: int, mode: str) -> str:
    """Return the page of a document, or the one that says why there is none (404, 410)."""
    back = '<p><a href="/">Wróć do działu Organizacje pozarządowe</a></p>'
    if document is None:
        title = "Ta strona została wycofana" if status == 410 else "Nie ma takiej strony"
        return layout(title, f"<h1>{title}</h1>{back}", mode)
    badges = " ".join(states(document)) if document["type"] == "event" else ""
    facts_of = FACTS.get(document["type"])
    rows = facts_of(document) if facts_of else []
    facts = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows if value)
    changed = moment(document["updated_at"]) if document["updated_at"] else "nieznana"
    content = (
        f"<article><h1>{e(document['title'])}</h1>"
        + (f'<p class="states">{badges}</p>' if badges else "")
        + f'<p class="lead">{e(document["summary"])}</p><dl>{facts}</dl>{image(document)}'
        + f'<div class="body">{document["body_html"] or ""}</div>'
        + f'<p class="small">Ostatnia zmiana: {changed}</p></article>{back}'
    )
    return layout(document["title"], content, mode, is_sample=document["is_sample"])


def event_facts(event: Document) -> list[tuple[str, str]]:
    return [
        ("Termin", when(event)),
        ("Miejsce", place(event)),
        ("W internecie", outward(event["online_url"], "strona spotkania w internecie")),
        ("Zapisy", outward(event["registration_url"], "formularz zapisów na to wydarzenie")),
        ("Rodzaj", e(event["kind_label"])),
        ("Poziom", LEVELS.get(event["level"], "")),
        ("Organizatorzy", ", ".join(map(link, event["organizers"] or []))),
        ("Partnerzy", ", ".join(map(e, event["partners"] or []))),
        ("Tematy", ", ".join(e(topic["name"]) for topic in event["topics"] or [])),
        ("Projekt", link(event["project"]) if event["project"] else ""),
    ]


def organization_facts(organization: Document) -> list[tuple[str, str]]:
    email, year = organization["email"], organization["opp_list_year"]
    opp = (
        f"tak{f', w wykazie na {e(year)} r.' if year else ''}" if organization["opp_status"] else ""
    )
    checked = organization["verified_at"]
    return [
        ("Forma prawna", e(organization["legal_form_label"])),
        ("Stan", STATUSES.get(organization["status"], "")),
        ("Miejscowość", e((organization["locality"] or Document())["name"])),
        (
            "Czym się zajmuje",
            ", ".join(e(sphere["label"]) for sphere in organization["spheres"] or []),
        ),
        ("Wolontariat", "szuka wolontariuszy" if organization["seeks_volunteers"] else ""),
        ("Strona internetowa", outward(organization["website"])),
        ("E-mail", f'<a href="mailto:{quote(email, safe="@+")}">{e(email)}</a>' if email else ""),
        ("Telefon", e(organization["phone"])),
        ("Adres", e(organization["address"])),
        ("KRS", e(organization["krs"])),
        ("NIP", e(organization["nip"])),
        ("REGON", e(organization["regon"])),
        ("Numer w innym rejestrze", e(organization["register_number"])),
        ("Organizacja pożytku publicznego", opp),
        ("Dane sprawdzone", day(checked[:10]) if checked else ""),
    ]


def project_facts(project: Document) -> list[tuple[str, str]]:
    partners = [
        (outward(partner["website"], partner["name"]) if partner["website"] else e(partner["name"]))
        + (f" ({e(partner['role_label'])})" if partner["role_label"] else "")
        for partner in project["partners"] or []
    ]
    return [("Okres", period(project)), ("Partnerzy", ", ".join(partners))]


FACTS = {"event": event_facts, "organization": organization_facts, "project": project_facts}

# ---- The frame of every page -----------------------------------------------------------------


def mode_line(is_pushed: bool, reached_at: float | None) -> str:
    """Return the line that tells how this copy came here, and when that last worked."""
    last = moment(reached_at) if reached_at else "jeszcze nie było"
    if is_pushed:
        text = f"<strong>kopia dostarczona</strong> · ostatnia dostawa: {last}"
        return f'<p class="mode pushed">{text}</p>'
    return f'<p class="mode"><strong>kopia pobrana</strong> · ostatnie sprawdzenie: {last}</p>'


def layout(title: str, content: str, mode: str, *, is_sample: bool = False) -> str:
    sample = (
        '<p class="banner"><strong>Dane przykładowe.</strong> Pozycje z dopiskiem „(przykład)” są '
    )
    banner = f"{sample}zmyślone, by pokazać działanie serwisu.</p>" if is_sample else ""
    return f"""<!DOCTYPE html>
<html lang="pl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{e(title)} – {SITE_NAME}</title>
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#tresc">Przejdź do treści</a>
<header>
<div class="brand">{SHIELD}
<p class="name"><a href="/">{SITE_NAME}</a><span>serwis przykładowy</span></p>{mode}</div>
<nav aria-label="Dział Organizacje pozarządowe"><ul>
<li><a href="/#projekt">Projekt</a></li>
<li><a href="/#wydarzenia">Wydarzenia</a></li>
<li><a href="/#archiwum">Archiwum</a></li>
<li><a href="/#organizacje">Organizacje</a></li>
</ul></nav>
</header>
<main id="tresc" tabindex="-1">{banner}{content}</main>
<footer>
<p>{SITE_NAME} – strona przykładowa, która pokazuje treści z systemu Razem.</p></footer>
</body>
</html>
"""


SHIELD = """<svg aria-hidden="true" width="44" height="52" viewBox="0 0 44 52">
<path d="M2 2h40v26c0 12-9 18-20 22C11 46 2 40 2 28z" fill="#0b4a6f" stroke="#f4c542"
stroke-width="3"/><path d="M9 33l13-18 13 18z" fill="#f4c542"/>
<path d="M9 38h26" stroke="#fff" stroke-width="3"/></svg>"""
STYLE = """
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:#f3f5f7;color:#1d2730;
 font:1.0625rem/1.6 "Source Sans 3","Segoe UI",system-ui,"Liberation Sans",sans-serif}
a{color:#0b4a6f;text-underline-offset:.18em}
a:hover{text-decoration-thickness:.15em}
a:focus-visible,main:focus-visible{outline:3px solid #b3261e;outline-offset:3px;border-radius:2px}
.skip{position:absolute;left:-99rem;background:#fff;padding:.8rem 1.2rem;z-index:1}
.skip:focus{left:1rem;top:1rem}
.brand,nav ul,main,footer>*{max-width:66rem;margin-inline:auto;padding-inline:1.25rem}
header{background:#fff;border-top:5px solid #f4c542}
.brand{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;padding-block:1.1rem}
.name{margin:0;font-size:1.5rem;font-weight:700;line-height:1.2}
.brand a{text-decoration:none}
.brand span{display:block;font-size:.95rem;font-weight:400;color:#4b5862}
nav{background:#0b4a6f}
nav ul{display:flex;flex-wrap:wrap;gap:0 1.7rem;list-style:none;margin-block:0}
nav a{display:inline-block;padding-block:.7rem;color:#fff;text-decoration:none;font-weight:600}
nav a:hover{text-decoration:underline}
nav a:focus-visible{outline-color:#f4c542}
main{flex:1;width:100%;padding-block:1.5rem 3.5rem}
h1{font-size:clamp(1.9rem,5vw,2.6rem);line-height:1.15;margin:1rem 0 .5rem;letter-spacing:-.01em}
h2{font-size:1.55rem;line-height:1.25;margin:2.8rem 0 1rem;padding-bottom:.4rem;
 border-bottom:3px solid #f4c542}
h3{font-size:1.15rem;line-height:1.35;margin:0 0 .4rem}
.lead{font-size:1.2rem;max-width:44rem;color:#36434d;margin-block:0 1rem}
.banner{background:#fff4cf;border-left:6px solid #a15c00;padding:.7rem 1rem;margin:0 0 1.5rem}
.cards{list-style:none;margin:0;padding:0;display:grid;gap:1rem;
 grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr))}
.cards.projekt{grid-template-columns:1fr}
.cards li{background:#fff;border:1px solid #cfd7dd;border-radius:6px;padding:1.1rem 1.25rem}
.cards.wydarzenia li{border-top:4px solid #0b4a6f}
.cards p{margin:.35rem 0 0}
.state{display:inline-block;background:#fdeceb;color:#8c1d18;border:1px solid #8c1d18;
 border-radius:4px;padding:0 .5rem;font-size:.95rem;margin:.15rem .15rem .15rem 0}
.sample{font-size:.85rem;font-weight:400;color:#5c4300;background:#fff4cf;border-radius:4px;
 padding:.1rem .45rem;white-space:nowrap}
time,.hours{white-space:nowrap}
article{background:#fff;border:1px solid #cfd7dd;border-radius:6px;padding:.75rem 1.75rem 1.25rem;
 margin-bottom:1.5rem}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.4rem 1.5rem;
 background:#f3f5f7;border-radius:6px;padding:1rem 1.25rem}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
img{max-width:100%;height:auto;border-radius:6px}
.body{max-width:44rem}
.body figure{margin:1.2rem 0}
.body blockquote{margin:1.2rem 0;padding-left:1.2rem;border-left:4px solid #f4c542}
.small,footer{font-size:.95rem;color:#4b5862}
footer{background:#fff;border-top:1px solid #cfd7dd;padding-block:1rem 2rem}
.mode{margin:0 0 0 auto;font-size:.95rem;color:#4b5862}
.mode strong{color:#fff;background:#0b4a6f;border-radius:4px;padding:.15rem .6rem}
.mode.pushed strong{background:#1b5e3a}
@media(max-width:40rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}
 article{padding-inline:1.1rem}}
"""
DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; img-src *; style-src 'sha256-{DIGEST}'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
