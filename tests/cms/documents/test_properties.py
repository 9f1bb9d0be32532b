"""Whatever editors do, in whatever order: documents follow, and nothing withheld is shown."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cms.documents.machine import IS_THOROUGH, Newsroom

PROFILE = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "150" if IS_THOROUGH else "10")),
    stateful_step_count=30 if IS_THOROUGH else 12,
    deadline=None,
    derandomize=not IS_THOROUGH,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink] if IS_THOROUGH else [Phase.generate],
    print_blob=True,
)


@pytest.mark.django_db
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_documents_follow_any_sequence_of_editors_actions() -> None:
    Newsroom.build()
    run_state_machine_as_test(Newsroom, settings=PROFILE)
