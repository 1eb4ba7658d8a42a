"""The terminal's screens: each shows an Analysis, or the scan that makes one."""
