"""The installation's settings with one job more; tables come straight from the models."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as _INSTALLED_APPS


class _NoMigrations(dict[str, None]):
    def __contains__(self, app_label: object) -> bool:
        return True

    def __getitem__(self, app_label: str) -> None:
        return None


INSTALLED_APPS = [*_INSTALLED_APPS, "tests.cms.jobs.probe.apps.ProbeConfig"]
MIGRATION_MODULES = _NoMigrations()
