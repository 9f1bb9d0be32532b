"""The public pages of subscribers. A link opens a page with a button; only the button changes."""
