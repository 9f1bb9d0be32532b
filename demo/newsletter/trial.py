"""A newcomer who subscribes, confirms, gets an edition, leaves, and is spared the next one.

Everything that a person does here goes through the real pages, filled in like a browser would.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag
from django.urls import reverse

from demo.newsletter.mails import Mail, Mails
from demo.newsletter.sending import order, unfinished
from demo.publishing import publish
from newsletters.editions.models import NewsletterIndexPage, NewsletterPage
from newsletters.mailings import selectors
from newsletters.mailings import services as mailings
from newsletters.mailings.models import Mailing
from newsletters.subscribers import services as subscribers
from newsletters.subscribers.addresses import address_hashes
from newsletters.subscribers.models import Consent, SignUp, Subscriber, Suppression

TIMEOUT_SECONDS = 10
NAME = "proba-demo-"
# RFC 8058 §3.2: what a mail program posts when its own button is pressed.
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class TrialError(Exception):
    """What went wrong for the newcomer, in words."""


class Trial:
    """The newcomer and the two editions made for them; call the steps in order.

    After each step `missing` tells what has not arrived yet.
    """

    def __init__(self, site: str, mails: Mails) -> None:
        mark = token_hex(4)
        self.site = site
        self.mails = mails
        self.address = f"{NAME}{mark}@example.org"
        self.titles = [f"Próba {number} {mark} (przykład)" for number in (1, 2)]
        self.missing: Callable[[], list[str]] = list

    @property
    def steps(self) -> list[Callable[[], None]]:
        return [
            self.sign_up,
            self.look_at_the_link,
            self.confirm,
            self.send_first,
            self.leave,
            self.send_second,
        ]

    def sign_up(self) -> None:
        """a person signs up for the newsletter"""
        submit(self.site + reverse("newsletter_subscribe"), self.address)
        self.missing = lambda: [] if self.links() else [f"no mail to confirm at {self.address}"]

    def look_at_the_link(self) -> None:
        """the link in the confirmation mail is opened, which changes nothing"""
        answer = requests.get(self.links()[0], timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        if Subscriber.objects.filter(email=self.address).exists():
            raise TrialError("Opening the link of a confirmation mail subscribed the person.")

    def confirm(self) -> None:
        """the button on that page is pressed"""
        submit(self.links()[0], self.address)
        self.missing = lambda: (
            [] if self.is_subscribed() else [f"{self.address} confirmed and is not subscribed"]
        )

    def send_first(self) -> None:
        """an edition is sent, which must reach that person too"""
        self.send(self.titles[0], is_to_newcomer=True)

    def leave(self) -> None:
        """the person leaves by the one-click address of that mail (RFC 8058)"""
        mail = self.newcomers_copy()
        if mail.list_unsubscribe_post != "List-Unsubscribe=One-Click":
            raise TrialError("The mail has no List-Unsubscribe-Post header (RFC 8058).")
        answer = requests.post(
            mail.list_unsubscribe, ONE_CLICK, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
        if answer.status_code != requests.codes.ok:
            raise TrialError(f"One-click unsubscription answered {answer.status_code}.")
        self.missing = lambda: (
            [f"{self.address} has left and is still subscribed"] if self.is_subscribed() else []
        )

    def send_second(self) -> None:
        """one more edition is sent, which must spare that person and reach the others"""
        self.send(self.titles[1], is_to_newcomer=False)

    def send(self, title: str, *, is_to_newcomer: bool) -> None:
        edition = publish_edition(title)
        recipients = {person.email for person in selectors.audience_of(edition)}
        if (self.address in recipients) != is_to_newcomer:
            raise TrialError(f"The audience of „{title}” is wrong about {self.address}.")
        mailing = order(edition)
        self.missing = lambda: [
            *unfinished(mailing.request_id),
            *self.mails.differences(title, recipients),
        ]

    def links(self) -> list[str]:
        """Return the links to confirm, from the mails that the newcomer has got."""
        beginning = self.site + reverse("newsletter_confirm", args=["x"]).removesuffix("x/")
        mails = self.mails.to(self.address)
        return [link for mail in mails for link in mail.links if link.startswith(beginning)]

    def newcomers_copy(self) -> Mail:
        copies = self.mails.with_subject(self.titles[0])
        return next(mail for mail in copies if mail.to == self.address)

    def is_subscribed(self) -> bool:
        return Subscriber.objects.filter(email=self.address, consent__isnull=False).exists()


@contextmanager
def trial(site: str, mails: Mails) -> Iterator[Trial]:
    """Give a trial, and leave nothing of it but its mails, however it ends."""
    clear()
    try:
        yield Trial(site, mails)
    finally:
        clear()


def clear() -> None:
    """Remove the pages, mailings and people of this and of killed trials."""
    for page in NewsletterPage.objects.filter(slug__startswith=NAME):
        for mailing in Mailing.objects.filter(page=page):
            mailings.cancel(mailing)
            mailing.delete()
        page.delete()
    for person in Subscriber.objects.filter(email__startswith=NAME):
        hashes = address_hashes(person.email)
        subscribers.erase(subscriber_id=person.pk)
        # Of a person who existed, these would stay.
        Consent.objects.filter(subscriber_id=person.pk).delete()
        Suppression.objects.filter(address_hash__in=hashes).delete()
    SignUp.objects.filter(email__startswith=NAME).delete()


def publish_edition(title: str) -> NewsletterPage:
    page = NewsletterPage(
        title=title,
        slug=f"{NAME}{token_hex(4)}",
        body=[("paragraph", "<p>Próba, czy biuletyn dochodzi tam, gdzie powinien.</p>")],
        is_sample=True,
    )
    edition: NewsletterPage = publish(NewsletterIndexPage.objects.get(), page)
    return edition


def submit(address: str, email: str) -> None:
    """Open a page in a browser of its own, fill its form in and send it.

    As a person would: the e-mail address, the boxes that have to be ticked, and nothing hidden.
    """
    with requests.Session() as browser:
        page = browser.get(address, timeout=TIMEOUT_SECONDS)
        page.raise_for_status()
        form = form_of(page)
        fields = dict(field for one in form.find_all("input") if (field := filled(one, email)))
        action = urljoin(page.url, str(form.get("action") or ""))
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(page.url))
        headers = {"Referer": page.url, "Origin": origin}
        answer = browser.post(action, fields, headers=headers, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()


def form_of(page: requests.Response) -> Tag:
    found = BeautifulSoup(page.text, "html.parser").select_one("main form[method=post]")
    if found is None:
        raise TrialError(f"There is no form on {urlsplit(page.url).path}.")
    return found


def filled(control: Tag, email: str) -> tuple[str, str] | None:
    """Return the name and value that a control sends; None if it sends nothing."""
    name, kind = str(control.get("name") or ""), control.get("type", "text")
    if not name or (kind in {"checkbox", "radio"} and not control.has_attr("required")):
        return None
    if kind == "checkbox":
        return name, str(control.get("value", "on"))
    return name, email if kind == "email" else str(control.get("value") or "")
