import re
import uuid

import pytest
import time_machine
from django.utils import timezone

from newsletters.subscribers import tokens
from tests.newsletters.subscribers.helpers import NEW_KEY, OLD_KEY

IDENTIFIER = uuid.UUID("12345678-1234-5678-1234-567812345678")
FORGED = ["", "x", ".", "x.y", "x.y.z", "ł", "a" * 5000, "\x00", "AAAA.AAAA", "%00"]


def test_subscriber_token_is_short_safe_in_urls_and_read_back():
    token = tokens.subscriber_token(IDENTIFIER)

    assert re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", token)
    assert tokens.read_subscriber_token(token) == IDENTIFIER


def test_subscriber_token_works_for_ever_and_after_a_rotation(settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    token = tokens.subscriber_token(IDENTIFIER)
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY]

    with time_machine.travel("2040-01-01"):
        assert tokens.read_subscriber_token(token) == IDENTIFIER
    settings.SECRETS_KEYS = [NEW_KEY]
    assert tokens.read_subscriber_token(token) is None


@pytest.mark.parametrize("forged", FORGED)
def test_forged_token_is_read_as_nobody(forged):
    assert tokens.read_subscriber_token(forged) is None
    assert tokens.read_sign_up_token(forged) is None
    assert tokens.read_data_token(forged) is None


def test_every_character_of_a_token_counts():
    token = tokens.subscriber_token(IDENTIFIER)
    for place, char in enumerate(token):
        other = "A" if char != "A" else "B"
        assert tokens.read_subscriber_token(token[:place] + other + token[place + 1 :]) is None


def test_token_for_one_purpose_is_none_for_another():
    made = {
        tokens.read_subscriber_token: tokens.subscriber_token(IDENTIFIER),
        tokens.read_sign_up_token: tokens.sign_up_token(IDENTIFIER),
        tokens.read_data_token: tokens.data_token(IDENTIFIER),
    }
    for read in made:
        assert [read(token) for token in made.values()].count(None) == 2
        assert read(made[read]) == IDENTIFIER


def test_data_token_is_good_for_a_day():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        token = tokens.data_token(IDENTIFIER)
        clock.shift(tokens.DATA_LINK_LASTS.total_seconds() - 1)
        assert tokens.read_data_token(token) == IDENTIFIER
        clock.shift(2)
        assert tokens.read_data_token(token) is None
