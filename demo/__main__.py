"""`make demo`: Razem with its demo content, a municipal site that pulls and one that is pushed to,
and a mailbox in which a newsletter arrives.

Everything runs on free loopback ports until Ctrl-C. With DEMO_ONCE=1 it checks that all arrived,
edits, removals and a newcomer who leaves again included, and ends with 0, or with 1 and what is
missing.
"""

import os
import signal
import sys
from types import FrameType

from demo.environment import Environment, prepare


def main() -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        environment = prepare()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    # Django reads the environment that was prepared just now.
    import django

    django.setup()
    return _run(environment)


def _run(environment: Environment) -> int:
    from demo.running import Demo

    is_once = os.environ.get("DEMO_ONCE", "") not in {"", "0"}
    try:
        return Demo(environment).run(is_once=is_once)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 0 if not is_once else 130


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
