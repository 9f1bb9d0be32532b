from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.accounts.second_factor.services import reset_at_server


class Command(BaseCommand):
    help = (
        "Take away the second factor of an account, so that its password alone is enough: for the "
        "only administrator who lost phone and recovery codes. Logged; the person gets a mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name with which the person logs in")

    def handle(self, *args: Any, **options: Any) -> None:
        person = get_user_model().objects.filter(username=options["name"]).first()
        if person is None:
            raise CommandError("There is no account with this name.")
        if not reset_at_server(user=person):
            raise CommandError("This account has no second factor.")
        self.stdout.write("The password alone is enough now.")
