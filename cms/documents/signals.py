"""What happened to documents, told inside the transaction that did it."""

from django.dispatch import Signal

# No arguments. At least one document has a new number in the sequence.
documents_changed = Signal()
