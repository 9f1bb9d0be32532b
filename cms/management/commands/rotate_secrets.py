from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.encryption import rotations


class Command(BaseCommand):
    help = (
        "Encrypt the stored secrets (of destinations, of people's second factors) with the first "
        "of SECRETS_KEY, so that older keys can be taken out of it. Safe to run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lost = []
        for sort, rotation in rotations().items():
            count, unreadable = rotation()
            self.stdout.write(f"Encrypted with the first key, {sort}: {count}")
            if unreadable:
                lost.append(f"{sort} {', '.join(map(str, unreadable))}")
        if lost:
            raise CommandError(f"No key in SECRETS_KEY opens the secret of {'; '.join(lost)}.")
