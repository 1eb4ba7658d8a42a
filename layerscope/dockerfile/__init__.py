"""A Dockerfile: read to the byte, matched with an image's layers, and patched."""
