"""Profiles of organizations: register numbers, verification, consents, where data come from."""
