"""What mailings add to Wagtail's admin. Registers only."""
