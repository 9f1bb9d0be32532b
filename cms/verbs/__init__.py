"""One-click changes that the domain has words for: confirm a date, postpone, cancel, verify."""
