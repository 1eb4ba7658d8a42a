"""Limits held against an analysis: each becomes a check that passed, failed or could not be made."""
