"""What calendars and feeds look like, for the OpenAPI document; tests read them as readers do."""

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

RSS = f"""\
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
     xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>{TITLE}</title>
    <link>{SITE}/wydarzenia/</link>
    <description>Zapowiedzi wydarzeń, zmiany terminów i odwołania.</description>
    <atom:link href="{SITE}/feeds/events.rss" rel="self"/>
    <language>pl</language>
    <lastBuildDate>Tue, 20 Mar 2018 12:30:00 +0000</lastBuildDate>
    <item>
      <title>RODO dla NGO – termin proponowany</title>
      <link>{EVENT["url"]}</link>
      <description>{WHEN_AND_WHERE}</description>
      <pubDate>Fri, 16 Mar 2018 08:00:00 +0000</pubDate>
      <guid isPermaLink="false">urn:uuid:{EVENT["id"]}</guid>
      <category>szkolenie</category>
      <atom:updated>2018-03-20T12:30:00+00:00</atom:updated>
      <content:encoded>&lt;h2&gt;Dla kogo&lt;/h2&gt;</content:encoded>
      <media:content url="{IMAGE["url"]}" medium="image" type="image/webp"
                     width="1600" height="1067"/>
    </item>
  </channel>
</rss>
"""

ATOM = f"""\
<?xml version="1.0" encoding="utf-8"?>
<feed xml:lang="pl" xmlns="http://www.w3.org/2005/Atom"
      xmlns:media="http://search.yahoo.com/mrss/">
  <title>{TITLE}</title>
  <link href="{SITE}/wydarzenia/" rel="alternate"/>
  <link href="{SITE}/feeds/events.atom" rel="self"/>
  <id>{SITE}/feeds/events.atom</id>
  <updated>2018-03-20T12:30:00+00:00</updated>
  <author><name>Centrum Organizacji Pozarządowych</name></author>
  <entry>
    <title>RODO dla NGO – termin proponowany</title>
    <link href="{EVENT["url"]}" rel="alternate"/>
    <published>2018-03-16T08:00:00+00:00</published>
    <updated>2018-03-20T12:30:00+00:00</updated>
    <id>urn:uuid:{EVENT["id"]}</id>
    <summary type="html">{WHEN_AND_WHERE}</summary>
    <category term="szkolenie"/>
    <content type="html">&lt;h2&gt;Dla kogo&lt;/h2&gt;</content>
  </entry>
</feed>
"""

JSON: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": TITLE,
    "description": "Zapowiedzi wydarzeń, zmiany terminów i odwołania.",
    "home_page_url": f"{SITE}/wydarzenia/",
    "feed_url": f"{SITE}/feeds/events.json",
    "language": "pl",
    "authors": [{"name": "Centrum Organizacji Pozarządowych"}],
    "items": [
        {
            "id": f"urn:uuid:{EVENT['id']}",
            "url": EVENT["url"],
            "title": "RODO dla NGO – termin proponowany",
            "summary": WHEN_AND_WHERE,
            "content_html": "<h2>Dla kogo</h2>",
            "image": IMAGE["url"],
            "date_published": "2018-03-16T08:00:00+00:00",
            "date_modified": "2018-03-20T12:30:00+00:00",
            "tags": ["szkolenie", "Ochrona danych"],
        }
    ],
}
NEWS_TITLE = "Centrum Organizacji Pozarządowych – aktualności"
NEWS_DESCRIPTION = "Aktualności Centrum, także pilne."

NEWS_RSS = f"""\
<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
     xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:media="http://search.yahoo.com/mrss/">
  <channel>
    <title>{NEWS_TITLE}</title>
    <link>{SITE}/aktualnosci/</link>
    <description>{NEWS_DESCRIPTION}</description>
    <atom:link href="{SITE}/feeds/news.rss" rel="self"/>
    <language>pl</language>
    <lastBuildDate>Tue, 20 Mar 2018 12:30:00 +0000</lastBuildDate>
    <item>
      <title>{NEWS["title"]}</title>
      <link>{NEWS["url"]}</link>
      <description>{NEWS["summary"]}</description>
      <pubDate>Fri, 16 Mar 2018 08:00:00 +0000</pubDate>
      <guid isPermaLink="false">urn:uuid:{NEWS["id"]}</guid>
      <atom:updated>2018-03-20T12:30:00+00:00</atom:updated>
      <content:encoded>&lt;p&gt;Od poniedziałku.&lt;/p&gt;</content:encoded>
    </item>
  </channel>
</rss>
"""

NEWS_ATOM = f"""\
<?xml version="1.0" encoding="utf-8"?>
<feed xml:lang="pl" xmlns="http://www.w3.org/2005/Atom"
      xmlns:media="http://search.yahoo.com/mrss/">
  <title>{NEWS_TITLE}</title>
  <link href="{SITE}/aktualnosci/" rel="alternate"/>
  <link href="{SITE}/feeds/news.atom" rel="self"/>
  <id>{SITE}/feeds/news.atom</id>
  <updated>2018-03-20T12:30:00+00:00</updated>
  <author><name>Centrum Organizacji Pozarządowych</name></author>
  <entry>
    <title>{NEWS["title"]}</title>
    <link href="{NEWS["url"]}" rel="alternate"/>
    <published>2018-03-16T08:00:00+00:00</published>
    <updated>2018-03-20T12:30:00+00:00</updated>
    <id>urn:uuid:{NEWS["id"]}</id>
    <summary type="html">{NEWS["summary"]}</summary>
    <content type="html">&lt;p&gt;Od poniedziałku.&lt;/p&gt;</content>
  </entry>
</feed>
"""

NEWS_JSON: dict[str, Any] = {
    **JSON,
    "title": NEWS_TITLE,
    "description": NEWS_DESCRIPTION,
    "home_page_url": f"{SITE}/aktualnosci/",
    "feed_url": f"{SITE}/feeds/news.json",
    "items": [
        {
            "id": f"urn:uuid:{NEWS['id']}",
            "url": NEWS["url"],
            "title": NEWS["title"],
            "summary": NEWS["summary"],
            "content_html": "<p>Od poniedziałku.</p>",
            "date_published": "2018-03-16T08:00:00+00:00",
            "date_modified": "2018-03-20T12:30:00+00:00",
            "tags": [],
        }
    ],
}
FEEDS: dict[str, dict[str, Any]] = {
    "events": {"rss": RSS, "atom": ATOM, "json": JSON},
    "news": {"rss": NEWS_RSS, "atom": NEWS_ATOM, "json": NEWS_JSON},
}
