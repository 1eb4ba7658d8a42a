"""What an advice comes down to in a Dockerfile: edits, or the reason why there are none."""
