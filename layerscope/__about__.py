"""The version, in the one place that the build and `--version` both read."""

__version__ = "0.1.0"
