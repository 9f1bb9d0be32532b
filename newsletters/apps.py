from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewslettersConfig(AppConfig):
    name = "newsletters"
    verbose_name = _("Newsletters")

    def ready(self) -> None:
        from cms import channels
        from cms.api import kinds
        from cms.home import approvals as to_approve
        from cms.jobs import registry
        from cms.previews import modes
        from cms.profiles import checks
        from newsletters.channel import NewsletterChannel
        from newsletters.editions import archive  # noqa: F401  (connects itself)
        from newsletters.editions.document_previews import MODE as MAIL_PREVIEW
        from newsletters.editions.documents import KIND
        from newsletters.mailings import approvals
        from newsletters.mailings import personal_data as mailings_data
        from newsletters.mailings.job import JOB as MAILINGS
        from newsletters.outbox.job import JOB as OUTBOX
        from newsletters.profiles import MAIL_FAILS
        from newsletters.subscribers import log_filter, personal_data
        from newsletters.subscribers.job import JOB as CARE

        channels.register(NewsletterChannel())
        to_approve.register(approvals.todo)
        modes.register(MAIL_PREVIEW)
        kinds.register(KIND)
        registry.register(OUTBOX)
        registry.register(MAILINGS)
        registry.register(CARE)
        personal_data.register(mailings_data.SECTION)
        checks.register(MAIL_FAILS)
        log_filter.install()
