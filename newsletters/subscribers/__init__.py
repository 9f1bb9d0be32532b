"""Who asked for the newsletter: addresses, the ledger of consent, and whom never to mail."""
