"""A Difference becomes bytes, one file for each format."""
