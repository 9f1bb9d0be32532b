"""The queue of outgoing mail: what Django sends becomes a row, which the worker sends.

Password resets, workflow notices and confirmations are sent within somebody's request or
transaction, where a slow or absent mail server must block nobody. A mail is delivered at least
once: a worker killed between the server's "accepted" and the deletion of the row sends it again,
under the same Message-ID. Mailings to subscribers have a stricter ledger of their own.
"""
