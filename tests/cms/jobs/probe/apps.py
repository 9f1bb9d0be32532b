from django.apps import AppConfig


class ProbeConfig(AppConfig):
    name = "tests.cms.jobs.probe"
    label = "probe"

    def ready(self) -> None:
        from cms.jobs import registry
        from tests.cms.jobs.probe.job import JOB

        registry.register(JOB)
