"""Sending an edition: the frozen audience, and a ledger row for each recipient."""
