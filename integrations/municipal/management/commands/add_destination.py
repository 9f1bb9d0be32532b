import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.municipal import services
from integrations.municipal.connectors import webhook
from integrations.municipal.models import Destination


class Command(BaseCommand):
    help = (
        "Add a website to which changes are pushed, or change the address of the one of that name. "
        "Without --secret a new destination gets a secret of its own, which is printed this once; "
        "an existing one keeps its secret, unless it goes to another host or is of another kind."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="unique; how staff call it")
        parser.add_argument(
            "--kind", choices=Destination.Kind.values, default=Destination.Kind.WEBHOOK
        )
        parser.add_argument("--url", required=True, help="where changes are sent to, http(s)")
        parser.add_argument("--username", default="", help="of the account in a WordPress")
        parser.add_argument(
            "--secret",
            default="",
            help="whsec_<base64>, or the application password of a WordPress; "
            "„-” reads it from standard input",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        destination = Destination.objects.filter(name=options["name"]).first()
        is_new = destination is None
        destination = destination or Destination(name=options["name"])
        is_on_stdin = options["secret"] == "-"  # noqa: S105  (a sign, not a secret)
        given = sys.stdin.readline().strip() if is_on_stdin else options["secret"]
        try:
            is_left = not destination.takes_secret_along(kind=options["kind"], url=options["url"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if is_left and not given:
            raise CommandError("At another host, or of another kind, it needs --secret again.")
        destination.kind, destination.url = options["kind"], options["url"]
        is_webhook = destination.kind == Destination.Kind.WEBHOOK
        if not is_webhook:
            destination.username = options["username"] or destination.username
            if not destination.username or (is_new and not given):
                raise CommandError("A WordPress needs --username and --secret.")
        generated = webhook.new_secret() if is_webhook and is_new and not given else ""
        try:
            if given and is_webhook:
                webhook.check_secret(given)
            destination.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        services.store(destination, new_secret=given or generated)
        self.stdout.write(f"{'Added' if is_new else 'Changed'}: {destination.name}")
        if generated:
            self.stdout.write("Its secret, shown only now, to be entered at the other side:")
            self.stdout.write(generated)
