"""Several images of one run: their figures, and what they share."""
