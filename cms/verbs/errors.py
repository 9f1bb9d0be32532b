"""Why a verb was refused, in words for staff."""


class VerbRefusedError(Exception):
    """The verb changed nothing; `str()` says why, in the reader's language."""
