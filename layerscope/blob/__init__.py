"""A blob's bytes: how they are reached, decompressed and checked; nothing here knows what is in them."""
