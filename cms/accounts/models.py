from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A member of the staff. Our own model from the start: it cannot be swapped in later."""
