from typing import Any

from django.core.management.base import BaseCommand

from demo.loading import is_loaded, load


class Command(BaseCommand):
    help = (
        "Load the demo: the centre's project of 2018–2019, its five events, sample organizations "
        "and sample events. Does nothing where a project exists, so what you edited is kept."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded():
            self.stdout.write("The demo content is already here; nothing was changed.")
            return
        self.stdout.write(f"{load()} pages published.")
