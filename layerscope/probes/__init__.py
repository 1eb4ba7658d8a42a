"""Looking inside files while a layer is scanned: one file for each kind, frozen facts out."""
