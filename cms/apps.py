from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Content")

    def ready(self) -> None:
        from cms import channels
        from cms.api import (
            checks,  # noqa: F401  (registers itself)
            kinds,
            types,
        )
        from cms.channels.delivery import DeliveryChannel
        from cms.documents import receivers  # noqa: F401  (connects itself)
        from cms.jobs import registry
        from cms.previews import modes
        from cms.previews.municipal import MODE as MUNICIPAL
        from cms.profiles import checks as profile_checks
        from cms.profiles import receivers as profile_receivers  # noqa: F401  (connects itself)
        from cms.tasks import JOBS

        for reason in profile_checks.OWN:
            profile_checks.register(reason)
        channels.register(DeliveryChannel())
        modes.register(MUNICIPAL)
        for kind in types.KINDS:
            kinds.register(kind)
        for job in JOBS:
            registry.register(job)
