"""What calendars and feeds look like, for the OpenAPI document; tests read them as readers do."""

from dataclasses import dataclass
from html import escape
from typing import Any

from cms.api.examples import API, EVENT, IMAGE, NEWS, SITE

TITLE = "Centrum Organizacji Pozarządowych – wydarzenia"
WHEN_AND_WHERE = "sobota, 21 kwietnia 2018 r., godz. 10:00 – Sala konferencyjna"

CALENDAR = f"""\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Razem//Razem//PL
CALSCALE:GREGORIAN
NAME:{TITLE}
X-WR-CALNAME:{TITLE}
REFRESH-INTERVAL;VALUE=DURATION:PT1H
SOURCE;VALUE=URI:{API}/events.ics
BEGIN:VTIMEZONE
TZID:Europe/Warsaw
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:RODO dla NGO – termin proponowany
DTSTART;TZID=Europe/Warsaw:20180421T100000
DTSTAMP:20180320T123000Z
UID:{EVENT["id"]}
SEQUENCE:196000000
CATEGORIES:szkolenie,Ochrona danych
CREATED:20180316T080000Z
DESCRIPTION:Zajęcia o danych osobowych w organizacji.
LAST-MODIFIED:20180320T123000Z
LOCATION:Sala konferencyjna
STATUS:TENTATIVE
URL:{EVENT["url"]}
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


@dataclass(frozen=True)
class Sample:
    """A feed with one entry, of which the three formats are examples."""

    subject: str
    list_url: str
    title: str
    description: str
    document: dict[str, Any]
    entry_title: str
    summary: str
    content_html: str
    tags: tuple[str, ...] = ()
    image: dict[str, Any] | None = None

    def url(self, suffix: str) -> str:
        return f"{SITE}/feeds/{self.subject}.{suffix}"


def rss(sample: Sample) -> str:
    categories = "".join(f"<category>{tag}</category>" for tag in sample.tags[:1])
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
     xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>{sample.title}</title>
    <link>{sample.list_url}</link>
    <description>{sample.description}</description>
    <atom:link href="{sample.url("rss")}" rel="self"/>
    <language>pl</language>
    <lastBuildDate>Tue, 20 Mar 2018 12:30:00 +0000</lastBuildDate>
    <item>
      <title>{sample.entry_title}</title>
      <link>{sample.document["url"]}</link>
      <description>{sample.summary}</description>
      <pubDate>Fri, 16 Mar 2018 08:00:00 +0000</pubDate>
      <guid isPermaLink="false">urn:uuid:{sample.document["id"]}</guid>
      {categories}
      <atom:updated>2018-03-20T12:30:00+00:00</atom:updated>
      <content:encoded>{escape(sample.content_html)}</content:encoded>
      {media(sample.image)}
    </item>
  </channel>
</rss>
"""


def media(image: dict[str, Any] | None) -> str:
    if image is None:
        return ""
    return (
        f'<media:content url="{image["url"]}" medium="image" type="image/webp" '
        f'width="{image["width"]}" height="{image["height"]}"/>'
    )


def atom(sample: Sample) -> str:
    categories = "".join(f'<category term="{tag}"/>' for tag in sample.tags[:1])
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<feed xml:lang="pl" xmlns="http://www.w3.org/2005/Atom"
      xmlns:media="http://search.yahoo.com/mrss/">
  <title>{sample.title}</title>
  <link href="{sample.list_url}" rel="alternate"/>
  <link href="{sample.url("atom")}" rel="self"/>
  <id>{sample.url("atom")}</id>
  <updated>2018-03-20T12:30:00+00:00</updated>
  <author><name>Centrum Organizacji Pozarządowych</name></author>
  <entry>
    <title>{sample.entry_title}</title>
    <link href="{sample.document["url"]}" rel="alternate"/>
    <published>2018-03-16T08:00:00+00:00</published>
    <updated>2018-03-20T12:30:00+00:00</updated>
    <id>urn:uuid:{sample.document["id"]}</id>
    <summary type="html">{sample.summary}</summary>
    {categories}
    <content type="html">{escape(sample.content_html)}</content>
  </entry>
</feed>
"""


def json_feed(sample: Sample) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": sample.title,
        "description": sample.description,
        "home_page_url": sample.list_url,
        "feed_url": sample.url("json"),
        "language": "pl",
        "authors": [{"name": "Centrum Organizacji Pozarządowych"}],
        "items": [
            {
                "id": f"urn:uuid:{sample.document['id']}",
                "url": sample.document["url"],
                "title": sample.entry_title,
                "summary": sample.summary,
                "content_html": sample.content_html,
                **({"image": sample.image["url"]} if sample.image else {}),
                "date_published": "2018-03-16T08:00:00+00:00",
                "date_modified": "2018-03-20T12:30:00+00:00",
                "tags": list(sample.tags),
            }
        ],
    }


SAMPLES = (
    Sample(
        subject="events",
        list_url=f"{SITE}/wydarzenia/",
        title=TITLE,
        description="Zapowiedzi wydarzeń, zmiany terminów i odwołania.",
        document=EVENT,
        entry_title="RODO dla NGO – termin proponowany",
        summary=WHEN_AND_WHERE,
        content_html="<h2>Dla kogo</h2>",
        tags=("szkolenie", "Ochrona danych"),
        image=IMAGE,
    ),
    Sample(
        subject="news",
        list_url=f"{SITE}/aktualnosci/",
        title="Centrum Organizacji Pozarządowych – aktualności",
        description="Aktualności Centrum, także pilne.",
        document=NEWS,
        entry_title=NEWS["title"],
        summary=NEWS["summary"],
        content_html="<p>Od poniedziałku.</p>",
    ),
)
FEEDS: dict[str, dict[str, Any]] = {
    one.subject: {"rss": rss(one), "atom": atom(one), "json": json_feed(one)} for one in SAMPLES
}
