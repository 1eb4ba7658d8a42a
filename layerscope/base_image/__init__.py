"""Which base is under an image."""
