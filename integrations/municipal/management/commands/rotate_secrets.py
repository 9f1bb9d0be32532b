from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integrations.municipal.services import rotate_secrets


class Command(BaseCommand):
    help = (
        "Encrypt the stored secrets of destinations with the first of SECRETS_KEY, so that older "
        "keys can be taken out of it. Safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        count, unreadable = rotate_secrets()
        self.stdout.write(f"Encrypted with the first key: {count}")
        if unreadable:
            numbers = ", ".join(map(str, unreadable))
            raise CommandError(f"No key in SECRETS_KEY opens the secret of destinations {numbers}.")
