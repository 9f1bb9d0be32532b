"""The admin's list of who gets a mailing."""

import re

import pytest
from django.urls import reverse

from newsletters.subscribers import services as people
from tests.newsletters.mailings import ledgers
from tests.newsletters.mailings.staff import (
    LOOKER,
    client_of,
    person,
    sender,
    words,
)
from tests.newsletters.mailings.steering import settle, show_url

pytestmark = pytest.mark.django_db


def cells(answer) -> list[list[str]]:
    """Return the rows of the table of recipients, in words."""
    [table] = re.findall(r'(?s)<table class="listing">.*?</table>', answer.content.decode())
    rows = re.findall(r"(?s)<tr>(.*?)</tr>", table)[1:]
    return [
        [" ".join(cell.split()) for cell in re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in rows
    ]


def test_every_recipient_is_listed_with_state_reason_attempts_and_time():
    made = ledgers.mailing(ledgers.subscribers(2))
    settle(made, "accepted", "failed", attempts=3, reason="Nie ma takiego adresu.")

    first, second = cells(sender().get(show_url(made)))

    assert first[:4] == [
        "osoba-0@example.org",
        "Przyjęta przez serwer poczty",
        "Nie ma takiego adresu.",
        "3",
    ]
    assert second[:2] == ["osoba-1@example.org", "Odrzucona"]
    assert re.fullmatch(r"\d\d\.\d\d\.\d{4}, \d\d:\d\d", first[4])


def test_counts_lead_to_the_recipients_in_that_state():
    made = ledgers.mailing(ledgers.subscribers(3))
    settle(made, "accepted", "failed", "failed")
    client = sender()
    url = f"{show_url(made)}?stan=failed"
    page = client.get(show_url(made))
    assert f'href="{url}#odbiorcy"' in page.content.decode()
    assert "Odrzucona: 2" in words(page)

    answer = client.get(url)

    assert [row[0] for row in cells(answer)] == ["osoba-1@example.org", "osoba-2@example.org"]
    assert f"{reverse('mailings:live', args=[made.pk])}?stan=failed" in answer.content.decode()


def test_recipient_is_found_by_a_part_of_the_address_within_the_state():
    made = ledgers.mailing(
        [ledgers.subscriber("Ala@example.org"), ledgers.subscriber("ola@example.org")]
    )
    settle(made, "accepted", "failed")
    client = sender()

    assert [row[0] for row in cells(client.get(f"{show_url(made)}?q=ALA"))] == ["Ala@example.org"]
    assert "Nikogo tu nie ma." in words(client.get(f"{show_url(made)}?q=ALA&stan=failed"))


@pytest.mark.parametrize("query", ["stan=wymyslony", "p=0", "p=99", "p=abc", "q=%25", "stan=&p="])
def test_query_that_makes_no_sense_does_no_harm(query):
    made = ledgers.mailing(ledgers.subscribers(2))

    assert sender().get(f"{show_url(made)}?{query}").status_code == 200


def test_recipients_come_in_pages_of_fifty_each_once():
    made = ledgers.mailing(ledgers.subscribers(120))
    client = sender()

    pages = [cells(client.get(f"{show_url(made)}?p={number}")) for number in (1, 2, 3)]

    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({row[0] for page in pages for row in page}) == 120
    links = client.get(f"{show_url(made)}?stan=pending&p=2").content.decode()
    assert "stan=pending&amp;p=3#odbiorcy" in links


def test_page_of_recipients_asks_the_same_number_of_questions_for_many(
    django_assert_num_queries, django_assert_max_num_queries
):
    made = ledgers.mailing(ledgers.subscribers(60))
    client = sender()
    client.get(show_url(made))

    with django_assert_max_num_queries(25) as few:
        client.get(f"{show_url(made)}?p=2")
    with django_assert_num_queries(len(few)):
        client.get(show_url(made))


def test_who_may_not_see_subscribers_sees_masked_addresses_and_cannot_search_for_them():
    made = ledgers.mailing(ledgers.subscribers(2))
    client = client_of(person("patrzy", *LOOKER))

    answer = client.get(f"{show_url(made)}?q=osoba-0")

    assert [row[0] for row in cells(answer)] == ["o…@example.org", "o…@example.org"]
    assert "osoba-1" not in answer.content.decode()
    assert 'name="q"' not in answer.content.decode()


def test_erased_recipient_stays_in_the_list_without_an_address():
    folk = ledgers.subscribers(2)
    made = ledgers.mailing(folk)
    people.erase(subscriber_id=folk[0].pk)

    rows = cells(sender().get(show_url(made)))

    assert [row[0] for row in rows] == ["(adres usunięty)", "osoba-1@example.org"]
