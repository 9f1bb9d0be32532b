"""The WSGI entry point that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# Django must be set up before the app's modules are imported.
from cms.search import lemmas  # noqa: E402

lemmas.prepare_in_background()
