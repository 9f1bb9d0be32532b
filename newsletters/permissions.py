"""What the roles of cms may do with the pages of newsletters."""

from typing import Any

from cms.accounts.roles import COORDINATOR, grant_on_pages


def let_coordinators_edit(apps: Any, archive_id: int) -> None:
    """Let coordinators write and publish below the archive, and nowhere else."""
    grant_on_pages(apps, COORDINATOR, archive_id, "add", "change", "publish")
