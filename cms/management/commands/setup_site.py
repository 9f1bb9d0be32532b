from typing import Any

from django.core.management.base import BaseCommand

from cms.search import lemmas
from cms.structure import ensure_site


class Command(BaseCommand):
    help = (
        "Create the home page, the list of events, the directory of organizations and the archive "
        "of newsletters, where they are missing. Run it once after the first `migrate`; running it "
        "again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lemmas.prepare()
        home = ensure_site()
        self.stdout.write(f"The site's home page is „{home.title}” (page {home.pk}).")
