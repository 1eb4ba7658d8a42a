"""Images straight from a registry (OCI distribution specification), without an engine."""
