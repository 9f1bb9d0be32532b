from typing import Any

from django.core.management.base import BaseCommand

from demo import loading
from demo.newsletter import loading as newsletter


class Command(BaseCommand):
    help = (
        "Load the demo: the centre's project of 2018–2019, its five events, sample organizations "
        "and sample events; a newsletter with sample subscribers and one edition, not yet sent. "
        "Does nothing where a project, and a consent clause, exists, so what you edited is kept."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if loading.is_loaded() and newsletter.is_loaded():
            self.stdout.write("The demo content is already here; nothing was changed.")
        if not loading.is_loaded():
            self.stdout.write(f"{loading.load()} pages published.")
        if not newsletter.is_loaded():
            self.stdout.write(f"The edition „{newsletter.load()}” published.")
