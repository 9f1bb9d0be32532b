"""The second factor of a login: a code of an app, or a recovery code."""
