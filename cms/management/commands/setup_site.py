from typing import Any

from django.core.management.base import BaseCommand

from cms.search import lemmas
from cms.structure import ensure_site
from cms.vocabularies import ensure_vocabularies


class Command(BaseCommand):
    help = (
        "Create the home page, the lists of events, news, organizations, contests and materials "
        "and the archive of newsletters, where they are missing; fill vocabularies that are empty. "
        "Run it after each `migrate`; running it again changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lemmas.prepare()
        home = ensure_site()
        ensure_vocabularies()
        self.stdout.write(f"The site's home page is „{home.title}” (page {home.pk}).")
