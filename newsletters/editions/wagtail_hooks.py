"""What editions add to Wagtail's admin. Registers only."""
