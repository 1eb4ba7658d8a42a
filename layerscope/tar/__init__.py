"""A strict tar reader: records and their headers, from any input, never unpacked.

POSIX.1-2017 pax, ustar, GNU and old formats; where readers differ, Go's `archive/tar` is followed, since engines
unpack layers with it. Damage raises DamagedTar; nothing is passed over in silence.
"""
