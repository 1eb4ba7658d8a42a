"""The words of the OCI image specification, as values; no I/O."""
