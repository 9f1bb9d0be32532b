"""The background jobs of cms (see `cms.jobs`)."""

from cms.documents.media import finish_files, has_unfinished
from cms.documents.rewriting import due_documents, rewrite_due
from cms.images.uploads import delete_old_uploads, has_old_uploads
from cms.jobs.registry import Job
from cms.profiles import retention
from cms.scheduling import has_due_pages, run_due_pages

JOBS = (
    Job("documents", run=rewrite_due, is_due=lambda: due_documents().exists()),
    Job("media", run=finish_files, is_due=has_unfinished),
    Job("schedule", run=run_due_pages, is_due=has_due_pages),
    Job("consents", run=retention.purge, is_due=retention.is_due),
    Job("uploads", run=delete_old_uploads, is_due=has_old_uploads),
)
