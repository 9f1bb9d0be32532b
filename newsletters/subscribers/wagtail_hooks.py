"""What subscribers add to Wagtail's admin. Registers only."""
