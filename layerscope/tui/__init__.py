"""The terminal's screens: each shows an Analysis, or the scan that makes one."""

import os

# So long Textual waits after Escape for more bytes, which would make it another key; its own 100 ms can be felt.
os.environ.setdefault("ESCDELAY", "10")
