import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from cms.networks import network_of
from newsletters.subscribers.addresses import (
    address_hash,
    address_hashes,
    hash_key,
    key,
    masked,
    normalize,
)
from tests.newsletters.subscribers.helpers import NEW_KEY, OLD_KEY


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  anna@example.org\n", "anna@example.org"),
        ("Anna.Nowa@EXAMPLE.org", "Anna.Nowa@example.org"),
        ("biuro+news@żółw.example", "biuro+news@xn--w-uga1v8h.example"),
        ("biuro@Z\u0307o\u0301łw.example", "biuro@xn--w-uga1v8h.example"),
        ("biuro@XN--W-UGA1V8H.example", "biuro@xn--w-uga1v8h.example"),
        ("o'hara!#$%@example.org", "o'hara!#$%@example.org"),
    ],
)
def test_address_is_normalized(typed, stored):
    assert normalize(typed) == stored
    assert normalize(stored) == stored


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "pełny adres"),
        ("anna", "pełny adres"),
        ("anna@", "pełny adres"),
        ("@example.org", "pełny adres"),
        ("anna@example", "pełny adres"),
        ("anna@localhost", "pełny adres"),
        ("anna@exa_mple.org", "pełny adres"),
        ("anna@example..org", "pełny adres"),
        ("anna@example.org.", "pełny adres"),
        (".anna@example.org", "pełny adres"),
        ("anna@-.żółw", "pełny adres"),
        ("anna@[127.0.0.1]", "znaki"),
        ("Anna <anna@example.org>", "znaki"),
        ('"anna nowa"@example.org', "znaki"),
        ("anna nowa@example.org", "znaki"),
        ("anna@example.org\nBcc: jan@example.org", "znaki"),
        ("anna@example.org\r\nSubject: x", "znaki"),
        ("an\x00na@example.org", "znaki"),
        ("an\u200bna@example.org", "znaki"),
        ("an\u202ena@example.org", "znaki"),
        ("anna\u00a0@example.org", "znaki"),
        ("an\ud800na@example.org", "znaki"),
        ("anna@example.org,jan@example.org", "tylko jeden"),
        ("anna@example.org; jan@example.org", "tylko jeden"),
        ("anna@example.org jan@example.org", "tylko jeden"),
        ("łucja@example.org", "polskich liter"),
        ("a" * 65 + "@example.org", "za długi"),
        ("a@" + "b" * 60 + "." + ("c" * 60 + ".") * 3 + "d" * 10 + ".org", "za długi"),
    ],
)
def test_what_is_no_address_is_refused_in_words(typed, words):
    with pytest.raises(ValidationError) as refusal:
        normalize(typed)
    assert words in refusal.value.messages[0]


@given(st.text(max_size=40), st.sampled_from(["", "@example.org", "@żółw.example"]))
def test_whatever_is_typed_becomes_one_plain_ascii_address_or_is_refused(local, domain):
    try:
        address = normalize(local + domain)
    except ValidationError:
        return
    assert address.isascii()
    assert address.isprintable()
    assert not set(address) & set(' ,;<>"')
    assert address.count("@") == 1
    assert len(address) <= 254
    assert normalize(address) == address


def test_addresses_that_differ_by_case_alone_are_the_same():
    assert key("Anna@Example.org") == key("anna@example.ORG")
    assert address_hash("Anna@Example.org") == address_hash("anna@example.ORG")
    assert address_hash("anna@example.org") != address_hash("anna@example.com")


def test_hash_depends_on_the_key_and_is_found_with_all_of_them(settings):
    settings.SECRETS_KEYS = [OLD_KEY]
    old, old_name = address_hash("anna@example.org"), hash_key()
    settings.SECRETS_KEYS = [NEW_KEY, OLD_KEY]

    assert address_hashes("anna@example.org") == [address_hash("anna@example.org"), old]
    assert address_hash("anna@example.org") != old
    assert hash_key() != old_name
    assert len(old) == 64
    assert "anna" not in old


def test_masked_address_shows_its_owner_enough():
    assert masked("anna.nowa@example.org") == "a…@example.org"


@pytest.mark.parametrize(
    ("client", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_network_is_what_neighbours_share(client, network):
    assert network_of(client) == network
