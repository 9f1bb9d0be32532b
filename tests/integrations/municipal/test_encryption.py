import pytest

from integrations.municipal import encryption
from integrations.municipal.encryption import UnreadableSecretError


def test_secret_encrypted_is_not_readable_and_comes_back():
    stored = encryption.encrypt("whsec_tajne")

    assert "tajne" not in stored
    assert encryption.decrypt(stored) == "whsec_tajne"


def test_secret_of_an_older_key_is_still_read_and_moves_to_the_first(settings):
    settings.SECRETS_KEYS = ["old-key"]
    stored = encryption.encrypt("whsec_tajne")

    settings.SECRETS_KEYS = ["new-key", "old-key"]
    assert encryption.decrypt(stored) == "whsec_tajne"
    moved = encryption.reencrypt(stored)

    settings.SECRETS_KEYS = ["new-key"]
    assert encryption.decrypt(moved) == "whsec_tajne"
    with pytest.raises(UnreadableSecretError):
        encryption.decrypt(stored)


def test_secret_damaged_is_unreadable():
    with pytest.raises(UnreadableSecretError):
        encryption.decrypt("gAAAAA")
