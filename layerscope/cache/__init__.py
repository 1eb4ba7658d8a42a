"""Scans that were made before, kept in files: read again instead of the layers that they are of."""
