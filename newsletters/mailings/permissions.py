"""Who may do what with mailings. Ordering one needs more: selectors.may_send."""

from typing import Any

LOOKING = ("newsletters.view_mailing", "newsletters.change_mailing", "newsletters.add_mailing")
STEERING = "newsletters.change_mailing"
ADDRESSES = ("newsletters.view_subscriber", "newsletters.change_subscriber")


def may_look(user: Any) -> bool:
    """Whether the person may see mailings: who may order or steer them, may see them too."""
    return any(user.has_perm(name) for name in LOOKING)


def may_steer(user: Any) -> bool:
    """Whether the person may pause, resume, cancel and repeat mailings."""
    return bool(user.has_perm(STEERING))


def may_see_addresses(user: Any) -> bool:
    """Whether the person may see subscribers' addresses; others see them masked."""
    return any(user.has_perm(name) for name in ADDRESSES)
