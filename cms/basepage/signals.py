"""What happens to a page, told inside the transaction that does it.

Wagtail's own page signals come sometimes inside and sometimes after the transaction; these always
come inside, so that a receiver's writes commit or fail together with the page.
"""

from django.dispatch import Signal

# No arguments. A page is about to be written or deleted: whoever needs locks takes them now, before
# the page's own row is locked, so that all writers take them in the same order.
page_writing = Signal()
# Arguments: page_id (int). The page's row and its children are written.
page_written = Signal()
# Arguments: path (str), the treebeard path of the page whose descendants got new addresses.
descendants_moved = Signal()
# Arguments: page_id (int). The page is about to be deleted; it can still be read.
page_deleting = Signal()
