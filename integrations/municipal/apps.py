from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MunicipalConfig(AppConfig):
    name = "integrations.municipal"
    label = "municipal"
    verbose_name = _("Municipal websites")

    def ready(self) -> None:
        from cms import channels, encryption
        from cms.jobs import registry
        from integrations.municipal import (
            receivers,  # noqa: F401  (connects itself)
            reconcile,
            staleness,
        )
        from integrations.municipal.channel import MunicipalChannel
        from integrations.municipal.job import JOB
        from integrations.municipal.services import rotate_secrets

        encryption.register("destinations", rotate_secrets)
        registry.register(JOB)
        registry.register(reconcile.JOB)
        registry.register(staleness.JOB)
        channels.register(MunicipalChannel())
