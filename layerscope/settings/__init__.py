"""What a team settles in files: where such a file is, what may stand in it, and what is wrong with it."""
