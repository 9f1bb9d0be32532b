from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BasePageConfig(AppConfig):
    name = "cms.basepage"
    label = "basepage"
    verbose_name = _("Pages")
