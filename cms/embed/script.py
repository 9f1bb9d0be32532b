"""The script that puts a section into any page: served as it stands in v1.js, byte for byte.

Pages of others pin its hash, so v1.js never changes: what has to change becomes v2.js.
"""

import base64
import hashlib
from pathlib import Path

SCRIPT = Path(__file__).with_name("v1.js").read_bytes()
# For the `integrity` attribute (Subresource Integrity, W3C).
INTEGRITY = f"sha384-{base64.b64encode(hashlib.sha384(SCRIPT).digest()).decode()}"
