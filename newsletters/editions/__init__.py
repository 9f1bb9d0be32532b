"""Editions of the newsletter: pages written in Wagtail, rendered for mail by MJML."""
