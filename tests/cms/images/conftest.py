"""What tests of images need around them."""

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cms.images.helpers import Committing


@pytest.fixture
def committing(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> "type[Committing]":
    Committing.capture = staticmethod(django_capture_on_commit_callbacks)
    return Committing
