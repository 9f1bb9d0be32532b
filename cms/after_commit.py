"""Where Wagtail's own small tasks run: in the request, once what they look at is committed."""

from django.db import transaction
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult


class AfterCommitBackend(ImmediateBackend):
    """Runs a task in the request that asked for it, after its transaction.

    Inside the transaction the search index and the reference index would keep their rows locked
    until the commit: on PostgreSQL two editors could then wait for each other, and the failure of
    a task would undo the publication that it came with. A task that fails is logged by its
    backend; what it did not do concerns searching in the admin only.
    """

    def _execute_task(self, task_result: TaskResult) -> None:
        def execute() -> None:
            super(AfterCommitBackend, self)._execute_task(task_result)

        transaction.on_commit(execute, robust=True)
