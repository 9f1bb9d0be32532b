"""Documents as schema.org JSON-LD: a data block, which no Content-Security-Policy has to allow."""

import orjson
from django import template
from django.utils.safestring import SafeString, mark_safe

from cms.wording import Payload

register = template.Library()

# As Django's json_script does: nothing in the data can end the element or open a comment.
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&\u2028\u2029"}


@register.simple_tag
def structured_data(document: Payload) -> SafeString:
    """Return the document as one JSON-LD element."""
    text = orjson.dumps(document["schema_org"]).decode().translate(_ESCAPES)
    return mark_safe(  # noqa: S308  (escaped above)
        f'<script type="application/ld+json">{text}</script>'
    )
