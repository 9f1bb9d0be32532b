"""Runs the demo's processes and shows what arrived where."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from cms.jobs.supervisor import Child, Supervisor
from cms.management.commands.serve import web_child, worker_children
from demo import arrivals, static_files
from demo.environment import ROOT, Environment
from demo.newsletter.mails import Mails
from demo.newsletter.sending import order_edition, subject_sent, what_is_missing
from demo.newsletter.trial import TrialError, trial
from newsletters.mailings.services import NotSendableError

PATIENCE_SECONDS = 120
EXAMPLE_SITE = ROOT / "docs" / "municipal" / "example_site.py"


class Demo:
    """The demo: prepared, started, watched, stopped."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.logs = environment.folder / "logs"
        self.logs.mkdir(exist_ok=True)
        has_mailbox = not environment.own_mail_server
        self.mails = Mails(environment.url("mail")) if has_mailbox else None
        self.supervisor = Supervisor(list(self.children()))

    def run(self, *, is_once: bool) -> int:
        """Run until Ctrl-C, or with `is_once` until all is checked; return the exit code."""
        started_at = time.monotonic()
        self.prepare()
        try:
            self.supervisor.start()
            missing = self.wait_for(self.what_is_missing) or self.send_newsletter()
            if not missing and is_once:
                missing = self.try_changes() or self.try_newsletter()
            if missing:
                return self.fail(missing)
            self.show(time.monotonic() - started_at)
            if not is_once:
                self.keep_serving()
            return 0
        finally:
            self.supervisor.stop()

    def prepare(self) -> None:
        """Bring database, static files, content, admin and destination to where they should be."""
        say("Preparing the database …")
        call_command("migrate", verbosity=0)
        static_files.collect_if_changed(Path(settings.STATIC_ROOT))
        say("Loading the demo content …")
        call_command("load_demo", verbosity=0)
        ensure_admin(self.environment.kept.admin_password)
        call_command(
            "add_destination",
            name="Gmina (push)",
            kind="webhook",
            url=f"{self.environment.url('push')}/webhook",
            secret=self.environment.kept.webhook_secret,
            verbosity=0,
        )

    def children(self) -> Iterator[Child]:
        """Yield the mailbox, the web server, the workers and the two municipal sites."""
        ports = self.environment.kept.ports
        if self.mails is not None:
            yield self.mailbox()
        processes = int(os.environ.get("DEMO_WEB_WORKERS", "1"))
        yield self.logged(web_child(host="127.0.0.1", port=ports["web"], processes=processes))
        for worker in worker_children(int(os.environ.get("DEMO_WORKERS", "1"))):
            yield self.logged(worker)
        yield self.site("pull", f"{self.environment.url('web')}/api/v1/")
        yield self.site("push", self.environment.kept.webhook_secret)

    def mailbox(self) -> Child:
        """Return the mailbox, to which all mail of the demo goes."""
        ports = self.environment.kept.ports
        command = [
            *("demo.mailbox", "--data", str(self.environment.folder / "mailbox")),
            *("--smtp-port", str(ports["smtp"]), "--web-port", str(ports["mail"])),
            *("--site", self.environment.url("web")),
        ]
        return self.logged(Child("mailbox", command, 5.0))

    def site(self, mode: str, argument: str) -> Child:
        """Return the example municipal site in one of its two modes."""
        options = self.environment.folder / f"municipal-{mode}.options"
        data = self.environment.folder / f"municipal-{mode}"
        port = self.environment.kept.ports[mode]
        # One argument a line in a file: a secret on the command line could be read by anyone here.
        options.touch(mode=0o600)
        options.write_text(f"--{mode}\n{argument}\n--data\n{data}\n--port\n{port}\n")
        command = [str(EXAMPLE_SITE), f"@{options}"]
        search_path = {"PYTHONPATH": str(EXAMPLE_SITE.parent), "NO_PROXY": "127.0.0.1"}
        return self.logged(Child(f"municipal-{mode}", command, 5.0, search_path))

    def logged(self, child: Child) -> Child:
        """Return the child with its output in a file of its own."""
        grace = {"MAILING_GRACE_SECONDS": self.environment.grace_seconds}
        return replace(
            child,
            environment={**child.environment, **grace},
            log_file=self.logs / f"{child.name}.log",
        )

    def wait_for(self, missing: Callable[[], list[str]]) -> list[str]:
        """Keep the children running until nothing is missing; return what is after two minutes."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.supervisor.tick()
            try:
                found = missing()
            except requests.RequestException as error:
                found = [f"no answer from {error.request.url if error.request else 'a server'}"]
            if not found or time.monotonic() > give_up_at:
                return found
            time.sleep(0.3)

    def what_is_missing(self) -> list[str]:
        return arrivals.differences(
            api=f"{self.environment.url('web')}/api/v1/",
            copies={mode: f"{self.environment.url(mode)}/copy.json" for mode in ("pull", "push")},
        )

    def try_changes(self) -> list[str]:
        """Publish, edit and delete a page of our own, and follow each to both sites."""
        with arrivals.probe_event() as probe:
            for step in (probe.publish, probe.edit, probe.delete):
                say(f"Trying: {step.__doc__}")
                step()
                if missing := self.wait_for(lambda: [*self.what_is_missing(), *self.unlike(probe)]):
                    return missing
        return []

    def send_newsletter(self) -> list[str]:
        """Have the sample edition sent if it was not yet; follow it to the mailboxes."""

        def missing() -> list[str]:
            order_edition()
            return what_is_missing(self.mails)

        try:
            return self.wait_for(missing)
        except NotSendableError as error:
            return error.reasons

    def try_newsletter(self) -> list[str]:
        """Follow a newcomer from the form through two editions to the way out."""
        if self.mails is None:
            say("Not trying to subscribe and leave: EMAIL_URL is set, the mails are not ours.")
            return []
        with trial(self.environment.url("web"), self.mails) as newcomer:
            for step in newcomer.steps:
                say(f"Trying: {step.__doc__}")
                try:
                    step()
                except (TrialError, requests.RequestException) as error:
                    return [str(error)]
                if missing := self.wait_for(newcomer.missing):
                    return missing
        return []

    def unlike(self, probe: arrivals.Probe) -> list[str]:
        """Return where the probe's title is not what it should be."""
        wrong = []
        for mode in ("pull", "push"):
            title = arrivals.title_in_copy(f"{self.environment.url(mode)}/copy.json", probe.slug)
            if title != probe.title:
                wrong.append(f"{mode}: the event reads {title!r} instead of {probe.title!r}")
        return wrong

    def show(self, seconds: float) -> None:
        """Print what arrived where, and how to get in."""
        url = self.environment.url
        counts = arrivals.counts(f"{url('web')}/api/v1/")
        arrived = ", ".join(f"{number} {name}" for name, number in counts.items())
        print(
            f"\nEverything arrived ({seconds:.0f} s): {arrived}.\n{self.newsletter_in_words()}\n"
            f"  the centre's own site      {url('web')}/\n"
            f"  API                        {url('web')}/api/v1/\n"
            f"  municipal site that pulls  {url('pull')}/\n"
            f"  municipal site pushed to   {url('push')}/\n"
            f"  mailbox                    {self.mail_address()}\n"
            f"  admin                      {url('web')}/admin/\n"
            f"      login: admin   password: {self.environment.kept.admin_password}\n",
            flush=True,
        )

    def newsletter_in_words(self) -> str:
        """Return into how many mailboxes the sample edition came; empty if it was deleted."""
        subject = subject_sent()
        if not subject:
            return ""
        if self.mails is None:
            return f"The newsletter „{subject}” was taken by your mail server.\n"
        number = len(self.mails.with_subject(subject))
        return f"The newsletter „{subject}” arrived in {number} mailboxes.\n"

    def mail_address(self) -> str:
        """Return where the mails can be read."""
        if elsewhere := urlsplit(self.environment.own_mail_server).netloc:
            return f"that of EMAIL_URL, {elsewhere.rpartition('@')[2]}"
        return f"{self.environment.url('mail')}/"

    def keep_serving(self) -> None:
        """Keep everything running until Ctrl-C."""
        print(
            "Edit an event in the admin and publish: both sites follow. Subscribe to the "
            "newsletter: the mail to confirm is in the mailbox. Ctrl-C stops all."
        )
        while True:
            self.supervisor.tick()
            time.sleep(0.2)

    def fail(self, missing: list[str]) -> int:
        print("\nNot everything arrived:", *(f"  - {line}" for line in missing), sep="\n")
        print(f"The logs are in {self.logs}")
        return 1


def ensure_admin(password: str) -> None:
    """Create the administrator; a password that was changed since is kept."""
    users = get_user_model().objects
    if not users.filter(username="admin").exists():
        users.create_superuser("admin", "admin@example.org", password)


def say(text: str) -> None:
    print(text, flush=True)
