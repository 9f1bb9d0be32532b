"""Why the KRS did not say what it was asked, in words for staff."""

from datetime import timedelta


class KrsError(Exception):
    """There is no answer that can be used; `reason` is a sentence for staff.

    `is_about_register`: other questions would fare no better now. `retry_after`: the register
    asked to be left alone so long.
    """

    def __init__(
        self,
        reason: str,
        *,
        is_about_register: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_about_register = is_about_register
        self.retry_after = retry_after
