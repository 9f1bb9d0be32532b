"""What newsletters add to Wagtail's admin: each part registers its own."""

from newsletters.editions import wagtail_hooks as editions
from newsletters.mailings import wagtail_hooks as mailings
from newsletters.subscribers import wagtail_hooks as subscribers

__all__ = ["editions", "mailings", "subscribers"]
