"""Blocked addresses under one key and after a rotation: nobody slips through a join."""

import itertools

import pytest

from newsletters.subscribers import services
from newsletters.subscribers.addresses import address_hash, address_hashes, hash_key
from newsletters.subscribers.models import Subscriber, Suppression
from newsletters.subscribers.selectors import audience, suppressed_hashes, why_not
from newsletters.subscribers.services.suppressions import lift
from tests.newsletters.subscribers.helpers import (
    ADDRESS,
    CONTROLLER,
    NEW_KEY,
    OLD_KEY,
    block,
    subscribe,
    subscriber,
)

pytestmark = pytest.mark.django_db
KEYS = {"old": [OLD_KEY], "both": [NEW_KEY, OLD_KEY], "back": [OLD_KEY, NEW_KEY]}


def is_mailable():
    return audience(controller=CONTROLLER, topic_ids=[]).exists()


@pytest.mark.parametrize("order", list(itertools.product(KEYS, KEYS)))
def test_suppression_counts_whichever_keys_wrote_the_rows(clause, settings, order):
    settings.SECRETS_KEYS = KEYS[order[0]]
    person = subscribe()
    settings.SECRETS_KEYS = KEYS[order[1]]
    block()
    for keys in ("both", "back"):
        settings.SECRETS_KEYS = KEYS[keys]
        assert not is_mailable()
        assert why_not(person, CONTROLLER)
        services.rehash()
        assert not is_mailable()
        assert suppressed_hashes(address_hashes(ADDRESS))


def test_suppression_before_the_rotation_is_found_after_it_and_lifted(clause, settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    block(reason="bounced")
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY]
    assert services.suppress(address=ADDRESS, reason="bounced") is False

    subscribe()

    assert not Suppression.objects.exists()
    assert is_mailable()


def test_rehash_follows_the_first_key_so_that_the_old_one_can_go(clause, settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    subscribe()
    subscribe("blocked@example.org")
    block("blocked@example.org")
    block("blocked@example.org", "bounced")
    since = Suppression.objects.get(reason="staff").created_at
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY]

    assert services.rehash() == 2
    assert services.rehash() == 0

    settings.SECRETS_KEYS = [NEW_KEY]
    for person in Subscriber.objects.all():
        assert person.address_hash == address_hash(person.email)
        assert person.hash_key == hash_key()
    assert [person.email for person in audience(controller=CONTROLLER, topic_ids=[])] == [ADDRESS]
    assert len(suppressed_hashes(address_hashes("blocked@example.org"))) == 1
    assert Suppression.objects.get(reason="staff").created_at == since


def test_reasons_are_kept_apart(clause):
    subscribe()
    assert services.suppress(address=ADDRESS, reason="erased") is True
    assert services.suppress(address="ANNA@example.org", reason="staff") is True
    assert services.suppress(address=ADDRESS, reason="staff") is False
    assert Suppression.objects.count() == 2

    staff = Suppression.objects.get(reason="staff")
    assert services.unblock(suppression_id=staff.pk) is True

    assert not is_mailable()
    assert services.unblock(suppression_id=staff.pk) is False


@pytest.mark.parametrize(
    ("reason", "is_allowed"),
    [("staff", True), ("bounced", True), ("complained", False), ("erased", False)],
)
def test_staff_take_back_only_what_is_not_the_word_of_the_person(clause, reason, is_allowed):
    subscribe()
    block(reason=reason)

    assert services.unblock(suppression_id=Suppression.objects.get().pk) is is_allowed
    assert is_mailable() is is_allowed


def test_lifting_leaves_a_block_that_staff_made_in_the_same_moment():
    block()
    block(reason="bounced")

    lift("Anna@example.org")

    assert Suppression.objects.get().reason == "staff"


def test_blocking_keeps_the_consent(clause):
    consent = subscribe().consent
    block()

    assert subscriber().consent == consent


def test_suppression_holds_nothing_of_the_address():
    block()

    assert "anna" not in str(Suppression.objects.values().get())
    assert Suppression.objects.get().address_hash == address_hash(ADDRESS)
