from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from cms.identifiers import clean_krs
from cms.models import OrganizationPage
from integrations.registers import planning, refreshing, selectors
from integrations.registers.facts import differences
from integrations.registers.krs.client import Answer
from integrations.registers.krs.errors import KrsError
from integrations.registers.limiter import BusyError
from integrations.registers.wording import outcome_in_words

# So many in a row mean that the register is down, rather than at odds with a number.
MOST_FAILURES = 3


class Command(BaseCommand):
    help = (
        "Compare profiles with the KRS now, without the worker, one request a second, and propose "
        "what the register says otherwise. Nothing in a profile is changed. Without --krs or --all "
        "only the profiles that are due. Exit code 1 when the register did not answer about one; "
        "the rest is left when it does not answer at all."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--krs", help="only the profile with this number")
        parser.add_argument("--all", action="store_true", help="all profiles, due or not")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="only say what the register says otherwise; nothing is kept or proposed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not refreshing.is_on():
            raise CommandError("KRS_API_URL is empty: there is no register to ask.")
        profiles = self.chosen(options["krs"], is_all=options["all"])
        tally: Counter[str] = Counter()
        failures = 0
        with refreshing.client() as asking:
            for profile in profiles:
                try:
                    answer = self.ask(profile, asking, is_dry=options["dry_run"])
                except BusyError as error:
                    raise CommandError(error.reason) from error
                except KrsError as error:
                    tally["failed"] += 1
                    self.stderr.write(f"{profile.krs} {profile.title}: {error.reason}")
                    failures = failures + 1 if error.is_about_register else 0
                    if failures == MOST_FAILURES:
                        raise CommandError(error.reason) from error
                    continue
                failures = 0
                tally[answer.outcome] += 1
                self.say(profile, answer)
        self.stdout.write(
            f"found {tally['found']}, removed {tally['removed']}, "
            f"not found {tally['not_found']}, failed {tally['failed']}"
        )
        if tally["failed"]:
            raise CommandError(f"{tally['failed']} profiles were not compared; see above.")

    def chosen(self, krs: str | None, *, is_all: bool) -> QuerySet[OrganizationPage]:
        planning.plan()
        profiles = selectors.asked_about().order_by("pk")
        if krs is not None:
            try:
                profiles = profiles.filter(krs=clean_krs(krs))
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            if not profiles.exists():
                raise CommandError(f"No published profile has the KRS number {krs}.")
        elif not is_all:
            due = selectors.due_entries(timezone.now()).order_by().values("pk")
            profiles = profiles.filter(pk__in=due)
        return profiles

    def ask(self, profile: OrganizationPage, asking: Any, *, is_dry: bool) -> Answer:
        if is_dry:
            return refreshing.look_up(profile.krs, asking=asking)
        return refreshing.refresh(profile, asking=asking)

    def say(self, profile: OrganizationPage, answer: Answer) -> None:
        self.stdout.write(f"{profile.krs} {profile.title}: {outcome_in_words(answer.outcome)}")
        found = differences(profile, answer.extract) if answer.extract else {}
        for field, value in found.items():
            self.stdout.write(f"  {field}: {getattr(profile, field)!r} → {value!r}")
