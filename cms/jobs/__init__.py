"""Background jobs: `wake(name)` asks for one, `registry.register(job)` offers one.

`wake` is loaded on first use, because the supervisor and the lifeline of this package also run
in processes without Django.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cms.jobs.wakeups import wake as wake

__all__ = ["wake"]


def __getattr__(name: str) -> Any:
    if name != "wake":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("cms.jobs.wakeups").wake
