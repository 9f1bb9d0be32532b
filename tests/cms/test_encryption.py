import pytest

from cms import encryption
from cms.encryption import UnreadableSecretError
from integrations.municipal.models import PURPOSE as DESTINATIONS_PURPOSE

PURPOSE = b"tests"
STORED_BEFORE = (
    "gAAAAABrCHEzIq1HDmnpS-EgtwEuyuZQg7rNxdHD4L6sbgOw9Y_7mWoADQU6VsD25W3KL6VxELctzeOtNAX"
    "4vG5xRGECyjSQUg=="
)


def test_secret_encrypted_is_not_readable_and_comes_back():
    stored = encryption.encrypt("whsec_tajne", purpose=PURPOSE)

    assert "tajne" not in stored
    assert encryption.decrypt(stored, purpose=PURPOSE) == "whsec_tajne"


def test_secret_of_an_older_key_is_still_read_and_moves_to_the_first(settings):
    settings.SECRETS_KEYS = ["old-key"]
    stored = encryption.encrypt("whsec_tajne", purpose=PURPOSE)

    settings.SECRETS_KEYS = ["new-key", "old-key"]
    assert encryption.decrypt(stored, purpose=PURPOSE) == "whsec_tajne"
    moved = encryption.reencrypt(stored, purpose=PURPOSE)

    settings.SECRETS_KEYS = ["new-key"]
    assert encryption.decrypt(moved, purpose=PURPOSE) == "whsec_tajne"
    with pytest.raises(UnreadableSecretError):
        encryption.decrypt(stored, purpose=PURPOSE)


def test_secret_damaged_is_unreadable():
    with pytest.raises(UnreadableSecretError):
        encryption.decrypt("gAAAAA", purpose=PURPOSE)


def test_secret_for_one_purpose_is_unreadable_for_another():
    stored = encryption.encrypt("tajne", purpose=PURPOSE)
    with pytest.raises(UnreadableSecretError):
        encryption.decrypt(stored, purpose=b"something else")


def test_secret_of_before_the_module_moved_is_still_read(settings):
    """Encrypted by the code of integrations/municipal, with its purpose."""
    settings.SECRETS_KEYS = ["a-key-of-before"]
    assert encryption.decrypt(STORED_BEFORE, purpose=DESTINATIONS_PURPOSE) == "whsec_tajne"
