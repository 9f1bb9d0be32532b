"""Publishes in a WordPress that has none of our plugins, over its REST API.

It knows posts and pages only. Nothing there is idempotent, so each document is looked for before it
is created: by our record of its id, else by the mark in its content (`posts.mark`).
"""

from integrations.municipal.connectors.wordpress.connector import WordPressConnector

__all__ = ["WordPressConnector"]
