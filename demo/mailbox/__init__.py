"""The demo's mailbox: an SMTP server that keeps every mail, and a page to read them in.

`python -m demo.mailbox` runs both on loopback. Nothing here sends a mail on, and Django is not
needed.
"""
