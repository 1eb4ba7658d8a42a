"""Which files have the same content: by hashes that scans have, by comparing where contents are at rest."""
