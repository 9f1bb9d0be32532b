from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "integrations.registers"
    label = "registers"
    verbose_name = _("Public registers")

    def ready(self) -> None:
        from cms.home import upkeep
        from cms.jobs import registry
        from cms.profiles import checks, lookups
        from integrations.registers.job import JOB
        from integrations.registers.lookup import KRS_LOOKUP
        from integrations.registers.reasons import NOT_FOUND, UNREADABLE
        from integrations.registers.standing import todo

        registry.register(JOB)
        checks.register(NOT_FOUND)
        checks.register(UNREADABLE)
        lookups.register(KRS_LOOKUP)
        upkeep.register(todo)
