"""The one place where passwords are checked, whichever door they come in by."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from cms.accounts.throttling import Attempt, TooManyAttemptsError


class ThrottledBackend(ModelBackend):
    """Checks a password unless it was tried too often; then says so to the request's form.

    `request.login_wait_seconds` is how long the next try has to wait.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        name = username if username is not None else kwargs.get(get_user_model().USERNAME_FIELD)
        if request is None or name is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        try:
            attempt = Attempt(request, name)
        except TooManyAttemptsError as error:
            request.login_wait_seconds = error.seconds  # type: ignore[attr-defined]
            # No other way of knowing people is asked after this one.
            raise PermissionDenied from error
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            attempt.succeed()
        return user

    async def aauthenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:  # type: ignore[override]
        """Do the same: Django's own would check the password past the limits."""
        return await sync_to_async(self.authenticate)(request, **credentials)
