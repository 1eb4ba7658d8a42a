"""An Analysis becomes bytes, one file for each format."""
